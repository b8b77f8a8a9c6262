"""Loops written in cells beside the same code in a plain class, by turns.

Each loop stands in a method of a class, in a method at top level, and at top level itself. The first two are called again and
again, as the plain class is. A loop at top level runs once each time its cell runs, so it stands beside a plain class that
is loaded anew each time, and pays for its compilation as the cell does. A short loop at top level is mostly the wait for the
compiler, so the same is measured with the loop five times in a row: what is left then is the compiled code. Times are the
processor time of the thread, medians over the rounds.
"""

import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

# Name: the data, the loop, and what it gives.
LOOPS = {
    "axpy": (
        "float a = 0.5f; float[] x = new float[10_000]; float[] y = new float[10_000];",
        "for (int r = 0; r < 20_000; r++) for (int i = 0; i < x.length; i++) y[i] += a * x[i];",
        "y[0]",
    ),
    "dot": (
        "float s = 0; float[] x = new float[10_000]; float[] y = new float[10_000];",
        "for (int r = 0; r < 10_000; r++) for (int i = 0; i < x.length; i++) s += x[i] * y[i];",
        "s",
    ),
    "product 300³": (
        "double[][] x = new double[300][300]; double[][] y = new double[300][300]; double[][] z = new double[300][300];",
        "for (int i = 0; i < 300; i++) for (int j = 0; j < 300; j++) { double s = 0;"
        " for (int k = 0; k < 300; k++) s += x[i][k] * y[k][j]; z[i][j] = s; }",
        "z[0][0]",
    ),
    "product 300³, by rows": (
        "float[] x = new float[90_000]; float[] y = new float[90_000]; float[] z = new float[90_000];",
        "for (int i = 0; i < 300; i++) for (int k = 0; k < 300; k++) { float f = x[300 * i + k];"
        " for (int j = 0; j < 300; j++) z[300 * i + j] += f * y[300 * k + j]; }",
        "z[0]",
    ),
    "sum": (
        "long s = 0; int[] x = new int[1_000_000];",
        "for (int r = 0; r < 200; r++) for (int i = 0; i < x.length; i++) s += x[i];",
        "s",
    ),
    "sieve": (
        "int n = 0; boolean[] c = new boolean[5_000_000];",
        "for (int i = 2; i < c.length; i++) if (!c[i]) { n++;"
        " for (long j = (long) i * i; j < c.length; j += i) c[(int) j] = true; }",
        "n",
    ),
    "recursion": ("int n = 0;", "n = fib(34);", "n"),
}
IN_A_ROW = 5
FIB = "static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }"
CLOCK = "java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()"
TURNS = f"""
class Turns {{
    static String take(int rounds, Runnable... sides) {{
        long[][] nanos = new long[sides.length][rounds];
        for (int r = 0; r < rounds; r++)
            for (int i = 0; i < sides.length; i++) {{
                long begin = {CLOCK};
                sides[i].run();
                nanos[i][r] = {CLOCK} - begin;
            }}
        StringBuilder out = new StringBuilder();
        for (long[] all : nanos) {{
            Arrays.sort(all);
            out.append(all[rounds / 2]).append(' ');
        }}
        return out.toString();
    }}
}}
class Fresh {{
    static long nanos(String folder, String name) throws Exception {{
        try (var loader = new URLClassLoader(new URL[] {{Path.of(folder).toUri().toURL()}}, null)) {{
            return (long) loader.loadClass(name).getMethod("run").invoke(null);
        }}
    }}
}}
"""


def repeated(name, head, loop):
    data, code, result = loop
    return f"{head} class {name} {{ public {FIB} public static Object run() {{ {data} {code} return {result}; }} }}"


def in_a_row(code):
    return f"for (int again = 0; again < {IN_A_ROW}; again++) {{ {code} }}"


def afresh(name, data, code):
    fields = re.sub(r"(^|; )(?=\w)", r"\1static ", data)
    timed = f"long begin = {CLOCK}; {code} return {CLOCK} - begin;"
    return f"public class {name} {{ {fields} {FIB} public static long run() {{ {timed} }} }}"


def compile_plain(java, folder):
    """Compiles the plain classes, with the compiler beside the java program."""
    sources = folder / "sources"
    sources.mkdir()
    files = {True: [], False: []}
    for i, loop in enumerate(LOOPS.values()):
        data, code, _ = loop
        for again, name, text in (
            (True, f"Plain{i}", repeated(f"Plain{i}", "package plain; public", loop)),
            (False, f"Fresh{i}", afresh(f"Fresh{i}", data, code)),
            (False, f"Row{i}", afresh(f"Row{i}", data, in_a_row(code))),
        ):
            file = sources / f"{name}.java"
            file.write_text(text)
            files[again].append(str(file))
    javac = Path(shutil.which(java)).resolve().with_name("javac")
    for again, out in ((True, "plain"), (False, "fresh")):
        subprocess.run([str(javac), "-d", str(folder / out), *files[again]], check=True)


def measure(kernel, java, rounds):
    """Prints the table of one kernel."""

    def value(code):
        result = kernel.run(code)
        if result.status != "ok":
            raise SystemExit(f"{code}\ngave {result}")
        return (result.value or "").strip('"')

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        compile_plain(java, folder)
        value(f"%classpath {folder / 'plain'}")
        value(TURNS)
        value("int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nlong nanos = 0;")
        print(
            f"  {'loop':22} {'plain':>9} {'class':>7} {'method':>7} {'fresh':>10} {'top level':>10}"
            f" {f'fresh, {IN_A_ROW} times':>15} {'top level':>10}"
        )

        def at_top_level(name, data, code):
            """The fresh class and the cell by turns: milliseconds of the class, and how many times as long the cell takes."""
            fresh, top = [], []
            for _ in range(rounds):
                fresh.append(int(value(f'Fresh.nanos("{folder / "fresh"}", "{name}")')))
                value(data)
                top.append(int(value(f"{{ long begin = {CLOCK}; {code} nanos = {CLOCK} - begin; }}\nnanos")))
            fresh, top = statistics.median(fresh), statistics.median(top)
            return fresh / 1e6, top / fresh

        for i, (name, loop) in enumerate(LOOPS.items()):
            data, code, result = loop
            value(repeated(f"Cell{i}", "", loop))
            value(f"Object cell{i}() {{ {data} {code} return {result}; }}")
            sides = f"() -> plain.Plain{i}.run(), () -> Cell{i}.run(), () -> cell{i}()"
            plain, in_class, in_method = map(int, value(f"Turns.take({rounds}, {sides})").split())
            fresh, top = at_top_level(f"Fresh{i}", data, code)
            row, top_row = at_top_level(f"Row{i}", data, in_a_row(code))
            print(
                f"  {name:22} {plain / 1e6:6.1f} ms {in_class / plain:7.2f} {in_method / plain:7.2f}"
                f" {fresh:7.1f} ms {top:10.2f} {row:12.1f} ms {top_row:10.2f}",
                flush=True,
            )
