"""The list of what the documents hold, the tags of the cells and notebooks/coverage.md agree."""

import json
import re
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "kernel-ext" / "src" / "launcher"))

from coverage import Project  # noqa: E402


class Coverage(unittest.TestCase):
    def test_tags_name_items_nothing_is_missing_without_a_word_and_the_page_is_up_to_date(self):
        project = Project()
        self.assertEqual([], project.problems)
        self.assertEqual(project.text(), project.page.read_text(encoding="utf-8"), "./lvm coverage writes it anew")

    def test_all_five_documents_are_listed_with_sections_and_what_else_they_have(self):
        documents = Project().documents
        self.assertEqual(list("ABCDE"), list(documents))
        for letter, document in documents.items():
            kinds = {item["item"].split()[0] for item in document["items"]}
            self.assertLessEqual({"section", "equation", "figure"}, kinds, letter)
            self.assertLessEqual(kinds, {"section", "equation", "figure", "table"}, letter)
        named = {tag for tag, _ in Project().items()}
        self.assertLessEqual({f"C equation {i}" for i in range(1, 11)}, named)
        self.assertLessEqual({"C figure 1a", "C figure 1b", "C figure 2", "E figure 3", "E table 1"}, named)
        self.assertLessEqual({f"E figure 1{part}" for part in "abc"}, named)

    def test_the_map_of_the_start_has_an_arrow_for_every_document_of_a_notebook(self):
        start = json.loads((Project().notebooks / "00-start.ipynb").read_text(encoding="utf-8"))
        code = "".join("".join(cell["source"]) for cell in start["cells"] if cell["cell_type"] == "code")
        rebuilt = re.search(r"String\[\] rebuilt =(.*?)\.split", code, re.S).group(1)
        drawn = "".join(re.findall(r'"([^"]*)"', rebuilt)).split()
        covered = {
            f"{tag[0]}{int(notebook[:2])}"
            for tag, places in Project().places.items()
            for notebook, _ in places
            if notebook != "00-start.ipynb"
        }
        self.assertEqual(sorted(covered), sorted(drawn))


class Planted(unittest.TestCase):
    """Every kind of disagreement is found."""

    def project(self, covers, items, cell="## 1.2 A heading | or two\n\ntext"):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        (root / "notebooks" / "results").mkdir(parents=True)
        (root / "notebooks" / "results" / "table1-m2.json").touch()
        (root / "lib" / "src" / "test" / "java").mkdir(parents=True)
        (root / "lib" / "src" / "test" / "java" / "RightTest.java").touch()
        cells = [
            {"cell_type": "markdown", "metadata": {}, "source": ["# 1 · Title"]},
            {"cell_type": "markdown", "metadata": {}, "source": [cell]},
            {"cell_type": "code", "metadata": {"covers": covers}, "source": ["# no heading"]},
        ]
        (root / "notebooks" / "01-one.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
        document = {"title": "T", "kind": "slides", "items": items}
        (root / "notebooks" / "documents.json").write_text(json.dumps({"A": document}), encoding="utf-8")
        return Project(root)

    def problem(self, covers, *items):
        problems = self.project(covers, list(items)).problems
        self.assertEqual(1, len(problems), problems)
        return problems[0]

    def test_a_tag_without_an_item(self):
        item = {"item": "section 1", "what": "w"}
        self.assertIn("does not list", self.problem(["A section 1", "A section 2"], item))
        self.assertIn("does not list", self.problem(["A section 1", "B section 1"], item))

    def test_an_item_without_a_cell_and_without_a_word(self):
        self.assertIn("no cell covers it", self.problem([], {"item": "section 1", "what": "w"}))

    def test_a_word_that_is_out_of_date(self):
        self.assertIn("awaits more", self.problem(["A section 1"], {"item": "section 1", "what": "w", "awaits": "more"}))

    def test_an_item_that_is_there_twice(self):
        item = {"item": "section 1", "what": "w"}
        self.assertIn("twice", self.problem(["A section 1"], item, item))

    def test_a_test_or_a_record_that_does_not_exist(self):
        item = {"item": "section 1", "what": "w", "tests": ["WrongTest"]}
        self.assertIn("WrongTest", self.problem(["A section 1"], item))
        item = {"item": "section 1", "what": "w", "records": ["table2"]}
        self.assertIn("table2", self.problem(["A section 1"], item))

    def test_the_page_links_cell_test_and_record_and_says_what_is_missing(self):
        item = {"item": "section 1", "what": "w", "tests": ["RightTest"], "records": ["table1"]}
        later = {"item": "figure 2", "what": "v", "awaits": "Boltzmann machines"}
        project = self.project(["A section 1"], [item, later])
        self.assertEqual([], project.problems)
        text = project.text()
        self.assertIn("| section 1 | w | [01: 1.2 A heading \\| or two](01-one.ipynb#1.2-A-heading-%7C-or-two) "
                      "| [RightTest](../lib/src/test/java/RightTest.java) | [table1](results/table1-m2.json) |", text)
        self.assertIn("| figure 2 | v | not yet: Boltzmann machines |", text)
        self.assertIn("| A | *T*, slides | 1 of 2 |", text)


if __name__ == "__main__":
    unittest.main()
