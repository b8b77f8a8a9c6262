"""Executes notebooks as Jupyter does, without a browser: ./lvm run [NAME...]."""

import argparse
import asyncio
import html
import os
import re
import signal
import sys
import time
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter

ROOT = Path(__file__).resolve().parents[3]
NOTEBOOKS = ROOT / "notebooks"
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.9/latest.js?config=TeX-AMS_CHTML-full,Safe"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Refused(Exception):
    """A notebook that can't be run; the message is for the user."""


class Outcome:
    """What became of one notebook."""

    def __init__(self, name):
        self.name = name
        self.seconds = 0.0
        self.cells = 0
        self.pictures = 0
        self.problems = []

    def line(self):
        def count(number, thing):
            return f"{number} {thing}" + ("" if number == 1 else "s")

        return (
            f"{self.name}: {self.seconds:.1f} s, {count(self.cells, 'cell')}, "
            f"{count(self.pictures, 'picture')}, {count(len(self.problems), 'error')}"
        )


def find(name):
    """The file meant by a name: a path, or a notebook of this project with or without .ipynb."""
    for path in (Path(name), NOTEBOOKS / name, NOTEBOOKS / (name + ".ipynb")):
        if path.is_file():
            return path.resolve()
    there = ", ".join(path.stem for path in all_notebooks()) or "none"
    raise Refused(f"{name}: no such notebook; in notebooks/ there are: {there}")


def all_notebooks():
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def parse(path):
    """What is in the file of a notebook."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as e:  # nbformat raises many kinds
        reason = str(e).strip().splitlines()
        raise Refused(f"{path.name}: not a readable notebook: {reason[0] if reason else type(e).__name__}") from e
    return notebook


def read(path):
    """A notebook that can be run, and its kernel."""
    notebook = parse(path)
    kernel = notebook.metadata.get("kernelspec", {}).get("name")
    if not kernel:
        raise Refused(f"{path.name}: its metadata name no kernel (metadata.kernelspec.name)")
    try:
        KernelSpecManager().get_kernel_spec(kernel)
    except NoSuchKernel as e:
        there = ", ".join(sorted(KernelSpecManager().find_kernel_specs()))
        raise Refused(f"{path.name}: its kernel '{kernel}' is not installed; there are: {there}") from e
    return notebook, kernel


def pictures(notebook):
    """Outputs that are images, and images inside HTML outputs."""
    total = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if any(mime.startswith("image/") for mime in data):
                total += 1
            else:
                total += len(re.findall(r"<img\b|<svg\b", data.get("text/html", "")))
    return total


def problems(notebook):
    """Errors that no cell announced by the tag raises-exception, and everything on stderr."""
    found = []
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(code_cells, 1):
        expected = "raises-exception" in cell.metadata.get("tags", [])
        for output in cell.outputs:
            if output.output_type == "error" and not expected:
                text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
                found.append(f"cell {number} ended in an error:\n{text}")
            if output.output_type == "stream" and output.name == "stderr":
                found.append(f"cell {number} wrote to stderr:\n{output.text.rstrip()}")
    return found


class Interrupt:
    """Ctrl-C ends the notebook and its kernel; by itself nbclient would end the kernel and go on as if it had failed."""

    def __init__(self):
        self.came = False

    def watch(self, **_):
        task = asyncio.current_task()

        def stop():
            self.came = True
            task.cancel()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, stop)
            except NotImplementedError:  # on Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))


class ProgressLine:
    """The numbers of the finished cells, in one growing line."""

    def __init__(self, name, total):
        self.total = total
        self.done = 0
        print(f"{name} ({total} cells):", end="", flush=True)

    def cell(self, **_):
        self.done += 1
        print(f" {self.done}", end="", flush=True)

    def end(self):
        print(flush=True)


def run(path, size="full", timeout=600.0):
    """Executes a notebook in its own folder; returns it with its outputs, and the outcome."""
    notebook, kernel = read(path)
    outcome = Outcome(path.stem)
    code_cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
    outcome.cells = len(code_cells)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    progress = ProgressLine(outcome.name, outcome.cells)
    interrupt = Interrupt()
    deadline = time.monotonic() + timeout
    client = NotebookClient(
        notebook,
        kernel_name=kernel,
        resources={"metadata": {"path": str(path.parent)}},
        timeout_func=lambda cell: max(1, int(deadline - time.monotonic())),
        # Times would make every committed notebook differ from the last.
        record_timing=False,
        on_cell_start=interrupt.watch,
        on_cell_executed=progress.cell,
    )
    start = time.monotonic()
    try:
        client.execute(env={**os.environ, "LVM_SIZE": size})
    except CellExecutionError:
        pass  # the error stands in the cell's outputs
    except CellTimeoutError:
        outcome.problems.append(f"not finished after {timeout:g} s, stopped in cell {progress.done + 1} of {outcome.cells}")
    except (DeadKernelError, RuntimeError) as e:
        outcome.problems.append(f"the kernel died in cell {progress.done + 1} of {outcome.cells}: {e}")
    finally:
        progress.end()
        if interrupt.came:
            raise KeyboardInterrupt
    outcome.seconds = time.monotonic() - start
    outcome.pictures = pictures(notebook)
    outcome.problems += problems(notebook)
    return notebook, outcome


def fell_back(notebook):
    """Whether a full run became a small one, for want of data: its first cell says so."""
    texts = [o.text for c in notebook.cells for o in c.get("outputs", []) if o.output_type == "stream"]
    return any("MNIST cannot be had" in text for text in texts)


def write_html(notebook, path, mathjax=MATHJAX):
    """Writes a page that needs nothing but MathJax from elsewhere, whatever the system's nbconvert would put in."""
    exporter = HTMLExporter(mathjax_url=mathjax, require_js_url="")
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": path.stem}})
    body = described(body, notebook)
    path.write_text(body.replace('<script src=""></script>', ""), encoding="utf-8")


def described(body, notebook):
    """Puts the descriptions of pictures into a page: nbconvert leaves them out."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            data = output.get("data", {}).get("image/png", "").strip()
            if alt and data:
                # The end of a picture tells it from others; of equal ones the first without a description gets it.
                place = re.search(re.escape(data[-64:]) + r"\s*\"(?! alt=)", body)
                if place:
                    body = f'{body[:place.end()]} alt="{html.escape(alt)}"{body[place.end():]}'
    return body


def stable(notebook):
    """Drops what differs between machines that ran the same notebook with the same result."""
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs):
    """What a cell wrote to a stream, in one piece where nothing else came between: how it arrived depends on the moment."""
    result = []
    for output in outputs:
        last = result[-1] if result else None
        if last and last.output_type == output.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            result.append(output)
    return result


def show(text):
    return text if sys.stdout.isatty() else ANSI.sub("", text)


def main():
    parser = argparse.ArgumentParser(prog="./lvm run", description="Executes notebooks and writes them and their HTML pages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="notebooks, such as 01-em; all of notebooks/ if none is given")
    parser.add_argument("--size", choices=["small", "full"], help="small for tests (default: LVM_SIZE, else full)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: target/notebooks)")
    parser.add_argument("--in-place", action="store_true", help="also write the outputs back into the notebooks")
    parser.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="for each notebook (default: 600)")
    args = parser.parse_args()
    size = args.size or os.environ.get("LVM_SIZE") or "full"
    if args.in_place and size != "full":
        parser.error("--in-place is for notebooks at full size")
    try:
        paths = [find(name) for name in args.names] or all_notebooks()
        if not paths:
            raise Refused("there is no notebook in notebooks/")
        for path in paths:
            read(path)
    except Refused as e:
        print(f"lvm: {e}", file=sys.stderr)
        return 1
    out = args.out or ROOT / "target" / "notebooks"
    out.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for path in paths:
        notebook, outcome = run(path, size, args.timeout)
        outcomes.append(outcome)
        for problem in outcome.problems:
            print(show(problem))
        stable(notebook)
        nbformat.write(notebook, out / path.name)
        write_html(notebook, out / (path.stem + ".html"))
        if args.in_place and fell_back(notebook):
            outcome.problems.append(f"{path.name} ran small, since MNIST cannot be had: it is not written back")
            print(outcome.problems[-1])
        if args.in_place and not outcome.problems:
            nbformat.write(notebook, path)
    for outcome in outcomes:
        print(outcome.line())
    print(f"Written to {out}")
    return 1 if any(outcome.problems for outcome in outcomes) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nlvm: interrupted", file=sys.stderr)
        sys.exit(130)
