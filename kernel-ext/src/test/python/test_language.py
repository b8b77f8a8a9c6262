"""The language side of the real kernel: cells, errors, interrupts, memory, completion, magics."""

import re
import shutil
import tempfile
import threading
import time
import unittest
import zipfile
from pathlib import Path

from kernel_under_test import TIMEOUT, Kernel


def plain(text):
    return re.sub("\x1b\\[[0-9;]*m", "", text)


class Language(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()

    @classmethod
    def tearDownClass(cls):
        cls.kernel.close()

    def run_cell(self, code):
        return self.kernel.collect(self.kernel.send(code))

    def ok(self, code):
        result = self.run_cell(code)
        self.assertEqual(result.status, "ok", plain(result.traceback))
        self.assertEqual(result.stderr, "")
        return result

    def fails(self, code):
        result = self.run_cell(code)
        self.assertEqual(result.status, "error", code)
        self.assertEqual(result.stderr, "")
        return plain(result.traceback)

    def test_values(self):
        self.assertEqual(self.ok("1 + 2").value, "3")
        self.assertIsNone(self.ok("1 + 2;").value)
        self.assertIsNone(self.ok("display(1);").value)
        self.assertIsNone(self.ok("String nothing = null;\nnothing").value)
        self.assertEqual(self.ok("int later = f(2);\nint f(int x) { return x * x; }\nlater").value, "4")
        self.ok("class A { B b; }\nclass B { A a; }\nnew A();")

    def test_values_survive_imports_and_reruns(self):
        self.ok("var kept = new ArrayList<Integer>(List.of(1, 2));\nclass Own { int n = 1; }\nOwn own = new Own(); own.n = 5;")
        self.ok("import java.util.concurrent.atomic.*;")
        self.ok("class Own { int n = 1; }")
        self.assertEqual(self.ok("kept.size() + own.n").value, "7")
        told = self.ok("class Own { int n = 1; int m = 2; }")
        self.assertEqual(told.stdout, "own was reset: its class was redefined.\n")

    def test_errors(self):
        text = self.fails("int x = 1;\nint[] a = new int[x];\na[1] = 2;")
        self.assertRegex(text, r"ArrayIndexOutOfBoundsException: .*\n    at cell \d+, line 3\n       3 \| a\[1\] = 2;$")
        text = self.fails("int y = 1;\nint z = y + nope;")
        self.assertIn("line 2: cannot find symbol\n    int z = y + nope;\n                ^^^^", text)
        self.assertNotIn("JShell", text)
        raw = self.run_cell("throw new Exception(\"x\");").traceback
        self.assertTrue(set(re.findall("\x1b\\[([0-9;]*)m", raw)) <= {"0", "1", "31", "1;31"}, raw)

    def interrupted(self, code):
        """Interrupts a cell once it has printed."""
        sent = self.kernel.send('System.out.println("go");\n{ ' + code + " }")
        seen = []
        while not any(m["msg_type"] == "stream" for m in seen):
            seen.append(self.kernel.iopub())
        self.kernel.manager.interrupt_kernel()
        start = time.monotonic()
        result = self.kernel.collect(sent, seen=seen)
        self.assertEqual(result.status, "error")
        self.assertEqual(result.reply["ename"], "Interrupted", plain(result.traceback))
        self.assertEqual(self.ok("1 + 1").value, "2")
        return time.monotonic() - start

    def processor_seconds(self):
        with open(f"/proc/{self.kernel.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def idle(self):
        """Waits until the process uses (almost) no processor time."""
        for _ in range(50):
            before = self.processor_seconds()
            time.sleep(0.4)
            if self.processor_seconds() - before <= 0.06:
                return True
        return False

    def test_interrupts(self):
        for code in (
            "Thread.sleep(1000_000);",
            "while (true) { }",
            "while (true) try { Thread.sleep(50); } catch (Exception e) { }",
            "while (true) System.out.println(1);",
            "IntStream.range(0, 1 << 30).parallel().forEach(i -> { while (true) { } });",
            "GaussianMixture.builder().components(20).maxIterations(1_000_000).tolerance(0).seed(1)"
            ".fit(new double[20_000][10]);",
        ):
            with self.subTest(code):
                if "fit" in code:
                    code = (
                        "var r = new Random(1); double[][] x = new double[20_000][10];"
                        " for (var row : x) for (int i = 0; i < 10; i++) row[i] = r.nextGaussian();"
                        " GaussianMixture.builder().components(20).maxIterations(1_000_000).tolerance(0).seed(1).fit(x);"
                    )
                self.interrupted(code)
                self.assertTrue(self.idle(), "the processor is busy after " + code)

    def test_what_a_pool_finishes_late_is_stopped_too(self):
        # Sorting asks nobody whether to stop: the worker looks up long after the cell has ended.
        self.interrupted(
            "double[] big = new Random(1).doubles(4_000_000).toArray();"
            " java.util.concurrent.ForkJoinPool.commonPool().execute(() -> { while (true) Arrays.sort(big.clone()); });"
            " while (true) { }"
        )
        self.assertEqual(self.ok("IntStream.range(0, 1000).parallel().sum()").value, "499500")
        self.assertTrue(self.idle(), "the pool still works for a cell that was interrupted")

    def test_twenty_interrupts(self):
        for i in range(20):
            self.interrupted("while (true) System.out.println(1);" if i % 2 else "while (true) { }")

    def test_completion(self):
        self.ok('String word = "abc";')
        reply = self.kernel.client.complete("word.subs", 9, reply=True, timeout=TIMEOUT)["content"]
        self.assertIn("substring(", reply["matches"])
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (5, 9))
        reply = self.kernel.client.complete("%lo", 3, reply=True, timeout=TIMEOUT)["content"]
        self.assertIn("%load", reply["matches"])

    def test_completion_does_not_offer_what_the_jar_keeps_to_itself(self):
        reply = self.kernel.client.complete("ImmutableSortedMulti", 20, reply=True, timeout=TIMEOUT)["content"]
        self.assertEqual([], reply["matches"])

    def test_libraries_that_the_kernel_has_too(self):
        folder = tempfile.mkdtemp()
        self.addClassCleanup(shutil.rmtree, folder)
        for jar, entry in (("gson-2.0", "com/google/gson/Gson"), ("guava-31", "com/google/common/base/Joiner")):
            with zipfile.ZipFile(f"{folder}/{jar}.jar", "w") as out:
                out.writestr(entry + ".class", b"")
        said = self.ok(f"%classpath {folder}/gson-2.0.jar {folder}/guava-31.jar").stdout
        self.assertRegex(
            said,
            r"\AAdded guava-31\.jar\n"
            r"gson [\d.]+ is already there, as a part of the kernel; gson 2\.0 is not added\n\Z",
        )

    def test_inspection_of_the_library(self):
        code = "GaussianMixture.builder().components(3)"
        reply = self.kernel.client.inspect(code, code.index("ponents"), reply=True, timeout=TIMEOUT)["content"]
        self.assertTrue(reply["found"])
        self.assertIn("GaussianMixtureBuilder.components(int components)", reply["data"]["text/plain"])
        self.assertIn("components:", reply["data"]["text/plain"])

    def test_magics(self):
        self.assertRegex(self.ok("%time 1 + 1").stdout, r"^time: .* ms\n$")
        self.assertEqual(self.ok("int c = 7\n% 4;\nc").value, "3")
        self.assertIn("did you mean %maven?", self.fails("%mavn a:b:1"))
        self.assertIn("%classpath", self.ok("%lsmagic").stdout)
        text = self.fails("%%loadFromPOM\n<dependency><groupId>no.such</groupId><artifactId>thing</artifactId>"
                          "<version>1</version></dependency>")
        self.assertIn("Maven could not resolve it", text)
        self.assertIn("no.such:thing", text)


class MoreReaders(unittest.TestCase):
    def test_tables_outlive_a_jar_with_readers_for_them(self):
        kernel = Kernel()
        self.addCleanup(kernel.close)
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        source = Path(folder, "FarReader.java")
        source.write_text(
            "package tech.tablesaw.io.far;\n"
            "public abstract class FarReader implements tech.tablesaw.io.DataReader<tech.tablesaw.io.ReadOptions> {}\n"
        )
        made = kernel.run(
            "int tool(String name, String... args) {\n"
            "    return java.util.spi.ToolProvider.findFirst(name).get().run(System.out, System.out, args);\n"
            "}\n"
            f'tool("javac", "-cp", System.getProperty("java.class.path"), "-d", "{folder}", "{source}")\n'
            f'    + tool("jar", "-c", "-f", "{folder}/far-1.jar", "-C", "{folder}", "tech")'
        )
        self.assertEqual("0", made.value, made)
        self.assertEqual("Added far-1.jar\n", kernel.run(f"%classpath {folder}/far-1.jar").stdout)
        shown = kernel.run('Table.create("t", DoubleColumn.create("a", 1, 2)).rowCount()')
        self.assertEqual("2", shown.value, plain(shown.traceback))


class SmallMemory(unittest.TestCase):
    def setUp(self):
        self.kernel = Kernel(options=["-Xmx1g"])

    def tearDown(self):
        self.kernel.close()

    def test_large_arrays_again_and_again(self):
        for code in ("double[] a = new double[25_000_000];", "var b = new double[25_000_000];", "new double[25_000_000]"):
            for _ in range(20):
                result = self.kernel.collect(self.kernel.send(code))
                self.assertEqual(result.status, "ok", plain(result.traceback))
            self.kernel.collect(self.kernel.send("double[] a = null; var b = new double[1];"))

    def test_out_of_memory(self):
        result = self.kernel.collect(self.kernel.send("var all = new ArrayList<long[]>();\nwhile (true) all.add(new long[1 << 22]);"))
        self.assertEqual(result.reply["ename"], "OutOfMemoryError")
        result = self.kernel.collect(self.kernel.send("all = null;\n1 + 1"))
        self.assertEqual(result.value, "2")


if __name__ == "__main__":
    unittest.main()
