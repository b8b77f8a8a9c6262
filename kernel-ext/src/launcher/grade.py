"""Grades what students handed in: ./lvm grade DIR [--notebook NAME].

Every submission runs in a kernel of its own; what counts is decided here and not there (marking.py). Afterwards there are
grades.csv with nbgrader's columns, checks.csv, notes.csv, by-hand.csv to be filled in, and a page for each student.
"""

import argparse
import csv
import hashlib
import json
import logging
import os
import signal
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import feedback
from homework import count, is_check, is_manual, meta_of
from marking import Marking, known_types, unmarked
from run_notebooks import NOTEBOOKS, ROOT, Refused, find, read
from sandbox import Limits, find_bwrap
from submissions import Assignment, find_submissions, without_submission

VERSION = 1  # of the records: one more where the same submission could be marked differently
COLUMNS = ("assignment duedate timestamp student_id last_name first_name email raw_score late_submission_penalty score "
           "max_score").split()


class Settings:
    """How submissions are run."""

    def __init__(self, kernel, data, limits, size, bwrap):
        self.kernel = kernel
        self.data = data
        self.limits = limits
        self.size = size
        self.bwrap = bwrap
        self.known = {}

    def with_data(self, further):
        other = Settings(self.kernel, [*self.data, *further], self.limits, self.size, self.bwrap)
        other.known = self.known
        return other


class Grading:
    """All submissions of one notebook."""

    def __init__(self, assignment, settings, out, key):
        self.assignment = assignment
        self.settings = settings
        self.out = out
        self.key = key
        self.running = set()
        self.stopping = False
        self.lock = threading.Lock()
        (out / "records").mkdir(parents=True, exist_ok=True)
        (out / "feedback").mkdir(exist_ok=True)

    # --- one submission

    def mark(self, cells, settings, at_end=None):
        """What is known of a notebook after it was run."""
        begin = time.monotonic()
        steps, notes, answers = self.assignment.plan(cells, settings.known)
        marking = Marking(self.assignment, steps, notes, settings, at_end)
        with self.lock:
            if self.stopping:
                raise KeyboardInterrupt
            self.running.add(marking)
        try:
            verdicts = marking.run()
        finally:
            with self.lock:
                self.running.discard(marking)
        if marking.stopped:
            raise KeyboardInterrupt
        return self.outcome(verdicts, notes, answers, time.monotonic() - begin)

    def outcome(self, verdicts, notes, answers, seconds):
        checks = {}
        for cell in self.assignment.checks:
            meta = meta_of(cell)
            found = verdicts[meta["grade_id"]]
            checks[meta["grade_id"]] = {"passed": found.passed, "text": found.text, "seconds": round(found.seconds, 2)}
        return {
            "checks": checks,
            "notes": notes.all,
            "answers": answers,
            "seconds": round(seconds, 1),
            "isolated": bool(self.settings.bwrap),
        }

    def record_of(self, submission):
        """The record of a submission, and whether it was there before."""
        file = self.out / "records" / f"{submission.student}.json"
        key = hashlib.sha256(f"{self.key} {submission.assignment} {submission.digest()}".encode()).hexdigest()
        kept = stored(file, key)
        if kept:
            return kept, True
        try:
            found = self.mark(submission.read(), self.settings.with_data(submission.files()))
        except Refused as e:
            notes, verdicts = unmarked(self.assignment, str(e))
            found = self.outcome(verdicts, notes, {}, 0)
        record = {
            "key": key,
            "student": submission.student,
            "assignment": submission.assignment,
            "timestamp": submission.timestamp,
            **found,
        }
        store(file, record)
        return record, False

    def reference(self, notebook):
        """Runs the notebook with its own answers, which must pass; notes what the names in the checks mean."""
        file = self.out / "records" / ".notebook.json"
        kept = stored(file, self.key)
        if not kept:
            print("Running the notebook with its own answers ...", flush=True)
            known = {}
            found = self.mark(notebook.cells, self.settings, lambda kernel: known.update(known_types(kernel, self.assignment)))
            failed = {name: check for name, check in found["checks"].items() if not check["passed"]}
            for name, check in failed.items():
                why = [n["text"] for n in found["notes"]][:1] if check["text"] == "not run" else []
                raise Refused(f"the notebook's own answer fails the check '{name}': {' '.join([check['text'], *why])}")
            kept = {"key": self.key, "known": known, "seconds": found["seconds"]}
            store(file, kept)
        self.settings.known = kept["known"]

    # --- all

    def grade(self, submissions, jobs):
        """The records, in the order of the submissions, and what could not be graded."""
        records, failed, done = {}, [], 0
        with ThreadPoolExecutor(jobs) as pool:
            waiting = {pool.submit(self.record_of, each): each for each in submissions}
            try:
                for future in as_completed(waiting):
                    submission = waiting[future]
                    done += 1
                    try:
                        record, before = future.result()
                    except Exception as e:  # the machine's fault or ours: no score, and the others go on
                        failed.append(f"{submission.student} was not graded: {e or type(e).__name__}")
                        print(f"{done} of {len(submissions)}: {failed[-1]}", flush=True)
                        continue
                    records[submission.student] = record
                    score = sum(item["score"] or 0.0 for item in self.items(record, {}))
                    took = "graded before" if before else f"{record['seconds']:.0f} s"
                    print(f"{done} of {len(submissions)}: {submission.student} {count(score, 'point')}, {took}", flush=True)
            except BaseException:
                for future in waiting:
                    future.cancel()
                with self.lock:
                    self.stopping = True
                    for marking in self.running:
                        marking.stop()
                raise
        return [records[each.student] for each in submissions if each.student in records], failed

    def items(self, record, by_hand):
        """What has points, in the order of the notebook."""
        items = []
        for cell in self.assignment.cells:
            if not (is_check(cell) or is_manual(cell)):
                continue
            name, most = meta_of(cell)["grade_id"], float(meta_of(cell)["points"])
            item = {"grade_id": name, "max_score": most, "score": None, "text": ""}
            if name in record["checks"]:
                check = record["checks"][name]
                item.update(score=most if check["passed"] else 0.0, text=check["text"], answer=self.assignment.answer_of(name))
            else:
                given = by_hand.get((record["student"], name), {})
                item.update(score=given.get("score"), text=given.get("comment", ""))
            items.append(item)
        return items

    def by_hand(self):
        return read_by_hand(self.out / "by-hand.csv", {meta_of(c)["grade_id"]: c for c in self.assignment.manual})

    def write(self, records):
        """The tables and the pages."""
        by_hand = self.by_hand()
        grades, checks, notes, manual = [], [], [], []
        for record in records:
            student = record["student"]
            items = self.items(record, by_hand)
            total = sum(item["score"] or 0.0 for item in items)
            row = dict.fromkeys(COLUMNS, "")
            row.update(assignment=record["assignment"], timestamp=record["timestamp"], student_id=student, raw_score=total,
                       late_submission_penalty=0.0, score=total, max_score=self.assignment.max_score)
            grades.append(list(row.values()))
            for item in items:
                score = "" if item["score"] is None else item["score"]
                if item["grade_id"] in record["checks"]:
                    checks.append([student, item["grade_id"], score, item["max_score"], item["text"]])
                else:
                    manual.append([student, item["grade_id"], score, item["max_score"], item["text"]])
            notes += [[student, n["cell"], n["text"]] for n in record["notes"]]
            page = feedback.page(record, items, total, self.assignment.max_score)
            replace(self.out / "feedback" / f"{student}.html", page)
        # What was given to a student who is not among these stays.
        there = {(row[0], row[1]) for row in manual}
        for (student, name), given in by_hand.items():
            if (student, name) not in there and (given["score"] is not None or given["comment"]):
                score = "" if given["score"] is None else given["score"]
                manual.append([student, name, score, given["max_score"], given["comment"]])
        head = ["student_id", "grade_id", "score", "max_score"]
        write_csv(self.out / "grades.csv", COLUMNS, grades)
        write_csv(self.out / "checks.csv", [*head, "found"], checks)
        write_csv(self.out / "notes.csv", ["student_id", "cell", "note"], notes)
        if self.assignment.manual:
            write_csv(self.out / "by-hand.csv", [*head, "comment"], manual)


# --- files --------------------------------------------------------------------------------------------------------


def replace(file, text):
    """Writes a file in one move, so that whoever reads it finds all of it."""
    new = file.with_name(file.name + ".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, file)


def store(file, record):
    replace(file, json.dumps(record, ensure_ascii=False, indent=1))


def stored(file, key):
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        return record if record["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_csv(file, head, rows):
    new = file.with_name(file.name + ".new")
    with open(new, "w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([head, *rows])
    os.replace(new, file)


def read_by_hand(file, manual):
    """The points that a person gave: (student, grade_id) -> score or None, comment."""
    if not file.exists():
        return {}
    given = {}
    with open(file, encoding="utf-8-sig", newline="") as f:
        for number, row in enumerate(csv.DictReader(f), 2):
            name, text = row.get("grade_id"), (row.get("score") or "").strip()
            if name not in manual:
                continue
            most = float(meta_of(manual[name])["points"])
            try:
                score = float(text) if text else None
            except ValueError:
                score = -1.0
            if score is not None and not 0 <= score <= most:
                raise Refused(f"{file.name}, line {number}: the score '{text}' of {name}, expected 0 to {most:g} or nothing")
            given[row.get("student_id"), name] = {"score": score, "max_score": most, "comment": row.get("comment") or ""}
    return given


def project_data(path):
    """What the notebooks of this project read beside themselves."""
    results = NOTEBOOKS / "results"
    return [results] if path.parent == NOTEBOOKS and results.is_dir() else []


def arguments():
    parser = argparse.ArgumentParser(
        prog="./lvm grade",
        description="Runs and grades what students handed in: DIR/STUDENT/ASSIGNMENT/NAME.ipynb or DIR/STUDENT.ipynb.",
    )
    parser.add_argument("dir", type=Path, metavar="DIR", help="the folder with the submissions")
    parser.add_argument("--notebook", metavar="NAME", help="the notebook with the answers (default: what the files are called)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: target/grades/NAME)")
    parser.add_argument("--data", type=Path, action="append", default=[], metavar="PATH",
                        help="a file or folder that each submission gets a copy of (default: what this project's notebooks need)")
    parser.add_argument("--size", choices=["small", "full"], default="small", help="of the notebook (default: small)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="submissions at a time (default: 2)")
    defaults = Limits()
    parser.add_argument("--cell-seconds", type=float, default=defaults.cell, metavar="S", help="most for a cell (default: 60)")
    parser.add_argument("--seconds", type=float, default=defaults.total, metavar="S", help="most for a submission (default: 900)")
    parser.add_argument("--memory", type=int, default=defaults.memory, metavar="MB", help="most for a kernel (default: 2000)")
    parser.add_argument("--disk", type=int, default=defaults.disk, metavar="MB", help="most for what it writes (default: 500)")
    args = parser.parse_args()
    for name in ("jobs", "cell_seconds", "seconds", "memory", "disk"):
        if not getattr(args, name) > 0:
            parser.error(f"--{name.replace('_', '-')} {getattr(args, name):g}, expected more than 0")
    return args


def digest_of(args, path):
    """What decides, beside a submission itself, how it is marked."""
    data = [f"{p}" for p in sorted(args.data)]
    settings = [VERSION, args.size, args.cell_seconds, args.seconds, args.memory, args.disk, data]
    return hashlib.sha256(path.read_bytes() + json.dumps(settings).encode()).hexdigest()


def main():
    args = arguments()
    # What nbformat has to say of the notebooks of students is for nobody.
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    try:
        if not args.dir.is_dir():
            raise Refused(f"{args.dir} is no folder")
        name, submissions = find_submissions(args.dir, args.notebook)
        path = find(name)
        notebook, kernel = read(path)
        for extra in args.data:
            if not extra.exists():
                raise Refused(f"--data {extra}: there is nothing")
        bwrap = find_bwrap()
        limits = Limits(args.cell_seconds, args.seconds, args.memory, args.disk)
        settings = Settings(kernel, [*project_data(path), *(p.resolve() for p in args.data)], limits, args.size, bwrap)
        out = args.out or ROOT / "target" / "grades" / path.stem
        grading = Grading(Assignment(notebook), settings, out, digest_of(args, path))
        grading.by_hand()  # a slip in it is told before the work and not after it
        print(f"Grading {count(len(submissions), 'submission')} of {path.stem}", flush=True)
        for student in without_submission(args.dir, submissions):
            print(f"{student} has a folder, but no ASSIGNMENT/{path.name} in it: not in the tables", flush=True)
        if not bwrap:
            print("No sandbox: bubblewrap is missing or not let. Submissions can read and write what you can; the pages say so.")
        grading.reference(notebook)
        records, failed = grading.grade(submissions, args.jobs)
        grading.write(records)
    except Refused as e:
        print(f"lvm: {e}", file=sys.stderr)
        return 1
    open_ones = sum(float(meta_of(c)["points"]) for c in grading.assignment.manual)
    if open_ones:
        print(f"By hand: {count(open_ones, 'point')} each; fill in by-hand.csv and run this again")
    print(f"Written to {out}: grades.csv, checks.csv, notes.csv, feedback/")
    for line in failed:
        print(f"lvm: {line}; the same command tries again", file=sys.stderr)
    return 1 if failed else 0


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell in the background would have the first ignored
        signal.signal(number, interrupted)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nlvm: interrupted; what was graded is kept, the same command goes on", file=sys.stderr)
        sys.exit(130)
