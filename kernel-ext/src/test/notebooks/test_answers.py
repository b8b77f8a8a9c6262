"""The checks of the exercises, held against wrong answers: notebooks/wrong-answers/NN-topic.java has them.

A block begins with a line `// ==== grade_id: what is wrong`; what follows takes the place of the solution. NOTEBOOK=01-em
in the environment tries one notebook only.
"""

import copy
import os
import re
import unittest
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[4] / "notebooks"
ANSWERS = FOLDER / "wrong-answers"
HEAD = re.compile(r"^// ==== ([\w-]+): (.+)$", re.M)
SOLUTION = re.compile(r"([ \t]*// BEGIN SOLUTION\n).*?([ \t]*// END SOLUTION)", re.S)
LEAST = 4


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


class WrongAnswers(unittest.TestCase):
    """Through the real kernel, at small size: the right answer passes, every wrong one fails its check and says why."""

    def outcome(self, client, cell, index):
        """Runs a cell; the name of the error that it ended with, or None, and what it said."""
        # It stands in the client's notebook while it runs: a bar of progress is brought up to date there.
        client.nb.cells[index] = copy.deepcopy(cell)
        cell = client.execute_cell(client.nb.cells[index], index)
        errors = [o for o in cell.outputs if o.output_type == "error"]
        return (errors[0].ename, errors[0].evalue) if errors else (None, "")

    def answered(self, notebook, answer, code):
        cell = copy.deepcopy(notebook.cells[answer])
        cell.source = SOLUTION.sub(lambda m: m[1] + code + m[2], cell.source)
        return cell

    def try_notebook(self, path):
        notebook = nbformat.read(path, 4)
        answers = wrong_answers(ANSWERS / f"{path.stem}.java")
        by_answer = {answer: (name, checks) for name, (answer, checks) in exercises(notebook).items()}
        os.environ["LVM_SIZE"] = "small"
        client = NotebookClient(copy.deepcopy(notebook), timeout=240, allow_errors=True)
        with client.setup_kernel(cwd=str(FOLDER)):
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                name, checks = by_answer.get(index, (None, []))
                for what, code in answers.get(name, []):
                    self.try_answer(client, notebook, index, checks, f"{name}: {what}", code)
                error, said = self.outcome(client, cell, index)
                self.assertIsNone(error, f"{path.stem}, cell {index}, with the right answers: {said}")

    def try_answer(self, client, notebook, answer, checks, what, code):
        with self.subTest(what):
            ended, said = self.outcome(client, self.answered(notebook, answer, code), answer)
            self.assertIsNone(ended, f"the answer itself fails: {ended}: {said}")
            # A check may use what a plain cell between it and the answer computes.
            outcomes = [
                self.outcome(client, notebook.cells[i], i)
                for i in range(answer + 1, checks[-1] + 1)
                if notebook.cells[i].cell_type == "code"
            ]
            names = {name for name, _ in outcomes if name}
            self.assertTrue(names, "this answer passes")
            self.assertEqual({"CheckFailed"}, names, outcomes)

    def test_wrong_answers_are_told(self):
        for path in sorted(FOLDER.glob("*.ipynb")):
            if os.environ.get("NOTEBOOK", path.stem) == path.stem:
                with self.subTest(path.stem):
                    self.try_notebook(path)


if __name__ == "__main__":
    unittest.main()
