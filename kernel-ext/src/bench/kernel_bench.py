#!/usr/bin/env python3
"""Measures the kernel: start to ready, first cell, trivial cells, many statements, loops beside the same code in a plain class.

    kernel_bench.py [JDK_HOME | JAVA]... [--starts N] [--rounds N] [--beside NAME COMMAND]...

Without arguments it measures the java of LVM_JAVA, or the one on PATH. Other kernels beside it, each with the command of its
kernel.json ({connection_file} in it), take turns with ours, start by start.
"""

import argparse
import os
import shlex
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "test" / "python"))

import kernel_under_test as under_test  # noqa: E402
import loop_bench  # noqa: E402


def seconds(action):
    begin = time.perf_counter()
    value = action()
    return time.perf_counter() - begin, value


# A hundred statements in one cell, of three kinds.
HUNDRED = {
    "100 declarations": "\n".join(f"int a{i} = {i};" for i in range(100)),
    "100 assignments": "int s = 0;\n" + "\n".join(f"s += {i};" for i in range(99)),
    "100 calls": "var l = new ArrayList<Integer>();\n" + "\n".join(f"l.add({i});" for i in range(99)),
}


def one_start(argv):
    """Seconds by what took them, of one start of a kernel."""
    times = {}
    times["start to ready"], kernel = seconds(lambda: under_test.Kernel(argv=argv))
    try:
        times["first cell"], result = seconds(lambda: kernel.run("1 + 1"))
        if result.value != "2":
            raise SystemExit(f"{argv}: 1 + 1 gave {result}")
        times["start to ready and first cell"] = times["start to ready"] + times["first cell"]
        times["trivial cell"] = statistics.median(seconds(lambda i=i: kernel.run(f"{i} + 1"))[0] for i in range(30))
        for name, code in HUNDRED.items():
            times[name], result = seconds(lambda code=code: kernel.run(code))
            if result.status != "ok":
                raise SystemExit(f"{argv}: {name} gave {result}")
    finally:
        kernel.close()
    return times


def measure(java, starts, beside):
    kernels = {"this kernel": under_test.kernel_argv(java)}
    kernels.update({name: shlex.split(command) for name, command in beside})
    times = {name: [] for name in kernels}
    for _ in range(starts):
        for name, argv in kernels.items():
            times[name].append(one_start(argv))
    print(f"{java}: seconds, medians of {starts} starts" + (" by turns" if beside else ""))
    print(f"  {'':30}" + "".join(f"{name:>14}" for name in kernels))
    for what in times["this kernel"][0]:
        medians = [statistics.median(each[what] for each in times[name]) for name in kernels]
        print(f"  {what:30}" + "".join(f"{median:14.3f}" for median in medians))


def measure_loops(java, rounds):
    print("  loops: milliseconds of the plain class, then how many times as long in a cell (at most 1.2)")
    kernel = under_test.Kernel(java=java)
    try:
        loop_bench.measure(kernel, java, rounds)
    finally:
        kernel.close()


def main():
    parser = argparse.ArgumentParser(description="Measures the start of the kernel, a trivial cell, and loops.")
    parser.add_argument("java", nargs="*", help="a JDK's folder or its java program")
    parser.add_argument("--starts", type=int, default=3, help="how many kernels to start (default 3)")
    parser.add_argument("--beside", nargs=2, action="append", default=[], metavar=("NAME", "COMMAND"), help="another kernel")
    parser.add_argument("--rounds", type=int, default=15, help="how often each loop runs (default 15; 0: no loops)")
    arguments = parser.parse_args()
    for java in arguments.java or [under_test.JAVA]:
        program = os.path.join(java, "bin", "java")
        java = program if os.path.isdir(java) else java
        measure(java, arguments.starts, arguments.beside)
        if arguments.rounds > 0:
            measure_loops(java, arguments.rounds)


if __name__ == "__main__":
    main()
