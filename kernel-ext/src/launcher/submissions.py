"""What students handed in, and what of it is run: the notebook's own cells with the student's answers in their places."""

import hashlib
from pathlib import Path

import nbformat

import java_cells
from homework import is_check, is_locked, is_manual, meta_of, released
from run_notebooks import Refused

OWN, ANSWER, EXTRA, CHECK = "own", "answer", "extra", "check"
LARGEST = 50_000_000  # bytes of a notebook that is read


class Submission:
    """One file of one student."""

    def __init__(self, student, assignment, path, timestamp=""):
        self.student = student
        self.assignment = assignment
        self.path = path
        self.timestamp = timestamp

    def read(self):
        """The notebook; Refused says what is wrong with it."""
        if self.path.is_symlink() or self.path.stat().st_size > LARGEST:
            raise Refused(f"{self.path.name} is a link, or larger than {LARGEST // 1_000_000} MB: it is not read")
        try:
            notebook = nbformat.read(self.path, as_version=4)
            cells = [cell for cell in notebook.cells if isinstance(cell.source, str) and cell.cell_type]
            for cell in cells:
                if not isinstance(cell.metadata.get("nbgrader", {}), dict):
                    del cell.metadata["nbgrader"]
        except Exception as e:  # nbformat and odd files raise many kinds
            raise Refused(f"{self.path.name} is no notebook that can be read ({type(e).__name__})") from e
        return cells

    def digest(self):
        return hashlib.sha256(b"" if self.path.is_symlink() else self.path.read_bytes()).hexdigest()

    def files(self):
        """What the student handed in beside the notebook; cells may read it."""
        if self.path.parent.name != self.assignment:
            return []
        return [p for p in sorted(self.path.parent.iterdir()) if p.is_file() and not p.is_symlink() and p.suffix != ".ipynb"]


def timestamp(file):
    """When it was handed in, which nbgrader puts beside it."""
    there = file.is_file() and not file.is_symlink()
    return file.read_text(encoding="utf-8", errors="replace").strip()[:60] if there else ""


def find_submissions(folder, name):
    """All submissions of a folder: STUDENT/ASSIGNMENT/NAME.ipynb, as nbgrader has them, or STUDENT.ipynb; and the name."""
    nested = [p for p in sorted(folder.glob("*/*/*.ipynb")) if ".ipynb_checkpoints" not in p.parts]
    flat = sorted(folder.glob("*.ipynb"))
    names = sorted({p.stem for p in nested})
    if name is None:
        if len(names) != 1 or flat:
            there = f"there are {', '.join(names)}" if names else f"{folder} has no STUDENT/ASSIGNMENT/NAME.ipynb"
            raise Refused(f"which notebook? Say --notebook NAME: {there}")
        name = names[0]
    stem = Path(name).stem
    found = [Submission(p.stem, stem, p) for p in flat]
    for path in nested:
        if path.stem == stem:
            found.append(Submission(path.parts[-3], path.parts[-2], path, timestamp(path.parent / "timestamp.txt")))
    if not found:
        raise Refused(f"{folder} has neither STUDENT.ipynb nor STUDENT/ASSIGNMENT/{stem}.ipynb")
    students = [each.student for each in found]
    for student in students:
        if students.count(student) > 1:
            raise Refused(f"{folder} has more than one notebook {stem} of {student}: keep one")
    return name, found


def without_submission(folder, submissions):
    """The students who have a folder, but no notebook of the name in it."""
    nested = {each.student for each in submissions if each.path.parent != folder}
    folders = {p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")}
    return sorted(folders - nested) if nested else []


class Step:
    """A cell that is run. For checks and answers: the grade_id."""

    def __init__(self, kind, source, label):
        self.kind = kind
        self.source = source
        self.label = label

    @property
    def students(self):
        return self.kind in (ANSWER, EXTRA)


class Assignment:
    """The notebook with its answers, hidden checks and points."""

    def __init__(self, notebook):
        self.cells = notebook.cells
        self.student = released(notebook).cells
        self.checks = [cell for cell in self.cells if is_check(cell)]
        self.manual = [cell for cell in self.cells if is_manual(cell)]
        self.max_score = sum(float(meta_of(cell)["points"]) for cell in [*self.checks, *self.manual])
        self.protected = [self.protect(i) for i in range(len(self.cells))]

    def protect(self, at):
        """What an answer at this place must not declare."""
        code = [(i, c) for i, c in enumerate(self.cells) if c.cell_type == "code"]
        own = [(i, c.source) for i, c in code if not meta_of(c).get("solution") and not is_check(c)]
        return java_cells.Protected(
            [s for i, s in own if i < at],
            [s for i, s in own if i > at],
            [c.source for _, c in code if is_check(c)],
            [c.source for _, c in code if meta_of(c).get("solution")],
        )

    def answer_of(self, check):
        """The grade_id of the answer that a check is about: the one before it."""
        last = None
        for cell in self.cells:
            meta = meta_of(cell)
            if meta.get("solution") and cell.cell_type == "code":
                last = meta["grade_id"]
            if meta.get("grade_id") == check:
                return last
        return last

    def place(self, cell, taken):
        """The index of the notebook's cell that a student's cell is, or None for one of the student's own."""
        grade_id = meta_of(cell).get("grade_id")
        for same in (
            lambda mine: grade_id and meta_of(mine).get("grade_id") == grade_id,
            lambda mine: cell.get("id") and mine.get("id") == cell.get("id") and mine.cell_type == cell.cell_type,
            lambda mine: cell.source.strip() and mine.source == cell.source and mine.cell_type == cell.cell_type,
        ):
            for i, mine in enumerate(self.student):
                if same(mine) and (i not in taken or grade_id):
                    return i
        return None

    def plan(self, cells, known=None):
        """The steps for a student's cells, notes about what is odd, and the student's answers by grade_id."""
        places, extras, at = {}, {}, -1
        order = []
        for cell in cells:
            i = self.place(cell, places)
            if i is None or i in places and not meta_of(self.student[i]).get("solution"):
                extras.setdefault(at, []).append(cell)
            else:
                places.setdefault(i, []).append(cell)
                order.append(i)
                at = i
        notes = Notes()
        graded = [i for i in order if meta_of(self.student[i])]
        if graded != sorted(graded):
            notes.add("", "cells were moved: they were run in the order of the notebook")
        steps, answers = self.extra_steps(extras, -1, known, notes), {}
        for i, (mine, shown) in enumerate(zip(self.cells, self.student)):
            meta = meta_of(mine)
            theirs = places.get(i, [])
            if meta.get("solution") or is_manual(mine):
                # The answer to a task stands in cells of the student's own behind it.
                own = theirs if meta.get("solution") else extras.get(i, [])
                answers[meta["grade_id"]] = "\n\n".join(cell.source for cell in own)
            if is_check(mine):
                self.compare(shown, theirs, notes, meta["grade_id"])
                steps.append(Step(CHECK, mine.source, meta["grade_id"]))
            elif meta.get("solution") and mine.cell_type == "code":
                if not theirs:
                    notes.add(meta["grade_id"], "this answer is not in the notebook that was handed in")
                # A copy of an answer is another try at it; the last one counts, as in the student's own kernel.
                for cell in theirs or [shown]:
                    steps.append(self.students_step(ANSWER, cell, meta["grade_id"], i, known, notes, mine.source))
            elif mine.cell_type == "code":
                self.compare(shown, theirs, notes, "")
                steps.append(Step(OWN, mine.source, mine.get("id", "")))
            steps += self.extra_steps(extras, i, known, notes)
        return [step for step in steps if step.source.strip()], notes, answers

    @staticmethod
    def compare(shown, theirs, notes, label):
        if not theirs and is_locked(meta_of(shown)):
            notes.add(label, "this locked cell was deleted; it was put back")
        elif theirs and theirs[0].source.rstrip() != shown.source.rstrip():
            first = shown.source.strip().split("\n")[0][:60]
            what = "this locked cell was changed" if label else f"a cell of the notebook was changed ('{first}')"
            notes.add(label, f"{what}; what the notebook has was run")

    def extra_steps(self, extras, at, known, notes):
        code = [cell for cell in extras.get(at, []) if cell.cell_type == "code"]
        return [self.students_step(EXTRA, cell, "", max(at, 0), known, notes) for cell in code]

    def students_step(self, kind, cell, label, at, known, notes, proposed=""):
        if cell.cell_type != "code":
            notes.add(label, "the answer was handed in as text, not as code")
            return Step(kind, "", label)
        source, left_out = java_cells.without_clashes(cell.source, self.protected[at], known)
        for name in left_out:
            notes.add(label, f"'{name}' belongs to the notebook, its checks or the kernel: what declares it was left out")
        usual = java_cells.unusual(proposed, self.protected[at])
        for note in java_cells.unusual(cell.source, self.protected[at]):
            if note not in usual:
                notes.add(label, note, teacher=True)
        return Step(kind, source, label)


class Notes:
    """What happened, for the student or only for the teacher, by grade_id ('' for the notebook)."""

    def __init__(self):
        self.all = []

    def add(self, label, text, teacher=False):
        entry = {"cell": label, "text": text, "teacher": teacher}
        if entry not in self.all:
            self.all.append(entry)
