#!/usr/bin/env python3
"""Measures the kernel: start to ready, first cell, trivial cells.

    kernel_bench.py [JDK_HOME | JAVA]... [--starts N]

Without arguments it measures the java of LVM_JAVA, or the one on PATH.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "test" / "python"))

import kernel_under_test as under_test  # noqa: E402


def seconds(action):
    begin = time.perf_counter()
    value = action()
    return time.perf_counter() - begin, value


def measure(java, starts):
    under_test.kernel_argv(java)
    ready, first, trivial = [], [], []
    for _ in range(starts):
        took, kernel = seconds(lambda: under_test.Kernel(java=java))
        ready.append(took)
        try:
            took, result = seconds(lambda: kernel.run("1 + 1"))
            if result.value != "2":
                raise SystemExit(f"{java}: 1 + 1 gave {result}")
            first.append(took)
            trivial += [seconds(lambda i=i: kernel.run(f"{i} + 1"))[0] for i in range(50)]
        finally:
            kernel.close()
    tenths = statistics.quantiles(trivial, n=10)
    print(f"{java}")
    print(f"  start to ready   {statistics.median(ready):6.2f} s   (at most 3)")
    print(f"  first cell       {statistics.median(first):6.2f} s   (at most 1.5)")
    print(f"  trivial cell     {1000 * statistics.median(trivial):6.0f} ms  (at most 150), 90%: {1000 * tenths[8]:.0f} ms")


def main():
    parser = argparse.ArgumentParser(description="Measures the start of the kernel and the time of a trivial cell.")
    parser.add_argument("java", nargs="*", help="a JDK's folder or its java program")
    parser.add_argument("--starts", type=int, default=3, help="how many kernels to start (default 3)")
    arguments = parser.parse_args()
    for java in arguments.java or [under_test.JAVA]:
        program = os.path.join(java, "bin", "java")
        measure(program if os.path.isdir(java) else java, arguments.starts)


if __name__ == "__main__":
    main()
