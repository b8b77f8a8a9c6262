"""Makes the version of a notebook that students get: ./lvm homework NAME.

The conventions are nbgrader's (cell metadata of schema 3): what it would make of the same notebook, it can collect and grade.
"""

import argparse
import copy
import hashlib
import re
import sys
from pathlib import Path

import nbformat

from run_notebooks import ROOT, Refused, find, parse

CODE_STUB = "// YOUR CODE HERE"
TEXT_STUB = "YOUR ANSWER HERE"
GRADE_ID = re.compile(r"[A-Za-z0-9_-]+\Z")
FLAGS = ("grade", "solution", "locked", "task")
KEYS = {"schema_version", "grade_id", "points", "checksum", "cell_type", *FLAGS}
ATTACHMENT = re.compile(r"!\[.*\]\(attachment:.+?\)")


class Region:
    """Lines between two marks, which only one kind of cell may have."""

    def __init__(self, name, kind, owner):
        self.begin, self.end = f"BEGIN {name}", f"END {name}"
        self.kind = kind
        self.owner = owner

    def cut(self, cell, stub=None):
        """The source without the regions, a stub in the place of each, and the lines that were in them."""
        kept, cut, inside = [], [], False
        for line in cell.source.split("\n"):
            if self.begin in line:
                if inside:
                    raise Refused(f"{name_of(cell)}: '{self.begin}' within '{self.begin}'")
                inside = True
                if stub is not None:
                    kept.append(re.match(r"\s*", line)[0] + stub)
            elif self.end in line:
                inside = False
            else:
                (cut if inside else kept).append(line)
        if inside:
            raise Refused(f"{name_of(cell)}: '{self.begin}' without '{self.end}'")
        return "\n".join(kept), cut

    def there(self, cell):
        return self.begin in cell.source


SOLUTION = Region("SOLUTION", "a solution", "solution")
HIDDEN = Region("HIDDEN TESTS", "a hidden check", "grade")
MARKS = Region("MARK SCHEME", "a mark scheme", "task")


def meta_of(cell):
    """What nbgrader knows of a cell; nothing for plain ones."""
    return cell.metadata.get("nbgrader", {})


def name_of(cell):
    first = cell.source.strip().split("\n")[0][:40]
    return f"cell '{meta_of(cell).get('grade_id') or cell.get('id') or first}'"


def is_locked(meta):
    """Whether the student may not edit the cell: checks, and what is locked by itself."""
    return not meta.get("solution") and bool(meta.get("grade") or meta.get("locked"))


def is_manual(cell):
    """Whether a person gives the points: answers that are graded themselves, tasks, and checks that are no code."""
    meta = meta_of(cell)
    return bool(meta.get("task") or meta.get("grade") and (meta.get("solution") or cell.cell_type != "code"))


def is_check(cell):
    return bool(meta_of(cell).get("grade")) and not is_manual(cell)


def checksum(cell):
    """nbgrader's checksum of a cell."""
    meta = meta_of(cell)
    grade, solution = bool(meta.get("grade")), bool(meta.get("solution"))
    parts = [cell.source, cell.cell_type, str(grade), str(solution), str(is_locked(meta)), meta["grade_id"]]
    if grade:
        parts.append(str(float(meta["points"])))
    return hashlib.md5("".join(parts).encode()).hexdigest()


def examine(notebook):
    """Refuses a notebook that nbgrader's validator would refuse, or that would show students what they must not see."""
    seen = set()
    for cell in notebook.cells:
        meta = meta_of(cell)
        if "nbgrader" in cell.metadata:
            examine_meta(cell, meta, seen)
        for region in (SOLUTION, HIDDEN, MARKS):
            if region.there(cell) and not meta.get(region.owner):
                raise Refused(f"{name_of(cell)} has {region.kind}, but its metadata do not say \"{region.owner}\": true")
    if not any(is_check(cell) or is_manual(cell) for cell in notebook.cells):
        raise Refused("no cell is graded: the metadata of a check have \"nbgrader\": {\"grade\": true, \"points\": 1, …}")


def examine_meta(cell, meta, seen):
    name = name_of(cell)
    if meta.get("schema_version") != 3:
        raise Refused(f"{name}: schema_version {meta.get('schema_version')}, expected 3")
    if set(meta) - KEYS:
        raise Refused(f"{name}: nbgrader does not know {', '.join(sorted(set(meta) - KEYS))}")
    for flag in FLAGS:
        if not isinstance(meta.get(flag, flag != "task" and None), bool):
            raise Refused(f"{name}: '{flag}' is {meta.get(flag)!r}, expected true or false")
    if not any(meta.get(flag) for flag in FLAGS):
        return
    grade_id = meta.get("grade_id")
    if not isinstance(grade_id, str) or not GRADE_ID.match(grade_id):
        raise Refused(f"{name}: grade_id {grade_id!r}, expected letters, digits, - and _")
    if grade_id in seen:
        raise Refused(f"{name}: another cell has this grade_id, too")
    seen.add(grade_id)
    points = meta.get("points")
    if meta["grade"] or meta.get("task"):
        if isinstance(points, bool) or not isinstance(points, (int, float)) or not points >= 0:
            raise Refused(f"{name}: points {points!r}, expected a number, 0 or more")
    if meta.get("task"):
        if cell.cell_type != "markdown" or meta["grade"] or meta["solution"]:
            raise Refused(f"{name}: a task is a markdown cell that is neither graded by a check nor a solution")
    elif cell.cell_type == "markdown" and meta["grade"] != meta["solution"]:
        raise Refused(f"{name}: a markdown cell that is graded is a solution, too, and the reverse")


def released(notebook):
    """The student's version of a notebook: solutions, hidden checks and mark schemes out, outputs cleared, checks locked."""
    examine(notebook)
    student = copy.deepcopy(notebook)
    student.metadata.pop("celltoolbar", None)
    for cell in student.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
            cell.metadata.pop("execution", None)
        meta = meta_of(cell)
        if not meta:
            continue
        if meta.get("solution"):
            stub = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
            marked = SOLUTION.there(cell)
            cell.source = SOLUTION.cut(cell, stub)[0] if marked else stub
        if meta.get("grade"):
            cell.source = HIDDEN.cut(cell)[0]
        if meta.get("task"):
            cell.source, scheme = MARKS.cut(cell)
            if any(ATTACHMENT.search(line) for line in scheme):
                raise Refused(f"{name_of(cell)}: the picture of the mark scheme is attached, and would go to students")
        if meta.get("solution") or is_locked(meta):
            cell.metadata["deletable"] = False
        if is_locked(meta):
            cell.metadata["editable"] = False
        if any(meta.get(flag) for flag in FLAGS):
            meta["checksum"] = checksum(cell)
            meta["cell_type"] = cell.cell_type
    return student


def count(number, thing):
    return f"{number:g} {thing}" + ("" if number == 1 else "s")


def main():
    parser = argparse.ArgumentParser(
        prog="./lvm homework",
        description="Writes the student's version of a notebook: no solutions, no outputs, no hidden checks.",
    )
    parser.add_argument("name", metavar="NAME", help="the notebook with the answers, such as 01-em")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: target/homework)")
    args = parser.parse_args()
    out = args.out or ROOT / "target" / "homework"
    try:
        path = find(args.name)
        if (out / path.name).resolve() == path:
            raise Refused(f"--out {out} is the folder of the notebook itself, which would lose its answers")
        student = released(parse(path))
    except Refused as e:
        print(f"lvm: {e}", file=sys.stderr)
        return 1
    out.mkdir(parents=True, exist_ok=True)
    nbformat.write(student, out / path.name)
    checks = [cell for cell in student.cells if is_check(cell)]
    manual = [cell for cell in student.cells if is_manual(cell)]
    points = sum(meta_of(cell)["points"] for cell in checks)
    by_hand = sum(meta_of(cell)["points"] for cell in manual)
    print(f"{path.stem}: {count(len(checks), 'check')} for {count(points, 'point')}, "
          f"{count(len(manual), 'answer')} for {count(by_hand, 'point')} by hand")
    print(f"Written to {out / path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
