"""What cells declare, and what of it is kept from the checks."""

import sys
import unittest
import unittest.mock
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "kernel-ext" / "src" / "launcher"))

from java_cells import Facts, Protected, plain, units, unusual, without_clashes  # noqa: E402
from marking import REDEFINED, types_used, verdict, with_secret  # noqa: E402
from sandbox import Allowance, Outcome  # noqa: E402


class DeclarationsTest(unittest.TestCase):
    def test_what_is_declared(self):
        for source, expected in {
            "class Check { static void that(String s, boolean b) {} }": "type Check",
            "int[] a = {1, 2}, b = {3}; int c;": "variable a, variable b, variable c",
            "Map<String, List<Integer>> m = new HashMap<>(), n = f(a, b);": "variable m, variable n",
            "static <T extends Comparable<T>> T max(List<T> x) { return x.get(0); }\nmax(q);": "method max",
            'Check.that("x", true); foo(a, b); x = 3; x < y; i++;': "",
            "if (a) { int z = 1; } else { } for (int i = 0; i < 3; i++) f(i);": "",
            "import static java.lang.Math.*; import java.util.List; import static a.B.c;": "import List, static import c",
            "record P(double x) {} sealed interface S permits A {} enum E {A, B}": "type P, type S, type E",
            '@Deprecated(since = "1") final class F {} @interface G {}': "type F, type G",
            '// class A {}\nString s = "class B {}"; var t = """\n class C {} """; char c = \'{\';':
                "variable s, variable t, variable c",
            "Runnable r = () -> { int q = 3; }; double f(double x) { return x; }": "variable r, method f",
            "double g = switch (k) { case 1 -> 2; default -> 3; }; double[][] μ = new double[2][3];": "variable g, variable μ",
            "try { int a; } catch (Exception e) { } finally { } do { } while (true); int w": "variable w",
            "lvm.display.Check c = null; java.util.List<int[]>[] d;": "variable c, variable d",
            "int f(int x) throws Exception { return 1; } abstract class A { void Math() {} }": "method f, type A",
            "return x; throw e; new Foo(1); assert x; for (var v : vs) { }": "",
            "double x = a < b ? 1 : 2, y = 3;": "variable x, variable y",
            "record = 3; record(3); var record = 4;": "variable record",
            "int a[] = {1}, Math = 3;": "variable a, variable Math",
            "/** class D {} */ class $A {} class A$b {}": "type $A, type A$b",
            "cl\\u0061ss Che\\uu0063k {}": "type Check",
            "class Ch\u200beck {} class Ma\u0000th {}": "type Check, type Math",
            'String s = "\\\\u0022;";': "variable s",
            "unfinished(": "",
            "": "",
        }.items():
            found = ", ".join(f"{kind} {name}" for unit in units(plain(source)) for kind, name in unit.names)
            self.assertEqual(expected, found, source)

    def test_pieces_cover_their_text(self):
        source = "int a = 1;\n\nclass B {\n}\nf(a);"
        self.assertEqual(["int a = 1;", "class B {\n}", "f(a);"], [source[u.start : u.end] for u in units(source)])


class ClashTest(unittest.TestCase):
    def setUp(self):
        self.protected = Protected(
            before=["double[] base = {1}; double free = 0; double scale(double x) { return 2 * x; }"],
            later=["record Pair(double a, double b) {}"],
            checks=['Check.that("x", Math.abs(f(base)) < floor(helper(1))); double sure = 0; new Own();',
                    "double helper(int i) { return 0; }"],
            answers=["double f(double[] a) { return 0; } boolean guess = true; class Own {}"],
        )

    def left(self, source, known=None):
        return without_clashes(source, self.protected, known)[1]

    def test_names_of_the_notebook_and_its_checks(self):
        for source, name in {
            "class Check {}": "Check",
            "record Math(int x) {}": "Math",
            "interface String {}": "String",
            "var Check = 3;": "Check",
            "int lvm = 3;": "lvm",
            "class java {}": "java",
            "double scale(double x) { return 0; }": "scale",
            "int helper(long x) { return 0; }": "helper",
            "double floor(double x) { return 0; }": "floor",
            "double[] base = {};": "base",
            "record Pair(int a) {}": "Pair",
            "import static evil.A.scale;": "scale",
            "import evil.Check;": "Check",
            "cl\\u0061ss Check {}": "Check",
            "class Che\u200bck {}": "Check",
            "int y = 5\n%z; class Check {}": "Check",
            "%maven a:b:1\nclass Check {}": "Check",
            "%time class Check {}": "Check",
            "%load Evil.java": "%load",
            'cellMagic("time", List.of(), code);': "cellMagic",
            "import lvm.kernel.*;": "lvm.kernel",
        }.items():
            self.assertIn(name, self.left(source), source)

    def test_what_an_answer_may_declare(self):
        for source in (
            "double f(double[] a) { double base = 0, scale = 1; return base; }",
            "class Own {} boolean guess = false; double sure = 3; double free = 2;",
            "double mine(double x) { return x; }",
            "import java.util.List; import static java.lang.Math.*;",
            "// class Check {}",
            'String s = "class Check {}";',
        ):
            self.assertEqual([], self.left(source), source)
        self.assertEqual([], self.left("import lvm.display.Check;", {"Check": "lvm.display.Check"}))
        self.assertEqual(["Check"], self.left("import evil.Check;", {"Check": "lvm.display.Check"}))

    def test_the_rest_stays_line_by_line(self):
        source, names = without_clashes("int a = 1;\nclass Check {\n}\nint b = 2;", self.protected)
        self.assertEqual("int a = 1;\n\n\nint b = 2;", source)
        self.assertEqual(["Check"], names)

    def test_the_teacher_is_told_of_changed_variables(self):
        for source in (
            "base = null;", "base[0] = 3;", "base[0] += 3;", "base.set(0, 3);", "base[0]++;", "int g() { base[f(1)] = 2; }"
        ):
            self.assertEqual(["writes to base"], unusual(source, self.protected), source)
        for source in ("double y = base[0];", "if (base == null) { }", "double[] base = {}; base[0] = 1;", "a.base = 2;",
                       "int x = 1, base = 2; base = 3;"):
            self.assertEqual([], unusual(source, self.protected), source)


class AllowanceTest(unittest.TestCase):
    def over(self, clock, processor):
        """Whether ten seconds are over when so many have gone by."""
        with unittest.mock.patch("sandbox.time.monotonic", return_value=100.0):
            allowance = Allowance(10, lambda: None if processor is None else 3.0)
        allowance.processor = lambda: None if processor is None else 3.0 + processor
        with unittest.mock.patch("sandbox.time.monotonic", return_value=100.0 + clock):
            return allowance.over()

    def test_clock_and_processor(self):
        for clock, processor, over in (
            (9, 9, False), (9, 40, False), (11, 11, True), (11, 9, False),
            (49, 9, False), (51, 0, True), (11, None, True), (9, None, False),
        ):
            self.assertEqual(over, self.over(clock, processor), (clock, processor))


class SecretTest(unittest.TestCase):
    def test_the_types_of_a_check(self):
        source = "Check.that(\"X\", Math.abs(x) < Covariance.FULL.y); // Comment\nMap.Entry<String, Y> e; Z::new"
        self.assertEqual(["Check", "Covariance", "Map", "Math", "String", "Y", "Z"], types_used(source))

    def test_the_secret_is_the_last_thing_and_needs_no_name(self):
        known = {"Check": "lvm.display.Check", "Other": "a.Other"}
        code = with_secret('Check.that("x", true)  // end', "abc", known)
        self.assertEqual(
            'Check.that("x", true)  // end\n;Check.class == "".getClass().forName("lvm.display.Check") ? "abc" : "cba"', code
        )
        self.assertEqual('f();\n"abc"', with_secret("f();\n", "abc", {}))

    def test_the_verdict(self):
        secret = "0123"
        self.assertTrue(verdict(Outcome("ok", values=[secret]), secret).passed)
        for outcome, words in (
            (Outcome("ok"), "did not come to its end"),
            (Outcome("ok", values=["4567"]), "did not come to its end"),
            (Outcome("ok", values=[secret, secret]), "did not come to its end"),
            (Outcome("ok", values=["3210"]), REDEFINED),
            (Outcome("error", "CheckFailed", "✗ x: no (hint)", values=[secret]), "✗ x: no (hint)"),
            (Outcome("error", "CheckFailed", "=1"), "✗ =1"),
            (Outcome("error", "ArithmeticException", "/ by zero"), "ArithmeticException: / by zero"),
            (Outcome("slow", message="stopped after 3 s", values=[secret]), "did not answer in time: stopped after 3 s"),
            (Outcome("dead", message="the process ended"), "the process ended"),
            (Outcome("full", message="more than 1 MB"), "wrote more than 1 MB"),
        ):
            found = verdict(outcome, secret)
            self.assertFalse(found.passed, words)
            self.assertIn(words, found.text)

    def test_names_of_cells(self):
        facts = Facts("void f() { g(new H(a.b())); }\nint x = 1;")
        self.assertEqual({("method", "f"), ("variable", "x")}, facts.declared)
        self.assertEqual({"void", "f", "g", "new", "H", "a", "b", "int", "x"}, facts.used)
        self.assertEqual({"f", "g"}, facts.called)


if __name__ == "__main__":
    unittest.main()
