"""What every notebook in notebooks/ must be as it is committed: run in full, light, quiet, gradable."""

import copy
import json
import os
import re
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[4] / "notebooks"
NOTEBOOKS = [(path, nbformat.read(path, 4)) for path in sorted(FOLDER.glob("*.ipynb"))]
MEGABYTE = 1_000_000
MOVING = re.compile(r'class="lvm-film|<div id="lvm')  # films, and controls with frames drawn beforehand
BEGIN, END = "// BEGIN SOLUTION", "// END SOLUTION"
SOLUTION = re.compile(r"[ \t]*// BEGIN SOLUTION.*?// END SOLUTION(?:\n|$)", re.S)
MARKS = re.compile(r"\A.+\n=== BEGIN MARK SCHEME ===\n.+\n=== END MARK SCHEME ===\Z", re.S)
LOCAL_PATH = re.compile(r"(?<![\w:/.])(?:/home/|/root/|/Users/|/work/|/tmp/|[A-Z]:\\\\Users)")


class Committed(unittest.TestCase):
    def test_there_are_notebooks(self):
        self.assertTrue(NOTEBOOKS)

    def test_is_valid_and_small(self):
        for path, notebook in NOTEBOOKS:
            nbformat.validate(notebook)
            moves = any(MOVING.search(o.get("data", {}).get("text/html", ""))
                        for c in notebook.cells for o in c.get("outputs", []))
            self.assertLess(path.stat().st_size, (3 if moves else 1.5) * MEGABYTE, path.name)

    def test_cells_can_be_read_at_a_glance(self):
        for path, notebook in NOTEBOOKS:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    lines = cell.source.split("\n")
                    self.assertLessEqual(len(lines), 25, f"{path.name}: {cell.id}")
                    self.assertLessEqual(max(map(len, lines)), 100, f"{path.name}: {cell.id}")

    def test_has_been_run_from_top_to_bottom(self):
        for path, notebook in NOTEBOOKS:
            cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
            self.assertEqual([c.execution_count for c in cells], list(range(1, len(cells) + 1)), path.name)

    def test_shows_pictures_and_neither_errors_nor_standard_error(self):
        for path, notebook in NOTEBOOKS:
            outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
            self.assertFalse([o for o in outputs if o.output_type == "error"], path.name)
            self.assertFalse([o for o in outputs if o.output_type == "stream" and o.name == "stderr"], path.name)
            self.assertTrue([o for o in outputs if "image/png" in o.get("data", {})], path.name)

    def test_streams_are_in_one_piece(self):
        for path, notebook in NOTEBOOKS:
            for cell in notebook.cells:
                outputs = cell.get("outputs", [])
                for one, other in zip(outputs, outputs[1:]):
                    self.assertFalse(one.output_type == other.output_type == "stream" and one.name == other.name, path.name)

    def test_stores_no_bar_of_progress_and_nothing_of_a_run_without_data(self):
        """Both depend on the machine: whether work took long enough for a bar, and whether MNIST could be had."""
        for path, notebook in NOTEBOOKS:
            outputs = [o for c in notebook.cells for o in c.get("outputs", [])]
            self.assertFalse([o for o in outputs if "progressbar" in o.get("data", {}).get("text/html", "")], path.name)
            self.assertFalse([o for o in outputs if "MNIST cannot be had" in o.get("text", "")], path.name)

    def test_the_first_one_leads_to_all_others_and_to_nothing_else(self):
        first = NOTEBOOKS[0][1]
        text = "\n".join(c.source for c in first.cells if c.cell_type == "markdown")
        links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", text)
        self.assertLessEqual({path.name for path, _ in NOTEBOOKS[1:]}, set(links))
        for link in links:
            self.assertTrue((FOLDER / link).exists(), link)
        # The glossary says in which section a term comes up first: there is such a section.
        for section, name in re.findall(r"\[(\d+\.\d+)\]\(([^)#]+)", text):
            headings = [line for c in dict((p.name, n) for p, n in NOTEBOOKS)[name].cells for line in c.source.splitlines()]
            self.assertTrue([h for h in headings if h.startswith(f"## {section} ")], f"{section} in {name}")

    def test_carries_no_path_of_the_machine_that_ran_it(self):
        for path, notebook in NOTEBOOKS:
            text = json.dumps(
                [[c.source, [o.get("text", o.get("data", {}).get("text/plain", "")) for o in c.get("outputs", [])]]
                 for c in notebook.cells])
            self.assertIsNone(LOCAL_PATH.search(text), path.name)

    def test_exercises_are_gradable(self):
        """nbgrader, cell metadata of schema 3: answers and checks in turn, no key too many, names used once.

        A task is a locked markdown cell that a person grades: its answer goes into cells of the student's own, so that
        nbgrader marks it neither as graded by a test nor as a solution. It has points and says what they are given for.
        """
        for path, notebook in NOTEBOOKS:
            seen = set()
            answers = checks = 0
            for cell in notebook.cells:
                meta = cell.metadata.get("nbgrader")
                if meta is None:
                    self.assertTrue(cell.cell_type == "markdown" or BEGIN not in cell.source, cell.source)
                    continue
                common = {"grade", "grade_id", "locked", "schema_version", "solution", "task"}
                self.assertEqual(set(meta), common | ({"points"} if meta.grade or meta.task else set()))
                self.assertEqual(meta.schema_version, 3)
                self.assertNotIn(meta.grade_id, seen)
                seen.add(meta.grade_id)
                if meta.task:
                    self.assertEqual((cell.cell_type, meta.grade, meta.solution, meta.locked),
                                     ("markdown", False, False, True), meta.grade_id)
                    self.assertGreater(meta.points, 0)
                    self.assertRegex(cell.source, MARKS, meta.grade_id)
                    continue
                self.assertNotEqual(meta.grade, meta.solution)
                self.assertEqual(meta.locked, meta.grade)
                if meta.solution:
                    answers += 1
                    self.assertEqual(cell.source.count(BEGIN), 1, meta.grade_id)
                    self.assertEqual(cell.source.count(END), 1, meta.grade_id)
                else:
                    checks += 1
                    self.assertGreater(meta.points, 0)
                    self.assertIn("Check.", cell.source)
                    # A last expression would be shown, and a number there would be read as a score.
                    self.assertFalse([o for o in cell.outputs if o.output_type == "execute_result"])
            self.assertGreater(answers, 0, path.name)
            self.assertGreaterEqual(checks, answers, path.name)


class Unanswered(unittest.TestCase):
    """The notebook as a student gets it: every check fails, in its own words, and nothing else does."""

    def test_every_check_fails_and_nothing_else(self):
        os.environ["LVM_SIZE"] = "small"
        students = [copy.deepcopy(notebook) for _, notebook in NOTEBOOKS]
        for student in students:
            for cell in student.cells:
                if cell.metadata.get("nbgrader", {}).get("solution"):
                    cell.source = SOLUTION.sub("// YOUR CODE HERE\n", cell.source)

        def execute(student):
            NotebookClient(student, timeout=240, allow_errors=True).execute(cwd=str(FOLDER))

        # Two at a time: half of what a kernel does keeps one processor busy.
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(execute, students))
        for (path, _), student in zip(NOTEBOOKS, students):
            for cell in student.cells:
                if cell.cell_type != "code":
                    continue
                errors = [o.ename for o in cell.outputs if o.output_type == "error"]
                graded = cell.metadata.get("nbgrader", {}).get("grade", False)
                self.assertEqual(errors, ["CheckFailed"] if graded else [], f"{path.name}: {cell.source}")


if __name__ == "__main__":
    unittest.main()
