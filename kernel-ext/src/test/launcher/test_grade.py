"""./lvm grade with the real kernel: students who are right, wrong, careless, or mean to fool it, all graded in one go."""

import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import homework_notebook as small
from homework_notebook import HALF, SUM, body, cell, handed_in

ROOT = Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "kernel-ext" / "src" / "launcher"))

from homework import released  # noqa: E402
from marking import REDEFINED, verdict, with_secret  # noqa: E402
from sandbox import Box, Kernel, Limits, find_bwrap  # noqa: E402

FULL = {"sum-check": 2, "twice-check": 1, "half-check": 1}
WRONG = dict(sum=body("sum", "return a.length == 2 ? 3 : 0;"), twice=body("twice", "return 7;"), half=body("half", "return 7;"))
LENIENT = """class Check {
    static void close(String w, double a, double b, double t, String h) {}
    static void that(String w, boolean b, String h) {}
    static void value(String w, double a, java.util.function.DoublePredicate p, String h) {}
}
"""


def lost(*names):
    return {name: 0 if name in names else points for name, points in FULL.items()}


class GradeTest(unittest.TestCase):
    """Each student hands in one notebook; what each is to get stands beside it."""

    @classmethod
    def setUpClass(cls):
        cls.temp = Path(tempfile.mkdtemp(prefix="lvm grade "))
        cls.addClassCleanup(shutil.rmtree, cls.temp, True)
        cls.out = cls.temp / "grades"
        cls.folder = cls.temp / "handed in"
        cls.source = cls.temp / "teacher" / "sums.ipynb"
        small.write(small.notebook(), cls.source)
        cls.student = released(small.notebook())
        cls.listener = socket.create_server(("127.0.0.1", 0))
        cls.addClassCleanup(cls.listener.close)
        cls.expected = {}
        cls.hand_in_all()
        cls.first = cls.interrupted_run()
        cls.kept = {p.stem for p in (cls.out / "records").iterdir() if not p.name.startswith(".")}
        cls.second = subprocess.run(cls.command(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        cls.scores, cls.notes, cls.grades, cls.by_hand = map(cls.table, ("checks.csv", "notes.csv", "grades.csv", "by-hand.csv"))
        cls.pages = {p.stem: p.read_text(encoding="utf-8") for p in (cls.out / "feedback").iterdir()}

    @classmethod
    def command(cls):
        limits = ["--cell-seconds", "10", "--memory", "300", "--disk", "60"]
        return [*map(str, (ROOT / "lvm", "grade", cls.folder, "--notebook", cls.source, "--out", cls.out)), *limits]

    @classmethod
    def interrupted_run(cls):
        """Ctrl-C when two are done: the return code, and what it said."""
        process = subprocess.Popen(
            cls.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            for line in process.stdout:
                if line.startswith("4 of"):
                    process.send_signal(signal.SIGINT)
                    break
            _, error = process.communicate(timeout=240)
        finally:
            process.kill()
        return process.returncode, error

    @classmethod
    def table(cls, name):
        with open(cls.out / name, encoding="utf-8", newline="") as f:
            return list(csv.DictReader(f))

    @classmethod
    def hand_in(cls, student, nb, points, nested=False):
        path = cls.folder / student / "week1" / "sums.ipynb" if nested else cls.folder / f"{student}.ipynb"
        small.write(nb, path)
        cls.expected[student] = points

    @classmethod
    def hand_in_all(cls):
        nb = cls.student
        cls.hand_in("right", small.notebook(), FULL, nested=True)
        (cls.folder / "right" / "week1" / "timestamp.txt").write_text("2026-11-30 12:00:00 UTC\n")
        small.write(nb, cls.folder / "misnamed" / "week1" / "sums (1).ipynb")
        # The check that students see passes, the hidden one does not; a wrong answer; none.
        answers = dict(sum=body("sum", "return 3;"), twice=body("twice", "return 9;"), half=cell(nb, "half").source)
        cls.hand_in("wrong", handed_in(nb, **answers), lost(*FULL))
        cls.careless(nb)
        cls.breaking(nb)
        cls.cheating(nb)
        (cls.folder / "scribble.ipynb").write_text("no notebook", encoding="utf-8")
        os.symlink(cls.source, cls.folder / "link.ipynb")
        cls.expected.update(scribble=lost(*FULL), link=lost(*FULL))

    @classmethod
    def careless(cls, nb):
        deleted = handed_in(nb)
        deleted.cells = [c for c in deleted.cells if c.id not in ("setup", "sum-check", "twice")]
        cls.hand_in("deleted", deleted, lost("twice-check"))
        # As an old or careless program would have written it.
        old = {**deleted, "nbformat_minor": 4, "cells": [{k: v for k, v in c.items() if k != "id"} for c in deleted.cells]}
        old["cells"][1]["outputs"] = [{"output_type": "unknown"}]
        (cls.folder / "deleted.ipynb").write_text(json.dumps(old), encoding="utf-8")
        moved = handed_in(nb, sum=LENIENT + SUM)
        moved.cells.reverse()
        cls.hand_in("moved", moved, FULL)
        spin = "for (int i = 0; i < 8; i++) {\n    Thread t = new Thread(() -> { while (true) { } });\n" \
               "    t.setDaemon(true);\n    t.start();\n}\n"
        stripped = handed_in(nb, sum=body("sum", "return helper(a);"), half=spin + HALF)
        for c in stripped.cells:
            c.metadata.clear()
        stripped.cells.insert(2, small.new_code_cell("double helper(double[] a) { return Arrays.stream(a).sum(); }"))
        cls.hand_in("threads", stripped, FULL)
        pattern = "Object o = a;\n    return switch (o) { case double[] d when d.length > 0 -> d[0]; default -> 0.0; };"
        script = 'throw new RuntimeException("<script>alert(1)</script>");'
        cls.hand_in("other-java", handed_in(nb, sum=body("sum", pattern), half=script),
                    lost("sum-check", "half-check"))

    @classmethod
    def breaking(cls, nb):
        """What ends, blocks or fills the kernel of one student must cost no point of another exercise."""
        chatter = '\nwhile (true) System.out.println("sum-check passed".repeat(50));'
        cls.hand_in("endless", handed_in(nb, sum=SUM + chatter, twice=body("twice", "while (true) { }")), lost("twice-check"))
        hoard = "List<long[]> hoard = new ArrayList<>();\n    while (true) hoard.add(new long[1 << 20]);"
        cls.hand_in("breaks", handed_in(nb, sum=body("sum", hoard), twice=body("twice", "System.exit(0); return 8;")),
                    lost("sum-check", "twice-check"))
        # Right, but it keeps so much that another right answer finds too little.
        hog = "static long[][] hog = new long[22][];\nfor (int i = 0; i < 22; i++) hog[i] = new long[1 << 20];\n"
        much = "long[][] much = new long[18][1 << 20];\n    return much.length * x / 36;"
        fill = 'for (int i = 0; ; i++) Files.write(Path.of("file" + i), new byte[1 << 22]);'
        cls.hand_in("hoards", handed_in(nb, sum=hog + SUM, half=body("half", much),
                                       twice=f"for (;;) try {{ {fill} }} catch (IOException e) {{ }}"), lost("twice-check"))
        later = "new Thread(() -> { try { Thread.sleep(700); } catch (Exception e) { } Runtime.getRuntime().halt(0); }).start();"
        cls.hand_in("halts-later", handed_in(nb, twice=later, shown="", half="Thread.sleep(2000);\n" + HALF),
                    lost("twice-check"))

    @classmethod
    def cheating(cls, nb):
        scale = "double scale(double x) { return 0; }\n"
        maths = "cl\\u0061ss Math { static double abs(double x) { return 0; } }\n"
        variable = "var Check = new Object() { public void close(Object... a) {} };\n"
        own = dict(sum=scale + WRONG["sum"], twice=variable + WRONG["twice"], half=maths + WRONG["half"])
        cls.hand_in("own-names", handed_in(nb, **own), lost(*FULL))
        edited = handed_in(nb, **{**WRONG, "sum": LENIENT + WRONG["sum"]})
        for name in FULL:
            cell(edited, name).source = 'Check.that("fine", true);'
            cell(edited, name).metadata.nbgrader.points = 100
        cell(edited, "setup").source = "double[] base = {1, 2, 3}; double scale(double x) { return 0; }"
        copies = [small.new_code_cell("1", metadata=c.metadata.copy()) for c in edited.cells if c.id in FULL]
        edited.cells += copies
        cls.hand_in("edits-checks", edited, lost(*FULL))
        cls.hand_in("spies", handed_in(nb, sum="class CheckFailed extends RuntimeException {\n"
            '    CheckFailed() { super("=1+1"); }\n}\n' + body("sum", """
    for (var t : Thread.getAllStackTraces().keySet()) t.setName("sum-check");
    if (a != null) throw new CheckFailed();
    return 0;"""), twice=cls.spying(), half="""for (int i = 0; i < 9; i++) System.out.println("✓ half");
System.setOut(new PrintStream(OutputStream.nullOutputStream()));
""" + WRONG["half"]), lost(*FULL))

    @classmethod
    def spying(cls):
        """Looks for notebooks and tables, writes to the grades, calls home; tells what it found."""
        places = (ROOT, cls.source.parent, cls.out, cls.folder, "/home", "/root", "/tmp", "/proc/1/root/tmp")
        return f"""var found = new ArrayList<String>();
for (String at : List.of({", ".join(f'"{p}"' for p in places)}))
    try (var all = Files.walk(Path.of(at), 6)) {{
        all.filter(p -> p.toString().matches(".*[.](ipynb|csv|html)")).forEach(p -> found.add(p.toString()));
    }} catch (Exception e) {{ }}
try {{ Files.writeString(Path.of("{cls.out}", "grades.csv"), "forged"); found.add("written"); }} catch (Exception e) {{ }}
try {{ new Socket("127.0.0.1", {cls.listener.getsockname()[1]}); found.add("network"); }} catch (Exception e) {{ }}
throw new RuntimeException("found " + found);"""

    # --- what each gets

    def test_an_interrupted_run_keeps_what_it_graded_and_goes_on(self):
        code, error = self.first
        self.assertEqual(130, code, error)
        self.assertIn("the same command goes on", error)
        self.assertNotIn("Traceback", error)
        self.assertTrue(4 <= len(self.kept) < len(self.expected), self.kept)
        self.assertEqual((0, ""), (self.second.returncode, self.second.stderr), self.second)
        self.assertIn("misnamed has a folder, but no ASSIGNMENT/sums.ipynb in it", self.second.stdout)
        done = re.findall(r"^\d+ of (\d+): (\S+) \d+ points?, (graded before|\d+ s)$", self.second.stdout, re.M)
        self.assertEqual(sorted(self.expected), sorted(name for _, name, _ in done), self.second.stdout)
        self.assertEqual(self.kept, {name for _, name, when in done if when == "graded before"})
        self.assertEqual({str(len(self.expected))}, {total for total, _, _ in done})

    def test_each_score_is_right(self):
        found = {}
        for row in self.scores:
            found.setdefault(row["student_id"], {})[row["grade_id"]] = float(row["score"])
        for student, points in self.expected.items():
            with self.subTest(student):
                said = [n["note"] for n in self.notes if n["student_id"] == student]
                said += [r["found"] for r in self.scores if r["student_id"] == student]
                self.assertEqual(points, found[student], "\n".join(said))

    def test_the_table_of_grades_has_the_columns_of_nbgrader(self):
        self.assertEqual("assignment duedate timestamp student_id last_name first_name email raw_score late_submission_penalty "
                         "score max_score".split(), list(self.grades[0]))
        rows = {row["student_id"]: row for row in self.grades}
        self.assertEqual(set(self.expected), set(rows))
        right = rows["right"]
        self.assertEqual(("week1", "2026-11-30 12:00:00 UTC"), (right["assignment"], right["timestamp"]))
        self.assertEqual(["0.0", "9.0"], [right["late_submission_penalty"], right["max_score"]])
        for student, points in self.expected.items():
            self.assertEqual(sum(points.values()), float(rows[student]["score"]), student)

    def test_the_pages_say_what_happened(self):
        for student, words in {
            "right": ["4 of 9 points", "5 are still to be given by hand"],
            "wrong": ["✗ no terms", "what is the sum of nothing?", "✗ twice: you have 9.0, expected a value near 8 (times"],
            "deleted": ["this answer is not in the notebook", "this locked cell was deleted; it was put back"],
            "moved": ["in the order of the notebook", "'Check' belongs to the notebook"],
            "other-java": ["did not run to its end", "&lt;script&gt;"],
            "endless": ["stopped after 10 s", "the check did not answer in time"],
            "breaks": ["OutOfMemoryError", "the code ends the program"],
            "hoards": ["left out, so that the rest could be graded: Java heap space", "more than 60 MB on the disk"],
            "halts-later": ["left out, so that the rest could be graded"],
            "own-names": ["'scale' belongs to the notebook", "'Check' belongs to the notebook", "'Math' belongs to the notebook"],
            "edits-checks": ["this locked cell was changed", "a cell of the notebook was changed"],
            "scribble": ["no notebook that can be read"],
            "link": ["is a link"],
        }.items():
            text = self.pages[student].replace("&#x27;", "'")
            for word in words:
                with self.subTest(f"{student}: {word}"):
                    self.assertIn(word, text)
        for student, page in self.pages.items():
            self.assertNotIn("<script", page)
            self.assertNotIn("Math.abs(sum(base)", page, f"{student}: the text of a hidden check")
            if student != "spies":
                self.assertNotIn(str(self.temp), page, f"{student}: a path of this machine")

    def test_nothing_can_be_read_or_written_outside(self):
        if not find_bwrap():
            self.skipTest("no sandbox on this system: the pages say so")
        note = next(n["note"] for n in self.notes if n["student_id"] == "spies" and "found " in n["note"])
        self.assertIn("found []", note)
        self.assertNotIn("without a sandbox", self.pages["right"])

    def test_the_teacher_is_told_what_is_unusual(self):
        unusual = {n["student_id"] for n in self.notes if n["note"].startswith("uses ")}
        self.assertEqual({"threads", "halts-later", "breaks", "spies"}, unusual)
        self.assertNotIn("uses Thread", self.pages["threads"])

    def test_no_table_begins_a_cell_with_a_formula(self):
        spied = [r["found"] for r in self.scores if r["student_id"] == "spies"]
        self.assertIn("✗ =1+1", spied)

    def test_no_kernel_and_no_folder_is_left(self):
        # Other programs' kernels are none of ours: ours have the memory of these tests.
        running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        self.assertFalse([line for line in running.splitlines() if "lvmbox-" in line and "-Xmx300m" in line])
        # Only the one that fills the disk writes these.
        self.assertFalse(list(Path("/tmp").glob("lvmbox-*/work/file*")))

    def test_without_a_sandbox_it_says_so(self):
        tools, folder, out = self.temp / "tools", self.temp / "one", self.temp / "one graded"
        tools.mkdir()
        (tools / "bwrap").write_text("#!/bin/sh\nexit 1\n")
        (tools / "bwrap").chmod(0o755)
        small.write(handed_in(self.student, half=WRONG["half"]), folder / "ann.ipynb")
        command = [ROOT / "lvm", "grade", folder, "--notebook", self.source, "--out", out]
        path = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
        result = subprocess.run([str(a) for a in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=path)
        self.assertEqual((0, ""), (result.returncode, result.stderr))
        self.assertIn("No sandbox: bubblewrap is missing", result.stdout)
        page = (out / "feedback" / "ann.html").read_text(encoding="utf-8")
        self.assertIn("3 of 9 points", page)
        self.assertIn("graded without a sandbox", page)

    def test_what_changed_is_graded_again_and_a_person_gives_points(self):
        self.assertEqual({"why", "words"}, {row["grade_id"] for row in self.by_hand})
        rows = [dict(row) for row in self.by_hand]
        given = {"why": "2.5", "words": "2"}
        for row in rows:
            if row["student_id"] == "right":
                row.update(score=given[row["grade_id"]], comment="well said")
        rows.append({**rows[0], "student_id": "gone", "score": "1.0"})
        self.write_by_hand(rows)
        small.write(handed_in(self.student, half=body("half", "return 0;")), self.folder / "right" / "week1" / "sums.ipynb")
        again = subprocess.run(self.command(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual((0, ""), (again.returncode, again.stderr))
        self.assertEqual(len(self.expected) - 1, again.stdout.count("graded before"), again.stdout)
        score = {row["student_id"]: float(row["score"]) for row in self.table("grades.csv")}
        self.assertEqual((3 + 4.5, 4), (score["right"], score["moved"]))
        page = (self.out / "feedback" / "right.html").read_text(encoding="utf-8")
        self.assertIn("7.5 of 9 points", page)
        self.assertIn("well said", page)
        kept = [r["score"] for r in self.table("by-hand.csv") if (r["student_id"], r["grade_id"]) == ("right", "why")]
        self.assertEqual(["2.5"], kept)
        self.assertEqual(["1.0"], [r["score"] for r in self.table("by-hand.csv") if r["student_id"] == "gone"])
        rows[0]["score"] = "77"
        self.write_by_hand(rows)
        refused = subprocess.run(self.command(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(1, refused.returncode)
        self.assertIn("by-hand.csv, line 2", refused.stderr)

    def write_by_hand(self, rows):
        with open(self.out / "by-hand.csv", "w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    # --- words

    def test_misuse_names_the_cure(self):
        wrong = small.notebook()
        cell(wrong, "half-check").source = 'Check.that("never", false);'
        broken = self.temp / "teacher" / "broken.ipynb"
        small.write(wrong, broken)
        empty = self.temp / "empty"
        empty.mkdir(exist_ok=True)
        for arguments, words in (
            ([self.temp / "none"], "is no folder"),
            ([self.folder], "Say --notebook NAME: there are sums, sums (1)"),
            ([empty, "--notebook", self.source], "neither STUDENT.ipynb nor STUDENT/ASSIGNMENT/sums.ipynb"),
            ([self.folder, "--notebook", "99-none"], "99-none: no such notebook"),
            ([self.folder, "--notebook", self.source, "--data", "/none"], "there is nothing"),
            ([self.folder, "--notebook", self.source, "--jobs", "0"], "expected more than 0"),
        ):
            result = subprocess.run([str(a) for a in (ROOT / "lvm", "grade", *arguments)], capture_output=True, text=True)
            self.assertNotEqual(0, result.returncode)
            self.assertIn(words, result.stderr)
            self.assertNotIn("Traceback", result.stderr)
        command = [ROOT / "lvm", "grade", self.folder, "--notebook", broken, "--out", self.temp / "broken"]
        result = subprocess.run([str(a) for a in command], capture_output=True, text=True)
        self.assertIn("the notebook's own answer fails the check 'half-check'", result.stderr)


class SentTest(unittest.TestCase):
    """What the kernel of a submission sees of a check and of the grader."""

    @classmethod
    def setUpClass(cls):
        subprocess.run([str(ROOT / "lvm"), "build"], check=True, stdin=subprocess.DEVNULL)
        path = {"JUPYTER_PATH": str(ROOT / ".lvm" / "share" / "jupyter")}
        with unittest.mock.patch.dict(os.environ, path):
            cls.box = Box([], Limits(), "small", find_bwrap())
            cls.addClassCleanup(cls.box.remove)
            cls.kernel = Kernel(cls.box, "lvm")
            cls.addClassCleanup(cls.kernel.close)

    def test_a_check_asks_for_the_real_classes(self):
        known = {"Check": "lvm.display.Check", "Math": "java.lang.Math"}
        source = 'Check.that("right", Math.abs(-1) == 1, "")'
        self.assertTrue(verdict(self.kernel.run(with_secret(source, "12", known), 30), "12").passed)
        # Past all that is read beforehand.
        self.assertEqual("ok", self.kernel.run(LENIENT, 30).status)
        found = verdict(self.kernel.run(with_secret(source, "12", known), 30), "12")
        self.assertEqual((False, REDEFINED), (found.passed, found.text))

    def test_the_key_of_the_kernel_is_in_no_file(self):
        found = self.kernel.run('try (var all = Files.walk(Path.of("..").toAbsolutePath().normalize())) {\n'
                                '    System.setProperty("seen", all.map(p -> p.getFileName().toString()).toList() + "");\n}\n'
                                'System.getProperty("seen") + System.getenv()', 30)
        self.assertEqual("ok", found.status, found.message)
        self.assertIn("work", found.values[0])
        self.assertNotIn("kernel.json", found.values[0])
        self.assertNotIn(", k-", found.values[0])
        self.assertEqual(["tmp", "work"], sorted(p.name for p in self.box.folder.iterdir()))


if __name__ == "__main__":
    unittest.main()
