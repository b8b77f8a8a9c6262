"""./lvm homework: the student's version, held against the rules that nbgrader publishes.

nbgrader itself is not to be had where these tests run. What is asked of a released notebook is written down here once more,
from nbgrader's schema of cell metadata (version 3), its validator and the steps of its generate_assignment.
"""

import copy
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbformat

import homework_notebook as small
from homework_notebook import cell

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "kernel-ext" / "src" / "launcher"))

from homework import released  # noqa: E402
from run_notebooks import Refused  # noqa: E402
from submissions import Assignment  # noqa: E402

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def nbgrader_objects(cell):
    """What nbgrader's schema and its validator object to in the metadata of one cell."""
    meta = cell.metadata.get("nbgrader")
    if meta is None:
        return []
    types = {
        "schema_version": lambda v: v == 3 and type(v) is int,
        "grade": lambda v: type(v) is bool,
        "locked": lambda v: type(v) is bool,
        "solution": lambda v: type(v) is bool,
        "task": lambda v: type(v) is bool,
        "grade_id": lambda v: re.search(r"^[a-zA-Z0-9_\-]*$", v),
        "points": lambda v: type(v) in (int, float) and v >= 0,
        "checksum": lambda v: len(v) == 32,
        "cell_type": lambda v: v in ("raw", "code", "markdown"),
    }
    objections = [f"unknown key {key}" for key in meta if key not in types]
    objections += [f"{key}: {meta[key]!r}" for key in meta if key in types and not types[key](meta[key])]
    objections += [f"{key} is missing" for key in ("schema_version", "grade", "locked", "solution") if key not in meta]
    grade, solution, task = meta.get("grade"), meta.get("solution"), meta.get("task", False)
    if (grade or solution or meta.get("locked")) and not meta.get("grade_id"):
        objections.append("no grade_id")
    if grade and "points" not in meta:
        objections.append("no points")
    if task and cell.cell_type != "markdown":
        objections.append("a task that is no markdown")
    if not task and cell.cell_type == "markdown" and grade != solution:
        objections.append("markdown that is graded without being a solution, or the reverse")
    if "cell_type" in meta and meta["cell_type"] != cell.cell_type:
        objections.append("another type than when it was released")
    return objections


def nbgrader_checksum(cell):
    """As nbgrader computes it: source, type, three flags, name, points."""
    meta = cell.metadata.nbgrader
    locked = not meta.solution and (meta.grade or meta.locked)
    digest = hashlib.md5()
    for part in (cell.source, cell.cell_type, str(meta.grade), str(meta.solution), str(locked), meta.grade_id):
        digest.update(part.encode("utf-8"))
    if meta.grade:
        digest.update(str(float(meta.points)).encode("utf-8"))
    return digest.hexdigest()


class ReleasedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sources = [(path.stem, nbformat.read(path, as_version=4)) for path in NOTEBOOKS]
        cls.project = [(name, source, released(source)) for name, source in sources]

    def setUp(self):
        self.source = small.notebook()

    def both(self):
        """Every notebook of the project and the small one: name, source, student's version."""
        yield from self.project
        yield "small", self.source, released(self.source)

    def test_nbgrader_objects_to_nothing(self):
        for name, source, student in self.both():
            nbformat.validate(student)
            for notebook in (source, student):
                ids = [c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata]
                self.assertEqual(len(set(ids)), len(ids), name)
                for c in notebook.cells:
                    self.assertEqual([], nbgrader_objects(c), f"{name}: {c.get('id')}")
            self.assertEqual("java", student.metadata.kernelspec.language, "by which nbgrader chooses the stub")

    def test_marks_stand_in_the_cells_that_may_have_them(self):
        """nbgrader looks for them in every line of every cell, and gives up where one stands elsewhere."""
        for name, source, _ in self.both():
            for c in source.cells:
                meta = c.metadata.get("nbgrader", {})
                for words, owner in (("SOLUTION", "solution"), ("HIDDEN TESTS", "grade"), ("MARK SCHEME", "task")):
                    begins, ends = c.source.count(f"BEGIN {words}"), c.source.count(f"END {words}")
                    self.assertEqual(begins, ends, f"{name}: {c.get('id')}")
                    self.assertTrue(begins == 0 or meta.get(owner), f"{name}: {c.get('id')}")

    def test_answers_hidden_checks_and_outputs_are_gone(self):
        for name, source, student in self.both():
            text = nbformat.writes(student)
            for words in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME"):
                self.assertNotIn(words, text, name)
            self.assertEqual([c.id for c in source.cells], [c.id for c in student.cells], name)
            for mine, theirs in zip(source.cells, student.cells):
                if theirs.cell_type == "code":
                    self.assertEqual(([], None), (theirs.outputs, theirs.execution_count), name)
                meta = theirs.metadata.get("nbgrader", {})
                if meta.get("solution"):
                    stub = "// YOUR CODE HERE" if theirs.cell_type == "code" else "YOUR ANSWER HERE"
                    self.assertEqual(1, theirs.source.count(stub), name)
                elif not meta:
                    self.assertEqual(mine.source, theirs.source)

    def test_the_small_one_line_by_line(self):
        student = released(self.source)
        self.assertEqual(
            "double sum(double[] a) {\n    double s = 0;\n    // YOUR CODE HERE\n    return s;\n}", cell(student, "sum").source
        )
        self.assertEqual(small.SUM_CHECK.split("\n")[0], cell(student, "sum-check").source)
        self.assertEqual("**Task.** Why?\n", cell(student, "why").source)
        self.assertEqual("YOUR ANSWER HERE", cell(student, "words").source)
        self.assertIn("the answer to the sum", cell(self.source, "sum").source, "the source is not changed")

    def test_locks_and_checksums(self):
        for name, _, student in self.both():
            for c in student.cells:
                meta = c.metadata.get("nbgrader")
                if meta is None:
                    self.assertNotIn("deletable", c.metadata)
                    continue
                self.assertIs(False, c.metadata.deletable)
                self.assertEqual(not meta.solution, c.metadata.get("editable") is False, f"{name}: {meta.grade_id}")
                self.assertEqual(nbgrader_checksum(c), meta.checksum, f"{name}: {meta.grade_id}")
                self.assertEqual(c.cell_type, meta.cell_type)

    def test_answers_without_marks_go_as_a_whole(self):
        cell(self.source, "twice").source = "double twice(double x) { return 2 * x; }"
        self.assertEqual("// YOUR CODE HERE", cell(released(self.source), "twice").source)

    def test_what_nbgrader_would_refuse_is_refused(self):
        def change(name, **values):
            def apply(nb):
                cell(nb, name).metadata.nbgrader.update(values)
            return apply

        def write(name, source):
            def apply(nb):
                cell(nb, name).source = source
            return apply

        def drop(name, key):
            def apply(nb):
                del cell(nb, name).metadata.nbgrader[key]
            return apply

        for apply, words in (
            (change("sum", schema_version=2), "schema_version 2"),
            (change("sum", grade_id="a b"), "grade_id 'a b'"),
            (change("sum", grade_id=""), "grade_id ''"),
            (change("sum", grade_id="twice"), "another cell has this grade_id"),
            (change("sum", extra=1), "does not know extra"),
            (change("sum", grade="yes"), "'grade' is 'yes'"),
            (change("sum-check", points=-1), "points -1"),
            (change("sum-check", points="2"), "points '2'"),
            (drop("sum-check", "points"), "points None"),
            (drop("sum-check", "grade"), "'grade' is None"),
            (change("words", solution=False), "markdown"),
            (change("sum", task=True, solution=False, points=1), "a task is a markdown cell"),
            (write("setup", "// BEGIN SOLUTION\n// END SOLUTION"), "has a solution"),
            (write("title", "cover `// BEGIN SOLUTION`"), "has a solution"),
            (write("sum", "// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS"), "has a hidden check"),
            (write("title", "=== BEGIN MARK SCHEME ===\n=== END MARK SCHEME ==="), "has a mark scheme"),
            (write("sum", "// BEGIN SOLUTION"), "without 'END SOLUTION'"),
            (write("sum", "// BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION"), "within"),
            (write("why", "=== BEGIN MARK SCHEME ===\n![x](attachment:a.png)\n=== END MARK SCHEME ==="), "attached"),
        ):
            with self.subTest(words):
                notebook = copy.deepcopy(self.source)
                apply(notebook)
                with self.assertRaisesRegex(Refused, re.escape(words)):
                    released(notebook)

    def test_a_notebook_without_checks_is_no_homework(self):
        for c in self.source.cells:
            c.metadata.clear()
            c.source = ""
        with self.assertRaisesRegex(Refused, "no cell is graded"):
            released(self.source)


class PlanTest(unittest.TestCase):
    """Which cells are run for a student, and in which order."""

    ALL = "own setup, answer sum, check sum-check, answer twice, check twice-check, own shown, answer half, check half-check"

    def plan(self, student, source=None):
        steps, notes, answers = Assignment(source or small.notebook()).plan(student.cells)
        return ", ".join(f"{step.kind} {step.label}".strip() for step in steps), [n["text"] for n in notes.all], answers

    def setUp(self):
        self.student = released(small.notebook())

    def test_as_it_was_handed_out(self):
        self.assertEqual((self.ALL, []), self.plan(self.student)[:2])

    def test_cells_are_known_by_grade_id_by_id_and_by_text(self):
        for lost in ("id", "metadata"):
            nb = small.handed_in(self.student)
            for c in nb.cells:
                if lost == "id":
                    del c["id"]
                else:
                    c.metadata = nbformat.NotebookNode()
            self.assertEqual((self.ALL, []), self.plan(nb)[:2], lost)

    def test_two_cells_of_one_text(self):
        source = small.notebook()
        source.cells.append(small.new_code_cell(small.cell(source, "shown").source, id="again"))
        student = released(source)
        for c in student.cells:
            del c["id"]
        self.assertEqual((f"{self.ALL}, own again", []), self.plan(student, source)[:2])
        changed = student.cells[-1]
        changed.source += "\nshown + 1"
        self.assertEqual(f"{self.ALL}, extra, own again", self.plan(student, source)[0])

    def test_own_cells_run_behind_the_cell_that_they_stand_behind(self):
        nb = small.handed_in(self.student)
        nb.cells.insert(3, small.new_code_cell("int mine = 1;"))
        nb.cells.append(small.new_markdown_cell("more"))
        nb.cells.insert(11, small.new_markdown_cell("Because."))
        steps, notes, answers = self.plan(nb)
        self.assertEqual(self.ALL.replace("check sum-check", "extra, check sum-check"), steps)
        self.assertEqual([], notes)
        self.assertEqual("Because.", answers["why"])
        self.assertEqual(small.SUM, answers["sum"])

    def test_a_copied_answer_runs_too_and_a_copied_check_does_not_count(self):
        nb = small.handed_in(self.student)
        nb.cells.insert(3, small.cell(nb, "sum").copy())
        nb.cells.insert(5, small.cell(nb, "sum-check").copy())
        expected = self.ALL.replace("answer sum, check sum-check", "answer sum, answer sum, check sum-check, extra")
        self.assertEqual(expected, self.plan(nb)[0])


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.temp = Path(tempfile.mkdtemp(prefix="lvm homework "))
        self.addCleanup(shutil.rmtree, self.temp, True)

    def homework(self, *arguments):
        command = [sys.executable, ROOT / "kernel-ext" / "src" / "launcher" / "homework.py", *arguments]
        return subprocess.run([str(a) for a in command], cwd=self.temp, capture_output=True, text=True, timeout=60)

    def test_the_command(self):
        result = self.homework("01-em", "--out", "out")
        self.assertEqual((0, ""), (result.returncode, result.stderr))
        self.assertIn("01-em: 13 checks for 17 points, 2 answers for 6 points by hand\n", result.stdout)
        written = nbformat.read(self.temp / "out" / "01-em.ipynb", as_version=4)
        self.assertEqual(written, released(nbformat.read(ROOT / "notebooks" / "01-em.ipynb", as_version=4)))

    def test_what_the_readme_says(self):
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertRegex(text, r"\n\./lvm homework 01-em +#.* target/homework/01-em\.ipynb\n")
        self.assertRegex(text, r"\n\./lvm grade handed-in --notebook 01-em +# target/grades/01-em:")
        result = self.homework("01-em")
        self.assertIn(f"Written to {ROOT / 'target' / 'homework' / '01-em.ipynb'}\n", result.stdout)
        grade = [sys.executable, ROOT / "kernel-ext" / "src" / "launcher" / "grade.py", "--help"]
        shown = subprocess.run([str(a) for a in grade], capture_output=True, text=True, timeout=60).stdout
        for option in set(re.findall(r"`[^`]*(--[a-z-]+)", text.split("## Homework and grades")[1].split("\n## ")[0])):
            self.assertIn(option, shown)
        self.assertIn("target/grades/NAME", shown)

    def test_misuse_names_the_cure(self):
        small.write(small.notebook(), self.temp / "sums.ipynb")
        for arguments, words in (
            (["99-none"], "99-none: no such notebook; in notebooks/ there are: 00-start"),
            (["sums.ipynb", "--out", "."], "would lose its answers"),
            ([], "required: NAME"),
        ):
            result = self.homework(*arguments)
            self.assertNotEqual(0, result.returncode)
            self.assertIn(words, result.stderr)
            self.assertNotIn("Traceback", result.stderr)
        self.assertIn("BEGIN SOLUTION", (self.temp / "sums.ipynb").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
