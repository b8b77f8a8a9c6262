"""PyTorch's side of FlowBench. argv: threads of PyTorch, or 0 for the version only.

Reads commands from standard input: "nvp BATCH STEPS" or "maf BATCH STEPS", answered by the seconds of one step and the mean
log density of the last batch in nats.
"""

import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Coupling(nn.Module):
    def __init__(self, active, hidden=128):
        super().__init__()
        self.active = active
        self.net = nn.Sequential(
            nn.Linear(1, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2)
        )
        nn.init.zeros_(self.net[-1].weight)
        nn.init.zeros_(self.net[-1].bias)

    def forward(self, x):
        moved, kept = x[:, self.active : self.active + 1], x[:, 1 - self.active : 2 - self.active]
        s, t = self.net(kept).chunk(2, dim=1)
        s = 3 * torch.tanh(s / 3)
        moved = moved * s.exp() + t
        y = torch.cat((moved, kept) if self.active == 0 else (kept, moved), dim=1)
        return y, s.squeeze(1)


class Masked(nn.Linear):
    def __init__(self, mask):
        super().__init__(mask.shape[1], mask.shape[0])
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


class Autoregressive(nn.Module):
    def __init__(self, dim, hidden, backwards):
        super().__init__()
        degrees = torch.arange(1, dim + 1)
        if backwards:
            degrees = degrees.flip(0)
        inner = 1 + torch.arange(hidden) % (dim - 1)
        self.first = Masked((inner[:, None] >= degrees[None, :]).float())
        self.last = Masked((degrees.repeat(2)[:, None] > inner[None, :]).float())
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x):
        s, t = self.last(F.relu(self.first(x))).chunk(2, dim=1)
        s = 3 * torch.tanh(s / 3)
        return (x - t) * (-s).exp(), -s.sum(1)


class Flow(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def loss(self, x):
        logs = 0
        for layer in self.layers:
            x, log_det = layer(x)
            logs = logs + log_det
        return -(logs - 0.5 * (x * x).sum(1) - 0.5 * x.shape[1] * math.log(2 * math.pi)).mean()


def main():
    if sys.argv[1] == "0":
        print(torch.__version__)
        return
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    flows = {
        "nvp": (2, Flow([Coupling(k % 2) for k in range(8)])),
        "maf": (784, Flow([Autoregressive(784, 1024, k % 2 == 1) for k in range(5)])),
    }
    adams = {name: torch.optim.Adam(flow.parameters(), 1e-4, foreach=True) for name, (_, flow) in flows.items()}
    for line in sys.stdin:
        name, batch, steps = line.split()
        dim, flow = flows[name]
        data = torch.randn(int(batch), dim)
        before = time.perf_counter()
        for _ in range(int(steps)):
            loss = flow.loss(data)
            adams[name].zero_grad(set_to_none=True)
            loss.backward()
            adams[name].step()
            value = -loss.item()
        print((time.perf_counter() - before) / int(steps), value, flush=True)


main()
