"""The checks of the exercises, held against wrong answers: notebooks/wrong-answers/NN-topic.java has them.

Each check is sent as ./lvm grade sends it, and its verdict is that of the grader.

A block begins with a line `// ==== grade_id: what is wrong`; what follows takes the place of the solution. NOTEBOOK=01-em
in the environment tries one notebook only.
"""

import copy
import os
import re
import sys
import time
import unittest
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "kernel-ext" / "src" / "launcher"))

from java_cells import unusual, without_clashes  # noqa: E402
from marking import new_secret, verdict, with_secret  # noqa: E402
from sandbox import Outcome, processor_seconds  # noqa: E402
from submissions import Assignment  # noqa: E402

FOLDER = ROOT / "notebooks"
ANSWERS = FOLDER / "wrong-answers"
HEAD = re.compile(r"^// ==== ([\w-]+): (.+)$", re.M)
SOLUTION = re.compile(r"([ \t]*// BEGIN SOLUTION\n).*?([ \t]*// END SOLUTION)", re.S)
LEAST = 4
SOON = 1.0  # seconds in which a check answers, or it shows how far it is
KNOWN = {"Check": "lvm.display.Check"}


def wrong_answers(path):
    """The wrong answers of a file: lists of (what is wrong, code) by exercise."""
    text = path.read_text(encoding="utf-8")
    heads = list(HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    answers = {}
    for head, end in zip(heads, ends):
        answers.setdefault(head[1], []).append((head[2], text[head.end() + 1 : end].rstrip() + "\n"))
    return answers


def exercises(notebook):
    """The exercises: name -> (index of the answer, indices of its checks)."""
    found, name = {}, None
    for i, cell in enumerate(notebook.cells):
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("task") or cell.cell_type != "code":
            continue
        if meta.get("solution"):
            name = meta.grade_id
            found[name] = (i, [])
        elif meta.get("grade"):
            found[name][1].append(i)
    return found


class Answers(unittest.TestCase):
    def test_every_exercise_has_its_wrong_answers(self):
        for path in sorted(FOLDER.glob("*.ipynb")):
            named = exercises(nbformat.read(path, 4))
            file = ANSWERS / f"{path.stem}.java"
            answers = wrong_answers(file) if file.exists() else {}
            self.assertEqual(set(), set(answers) - set(named), f"{path.stem}: answers without an exercise")
            for name in named:
                with self.subTest(f"{path.stem}: {name}"):
                    self.assertGreaterEqual(len({code for _, code in answers.get(name, [])}), LEAST)

    def test_the_grader_takes_answers_as_they_are(self):
        """None of them declares a name that the checks mean, or does what a teacher is told of."""
        for path in sorted(FOLDER.glob("*.ipynb")):
            notebook = nbformat.read(path, 4)
            protected = Assignment(notebook).protected
            answers = wrong_answers(ANSWERS / f"{path.stem}.java")
            for name, (index, _) in exercises(notebook).items():
                proposed = notebook.cells[index].source
                for source in [proposed, *(answered(proposed, code) for _, code in answers[name])]:
                    self.assertEqual((source, []), without_clashes(source, protected[index]), f"{path.stem}: {name}")
                    new = set(unusual(source, protected[index])) - set(unusual(proposed, protected[index]))
                    self.assertEqual(set(), new, f"{path.stem}: {name}: {source}")


def kernel_seconds(client):
    """The processor time that the kernel has used: beside other work it tells more than a clock."""
    used = processor_seconds(client.km.provisioner.process.pid)
    return time.monotonic() if used is None else used


def answered(source, code):
    """An answer cell with other code in the place of the proposed answer."""
    return SOLUTION.sub(lambda m: m[1] + code + m[2], source)


class Client(NotebookClient):
    """Notes the cells that show progress; at their end the kernel takes the bars back."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.progress = set()

    def process_message(self, msg, cell, cell_index):
        if "progressbar" in str(msg["content"].get("data", {}).get("text/html", "")):
            self.progress.add(cell_index)
        return super().process_message(msg, cell, cell_index)


class WrongAnswers(unittest.TestCase):
    """Through the real kernel, at small size: the right answer passes, every wrong one fails its check and says why."""

    def outcome(self, client, cell, index):
        """Runs a cell; the error that it ended with, or None, what it said, and its seconds: all, and those of the processor."""
        # It stands in the client's notebook while it runs: a bar of progress is brought up to date there.
        client.nb.cells[index] = cell = copy.deepcopy(cell)
        graded, secret = cell.metadata.get("nbgrader", {}).get("grade"), new_secret()
        if graded:
            cell.source = with_secret(cell.source, secret, KNOWN)
        before = time.monotonic(), kernel_seconds(client)
        cell = client.execute_cell(cell, index)
        took = time.monotonic() - before[0], kernel_seconds(client) - before[1]
        errors = [o for o in cell.outputs if o.output_type == "error"]
        error, said = (errors[0].ename, errors[0].evalue) if errors else (None, "")
        if graded:
            values = [o.data["text/plain"] for o in cell.outputs if o.output_type == "execute_result"]
            found = verdict(Outcome("error" if errors else "ok", error, said, values=values), secret)
            self.assertEqual(error is None, found.passed, f"the grader: {found.text}")
        return error, said, *took

    def soon(self, client, cell, index):
        """A check must answer soon; a busy machine gets more tries."""
        for _ in range(3):
            if index in client.progress:
                return
            seconds = min(self.outcome(client, cell, index)[2:])
            if seconds < SOON:
                return
        self.fail(f"{cell.metadata.nbgrader.grade_id} takes {seconds:.1f} s and shows no progress")

    def answered(self, notebook, answer, code):
        cell = copy.deepcopy(notebook.cells[answer])
        cell.source = answered(cell.source, code)
        return cell

    def try_notebook(self, path):
        notebook = nbformat.read(path, 4)
        answers = wrong_answers(ANSWERS / f"{path.stem}.java")
        by_answer = {answer: (name, checks) for name, (answer, checks) in exercises(notebook).items()}
        os.environ["LVM_SIZE"] = "small"
        client = Client(copy.deepcopy(notebook), timeout=240, allow_errors=True)
        with client.setup_kernel(cwd=str(FOLDER)):
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                name, checks = by_answer.get(index, (None, []))
                for what, code in answers.get(name, []):
                    self.try_answer(client, notebook, index, checks, f"{name}: {what}", code)
                error, said, *seconds = self.outcome(client, cell, index)
                self.assertIsNone(error, f"{path.stem}, cell {index}, with the right answers: {said}")
                if cell.metadata.get("nbgrader", {}).get("grade") and min(seconds) > SOON:
                    with self.subTest(f"{path.stem}: {cell.metadata.nbgrader.grade_id} in time"):
                        self.soon(client, cell, index)

    def try_answer(self, client, notebook, answer, checks, what, code):
        with self.subTest(what):
            ended, said, *_ = self.outcome(client, self.answered(notebook, answer, code), answer)
            self.assertIsNone(ended, f"the answer itself fails: {ended}: {said}")
            # A check may use what a plain cell between it and the answer computes.
            outcomes = [
                self.outcome(client, notebook.cells[i], i)
                for i in range(answer + 1, checks[-1] + 1)
                if notebook.cells[i].cell_type == "code"
            ]
            names = {name for name, *_ in outcomes if name}
            self.assertTrue(names, "this answer passes")
            self.assertEqual({"CheckFailed"}, names, outcomes)

    def test_wrong_answers_are_told(self):
        wanted = os.environ.get("NOTEBOOK", "").split()  # some only, or all
        for path in sorted(FOLDER.glob("*.ipynb")):
            if not wanted or path.stem in wanted:
                with self.subTest(path.stem):
                    self.try_notebook(path)


if __name__ == "__main__":
    unittest.main()
