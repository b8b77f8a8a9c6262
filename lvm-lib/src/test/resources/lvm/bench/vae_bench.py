"""PyTorch's side of VaeBench. argv: threads of PyTorch, or 0 for the version only.

Reads commands from standard input: "load FILE ROWS COLUMNS" (bytes that are 0 or 1), then "epoch BATCH ROWS", answered
by seconds and the mean bound in nats.
"""

import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Vae(nn.Module):
    def __init__(self, observed, hidden=500, latent=50):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(observed, hidden), nn.Softplus(), nn.Linear(hidden, hidden), nn.Softplus(),
            nn.Linear(hidden, 2 * latent),
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), nn.Softplus(), nn.Linear(hidden, hidden), nn.Softplus(),
            nn.Linear(hidden, observed),
        )

    def loss(self, x):
        mu, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mu + torch.exp(0.5 * log_variance) * torch.randn_like(mu)
        misfit = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        kl = 0.5 * (mu * mu + log_variance.exp() - 1 - log_variance).sum()
        return (misfit + kl) / len(x)


def epoch(vae, adam, data, batch):
    before = time.perf_counter()
    order = torch.randperm(len(data))
    total = 0.0
    for at in range(0, len(data), batch):
        x = data[order[at : at + batch]]
        loss = vae.loss(x)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        adam.step()
        total -= loss.item() * len(x)
    return time.perf_counter() - before, total / len(data)


def main():
    if sys.argv[1] == "0":
        print(torch.__version__)
        return
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    vaes = {}
    for line in sys.stdin:
        command, *words = line.split()
        if command == "load":
            rows, columns = int(words[1]), int(words[2])
            data = torch.from_numpy(np.fromfile(words[0], np.uint8).reshape(rows, columns)).float()
            print("ok", flush=True)
        else:
            batch, rows = map(int, words)
            if batch not in vaes:
                vae = Vae(data.shape[1])
                vaes[batch] = vae, torch.optim.Adam(vae.parameters(), 3e-4, foreach=True)
            print(*epoch(*vaes[batch], data[:rows], batch), flush=True)


main()
