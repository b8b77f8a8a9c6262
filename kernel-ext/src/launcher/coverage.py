"""What of the five documents is shown where: writes notebooks/coverage.md (./lvm coverage).

notebooks/documents.json lists every section, equation, figure and table of the documents, with the tests that prove it and the
records of results that measure it. The cells of the notebooks say what they cover in their metadata, {"covers": ["A section
13.3", ...]}: the letter of a document and one of its items. What no cell covers has a word in the list on what it awaits.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[3]
HEADING = re.compile(r"^#+ +(.+?) *$", re.M)
HEAD = """# What the notebooks cover

Every section, equation, figure and table of the five documents that the notebooks rebuild, with the cells that show it, the
tests that prove it and the [results](results/README.md) that measure it. Items have the numbers of their document, or else
short names of ours.

<!-- ./lvm coverage writes this file: what a cell covers stands in its metadata, the items in documents.json -->

"""


class Project:
    """The files of the project that coverage is about."""

    def __init__(self, root=ROOT):
        self.root = root
        self.notebooks = root / "notebooks"
        self.page = self.notebooks / "coverage.md"
        self.documents = json.loads((self.notebooks / "documents.json").read_text(encoding="utf-8"))
        self.problems = []
        self.places = self._places()
        self.tests = [path.relative_to(root) for path in sorted(root.glob("*/src/test/**/*.java"))]
        self._check()

    def items(self):
        """Pairs of a tag, such as "A section 13.3", and the item."""
        for letter, document in self.documents.items():
            for item in document["items"]:
                yield f"{letter} {item['item']}", item

    def _places(self):
        """For every tag the places (notebook, heading) of the cells that have it, in order."""
        places = {}
        for path in sorted(self.notebooks.glob("*.ipynb")):
            heading = ""
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                source = "".join(cell["source"])
                headings = HEADING.findall(source) if cell["cell_type"] == "markdown" else []
                # A cell may end one section and begin the next: it is about the one that it begins.
                here = headings[0] if headings else heading
                heading = headings[-1] if headings else heading
                for tag in cell["metadata"].get("covers", []):
                    place = (path.name, here)
                    if place not in places.setdefault(tag, []):
                        places[tag].append(place)
        return places

    def _check(self):
        tags = [tag for tag, _ in self.items()]
        for tag in sorted({tag for tag in tags if tags.count(tag) > 1}):
            self.problems.append(f"documents.json lists {tag} twice")
        for tag in self.places:
            if tag not in tags:
                notebook, heading = self.places[tag][0]
                self.problems.append(f"{notebook}, {heading}: covers {tag}, which documents.json does not list")
        for tag, item in self.items():
            if tag not in self.places and not item.get("awaits"):
                self.problems.append(f"{tag} ({item['what']}): no cell covers it, and documents.json does not say what it awaits")
            if tag in self.places and item.get("awaits"):
                self.problems.append(f"{tag}: {self.places[tag][0][0]} covers it, documents.json says it awaits {item['awaits']}")
            for name in item.get("tests", []):
                if len(self.tests_named(name)) != 1:
                    self.problems.append(f"{tag}: {len(self.tests_named(name))} test classes are called {name}")
            for name in item.get("records", []):
                if not self.records_named(name):
                    self.problems.append(f"{tag}: no record of {name} in notebooks/results")

    def tests_named(self, name):
        return [path for path in self.tests if path.as_posix().endswith(f"/{name}.java")]

    def records_named(self, name):
        results = self.notebooks / "results"
        return sorted(results.glob(f"{name}.json")) + sorted(results.glob(f"{name}-*.json"))

    # --- the page ---------------------------------------------------------------------------------------------------

    def text(self):
        """The page as it should be."""
        return HEAD + "\n".join(self._summary()) + "".join(self._document(letter) for letter in self.documents)

    def covered(self, letter):
        items = self.documents[letter]["items"]
        return sum(f"{letter} {item['item']}" in self.places for item in items), len(items)

    def _summary(self):
        yield "| | document | covered |"
        yield "|---|---|---|"
        for letter, document in self.documents.items():
            covered, total = self.covered(letter)
            yield f"| {letter} | {title(document)} | {covered} of {total} |"
        yield ""

    def _document(self, letter):
        document = self.documents[letter]
        lines = ["", f"## {letter} · {document['title']}", "", "| item | | cells | tests | results |", "|---|---|---|---|---|"]
        for item in document["items"]:
            tag = f"{letter} {item['item']}"
            cells = "<br>".join(map(link, self.places.get(tag, []))) or "not yet: " + item.get("awaits", "")
            tests = ", ".join(self._test(name) for name in item.get("tests", []))
            records = ", ".join(self._record(name) for name in item.get("records", []))
            lines.append(f"| {item['item']} | {item['what']} | {cells} | {tests} | {records} |")
        return "\n".join(lines) + "\n"

    def _test(self, name):
        found = self.tests_named(name)
        short = name.rsplit("/", 1)[-1]
        return f"[{short}](../{found[0].as_posix()})" if found else short

    def _record(self, name):
        found = self.records_named(name)
        return f"[{name}](results/{found[0].name if len(found) == 1 else 'README.md'})"


def title(document):
    return ", ".join(filter(None, [document.get("author"), f"*{document['title']}*", document["kind"]]))


def link(place):
    """A link that Jupyter follows: the name of a heading is its text with hyphens for spaces."""
    notebook, heading = place
    text = heading.replace("|", "\\|")
    return f"[{notebook[:2]}: {text}]({notebook}#{quote(heading.replace(' ', '-'), safe='-._~:,')})"


def main():
    parser = argparse.ArgumentParser(
        prog="./lvm coverage", description="Writes notebooks/coverage.md: what of the five documents is shown where."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is not what would be written")
    args = parser.parse_args()
    project = Project()
    text = project.text()
    stale = not project.page.is_file() or project.page.read_text(encoding="utf-8") != text
    if args.check and stale:
        project.problems.append("notebooks/coverage.md is not what ./lvm coverage writes")
    elif not args.check:
        project.page.write_text(text, encoding="utf-8")
    for letter in project.documents:
        covered, total = project.covered(letter)
        print(f"{letter}: {covered} of {total} items covered")
    for problem in project.problems:
        print(f"lvm: coverage: {problem}", file=sys.stderr)
    return 1 if project.problems else 0


if __name__ == "__main__":
    sys.exit(main())
