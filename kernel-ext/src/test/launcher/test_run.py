"""./lvm run and ./lvm notebook with the real kernel, on small notebooks made here."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import unittest.mock
import urllib.request
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[4]
PICTURE = (
    "import java.awt.image.BufferedImage;\n"
    "new BufferedImage(400, 300, BufferedImage.TYPE_INT_RGB)"
)


def await_that(condition, seconds):
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


class RunTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        subprocess.run([str(ROOT / "lvm"), "build"], check=True, stdin=subprocess.DEVNULL)

    def setUp(self):
        self.temp = Path(tempfile.mkdtemp(prefix="lvm run "))
        self.addCleanup(shutil.rmtree, self.temp, True)

    def notebook(self, name, *cells, kernel="lvm"):
        code = [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)]
        metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "java"}} if kernel else {}
        text = nbformat.v4.new_markdown_cell("$x$", id="text")
        nbformat.write(nbformat.v4.new_notebook(cells=[text, *code], metadata=metadata), self.temp / f"{name}.ipynb")
        return f"{name}.ipynb"

    def run_lvm(self, *arguments):
        return subprocess.run(
            [str(ROOT / "lvm"), "run", *arguments, "--out", "out"],
            cwd=self.temp,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def test_a_good_notebook(self):
        name = self.notebook("good", 'System.out.print(System.getenv("LVM_SIZE"));', "int x = 20;", "x + 1", PICTURE)
        result = self.run_lvm(name, "--size", "small")
        self.assertEqual((0, ""), (result.returncode, result.stderr), result)
        self.assertIn("good (4 cells): 1 2 3 4\n", result.stdout)
        self.assertRegex(result.stdout, r"(?m)^good: [\d.]+ s, 4 cells, 1 picture, 0 errors$")
        first = (self.temp / "out" / name).read_bytes()
        cells = nbformat.reads(first.decode(), as_version=4).cells
        self.assertEqual("small", cells[1].outputs[0].text)
        self.assertEqual("21", cells[3].outputs[0].data["text/plain"])
        self.assertFalse(b"iopub" in first, "no times")
        self.assertFalse(str(ROOT).encode() in first, "no path of this machine")
        page = (self.temp / "out" / "good.html").read_text(encoding="utf-8")
        # A failure must not print half a megabyte.
        self.assertTrue("data:image/png;base64," in page, "the picture is part of the page")
        self.assertFalse("file:///" in page or "/usr/share" in page or str(ROOT) in page, "a path of this machine")

        unchanged = (self.temp / name).read_bytes()
        self.assertEqual(0, self.run_lvm(name, "--size", "small").returncode)
        self.assertEqual(first, (self.temp / "out" / name).read_bytes(), "the same outputs each time")
        self.assertEqual(unchanged, (self.temp / name).read_bytes(), "the source is not written")

        self.assertEqual(0, self.run_lvm(name, "--in-place").returncode)
        written = nbformat.read(self.temp / name, as_version=4)
        self.assertEqual("full", written.cells[1].outputs[0].text)

    def test_a_full_run_without_its_data_is_small_and_never_written_back(self):
        (self.temp / "empty").mkdir()
        name = self.notebook("digits", "lvm.display.NotebookDigits.load(1); lvm.display.NotebookSize.current()")
        before = (self.temp / name).read_bytes()
        with unittest.mock.patch.dict(os.environ, {"LVM_MNIST_DIR": str(self.temp / "empty")}):
            self.assertEqual(0, self.run_lvm(name).returncode)
            refused = self.run_lvm(name, "--in-place")
        outputs = nbformat.read(self.temp / "out" / name, 4).cells[1].outputs
        self.assertIn("MNIST cannot be had, so this run is small", outputs[0].text)
        self.assertEqual("SMALL", outputs[1].data["text/plain"])
        self.assertEqual(1, refused.returncode)
        self.assertIn("it is not written back", refused.stdout)
        self.assertEqual(before, (self.temp / name).read_bytes())

    def test_each_kind_of_failure(self):
        fine = self.notebook("fine", "1")
        throws = self.notebook("throws", "int[] a = new int[2];\na[7] = 1;", "int never = 1;")
        warns = self.notebook("warns", 'System.err.println("careful");')
        dies = self.notebook("dies", "Runtime.getRuntime().halt(3);")
        before = (self.temp / throws).read_bytes()
        result = self.run_lvm(fine, throws, warns, dies, "--in-place")
        self.assertEqual(1, result.returncode, result)
        self.assertIn("Index 7 out of bounds for length 2", result.stdout)
        self.assertIn("careful", result.stdout)
        self.assertRegex(result.stdout, r"(?m)^fine: .*, 0 errors$")
        for name in ("throws", "warns", "dies"):
            self.assertRegex(result.stdout, rf"(?m)^{name}: .*, 1 error$")
        self.assertNotIn("Traceback", result.stdout + result.stderr)
        self.assertEqual(before, (self.temp / throws).read_bytes(), "a failed run is not written back")

    def test_a_notebook_that_does_not_end(self):
        result = self.run_lvm(self.notebook("slow", "1", "Thread.sleep(600_000);"), "--timeout", "5")
        self.assertEqual(1, result.returncode, result)
        self.assertRegex(result.stdout, "not finished after 5 s, stopped in cell [12] of 2")

    def test_interrupting_ends_the_kernel(self):
        mark = self.temp / "process"
        name = self.notebook(
            "endless",
            f'java.nio.file.Files.writeString(java.nio.file.Path.of("{mark}"), "" + ProcessHandle.current().pid());\n'
            "Thread.sleep(600_000);",
        )
        runner = subprocess.Popen(
            [str(ROOT / "lvm"), "run", name, "--out", "out"],
            cwd=self.temp,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.addCleanup(self.end, runner)
        self.addCleanup(runner.stdout.close)
        self.assertTrue(await_that(lambda: mark.exists() and mark.read_text(), 240), "the cell runs")
        runner.send_signal(signal.SIGINT)
        self.assertEqual(130, runner.wait(30))
        output = runner.stdout.read()
        self.assertIn("lvm: interrupted", output)
        self.assertNotIn("Traceback", output)
        kernel = int(mark.read_text())
        self.assertTrue(await_that(lambda: not alive(kernel), 120), "the kernel has ended")

    def test_what_is_no_notebook(self):
        (self.temp / "broken.ipynb").write_text('{"cells": [', encoding="utf-8")
        (self.temp / "list.ipynb").write_text("[1, 2]", encoding="utf-8")
        for arguments, words in (
            (["nowhere"], "nowhere: no such notebook"),
            (["broken.ipynb"], "broken.ipynb: not a readable notebook"),
            (["list.ipynb"], "list.ipynb: not a readable notebook"),
            ([self.notebook("other", "1", kernel="cobol")], "its kernel 'cobol' is not installed"),
            ([self.notebook("none", "1", kernel=None)], "name no kernel"),
            (["--size", "tiny"], "invalid choice: 'tiny'"),
        ):
            result = self.run_lvm(*arguments)
            self.assertNotEqual(0, result.returncode, result)
            self.assertIn(words, result.stderr)
            self.assertNotIn("Traceback", result.stderr)

    def test_a_jupyter_opens_in_notebooks(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = open(self.temp / "log", "w+", encoding="utf-8")
        self.addCleanup(log.close)
        server = subprocess.Popen(
            [str(ROOT / "lvm"), "notebook", "--no-browser", f"--port={port}", "--NotebookApp.token=secret"],
            cwd=self.temp,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "JUPYTER_CONFIG_DIR": str(self.temp / "config"), "JUPYTER_RUNTIME_DIR": str(self.temp)},
        )
        self.addCleanup(self.end, server)

        def ask(what):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/{what}?token=secret", timeout=10) as answer:
                return json.load(answer)

        deadline = time.monotonic() + 240
        while True:
            try:
                kernels = ask("kernelspecs")["kernelspecs"]
                break
            except OSError:
                running = server.poll() is None and time.monotonic() < deadline
                self.assertTrue(running, (self.temp / "log").read_text(encoding="utf-8"))
                time.sleep(0.2)
        self.assertIn("lvm", kernels)
        here = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
        there = sorted(entry["name"] for entry in ask("contents")["content"] if entry["type"] == "notebook")
        self.assertEqual(here, there)

    @staticmethod
    def end(server):
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


if __name__ == "__main__":
    unittest.main()
