#!/usr/bin/env python3
"""Measures the kernel: start to ready, first cell, trivial cells, many statements, printing, the memory over many runs of a
cell, and loops beside the same code in a plain class.

    kernel_bench.py [JDK_HOME | JAVA]... [--starts N] [--rounds N] [--reruns] [--beside NAME COMMAND]...

Without arguments it measures the java of LVM_JAVA, or the one on PATH. Other kernels beside it, each with the command of its
kernel.json ({connection_file} in it), take turns with ours, start by start.
"""

import argparse
import os
import queue
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


LINES = 10_000
RERUNS = 1_000
QUIET = 5  # seconds without a message, after which no more is awaited


def printing(kernel):
    """Prints many lines: the seconds until the reply is there and output ends, and how many lines are missing."""
    begin = last = time.perf_counter()
    asked = kernel.send(f'for (int i = 0; i < {LINES}; i++) System.out.println("line " + i);')
    text = []
    kernel.shell_reply(asked)
    while True:
        try:
            message = kernel.iopub(QUIET)
        except queue.Empty:
            break  # a kernel that loses messages may lose the last one, too
        if message["parent_header"].get("msg_id") != asked:
            continue
        last = time.perf_counter()
        if message["msg_type"] == "stream":
            text.append(message["content"]["text"])
        elif message["content"].get("execution_state") == "idle":
            break
    return last - begin, LINES - "".join(text).count("\n")


def resident(kernel):
    """Megabytes of memory that the process has, on Linux."""
    return int(Path(f"/proc/{kernel.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_reruns(kernels):
    """Prints what a thousand runs of one cell add to the memory of each kernel, after a collection before and after."""
    print(f"  {RERUNS} runs of one cell: MB of the process before and after, seconds")
    for name, argv in kernels.items():
        kernel = under_test.Kernel(argv=argv)
        try:
            cell = "double[] data = new double[100_000];\nint twice(int x) { return 2 * x; }\ndata[0] = twice(4);\ndata.length"
            kernel.run(cell)
            kernel.run("System.gc();")
            before = resident(kernel)
            seconds_taken, _ = seconds(lambda: [kernel.run(cell) for _ in range(RERUNS)])
            kernel.run("System.gc();")
            print(f"  {name:30}{before:14.0f}{resident(kernel):14.0f}{seconds_taken:14.1f}", flush=True)
        finally:
            kernel.close()


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
        times[f"{LINES} lines printed"], times["lines of them lost"] = printing(kernel)
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
        print(f"  {what:30}" + "".join(f"{median:14.3f}" for median in medians), flush=True)
    return kernels


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
    parser.add_argument("--reruns", action="store_true", help="also the memory over a thousand runs of a cell (minutes)")
    parser.add_argument("--rounds", type=int, default=15, help="how often each loop runs (default 15; 0: no loops)")
    arguments = parser.parse_args()
    for java in arguments.java or [under_test.JAVA]:
        program = os.path.join(java, "bin", "java")
        java = program if os.path.isdir(java) else java
        kernels = measure(java, arguments.starts, arguments.beside)
        if arguments.reruns:
            measure_reruns(kernels)
        if arguments.rounds > 0:
            measure_loops(java, arguments.rounds)


if __name__ == "__main__":
    main()
