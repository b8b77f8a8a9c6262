"""Plants small mistakes in the library, one by one, and counts which ones no test notices: ./lvm test mutants [PACKAGE...].

One package at a time, the small ones first. What is done stays in target/mutants and is not done again as long as neither the package
nor its tests have changed, so that a run may be stopped at any time. The table goes to notebooks/results/mutants.md.
"""

import datetime
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MAIN = ROOT / "lvm-lib" / "src" / "main" / "java" / "lvm"
TESTS = ROOT / "lvm-lib" / "src" / "test" / "java" / "lvm"
KEPT = ROOT / "target" / "mutants"
REPORTS = ROOT / "lvm-lib" / "target" / "mutants"
TABLE = ROOT / "notebooks" / "results" / "mutants.md"
ALL_SECONDS = 2 * 3600
LEFT_OUT = {"plot": "pictures are judged by eye"}
# The steps of every neural family through its builder are judged together.
STEPS = {"vae", "bernoulli", "boltzmann", "classify", "flow"}
FORMS = ("SURVIVED", "NO_COVERAGE", "KILLED", "TIMED_OUT", "MEMORY_ERROR", "RUN_ERROR", "NON_VIABLE")
NOTICED = ("KILLED", "TIMED_OUT", "MEMORY_ERROR", "RUN_ERROR")


def sources(package):
    folders = [MAIN / package, TESTS / package] + ([TESTS / "onestep"] if package in STEPS else [])
    return sorted(f for folder in folders for f in folder.rglob("*.java"))


def digest(package):
    """Of all that the score depends on: the package, its tests, and how mutants are made."""
    sha = hashlib.sha256((ROOT / "lvm-lib" / "pom.xml").read_bytes())
    for file in sources(package):
        sha.update(file.relative_to(ROOT).as_posix().encode())
        sha.update(file.read_bytes())
    return sha.hexdigest()


def packages():
    """By size, the small ones first."""
    names = [d.name for d in MAIN.iterdir() if d.is_dir() and (TESTS / d.name).is_dir() and d.name not in LEFT_OUT]
    return sorted(names, key=lambda p: sum(f.stat().st_size for f in (MAIN / p).glob("*.java")))


def kept(package):
    """The counts of an earlier run, if nothing has changed since."""
    try:
        result = json.loads((KEPT / f"{package}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return result if result.get("digest") == digest(package) else None


def maven(package, seconds):
    tests = [f"lvm.{package}.*"] + (["lvm.onestep.*"] if package in STEPS else [])
    command = ["mvn", "-B", "-ntp", "-Pmutants", "-pl", "lvm-lib", "-Dspotless.check.skip=true"]
    command += [f"-Dmutants.package=lvm.{package}", f"-Dmutants.tests={','.join(tests)}"]
    command += ["test-compile", "org.pitest:pitest-maven:mutationCoverage"]
    KEPT.mkdir(parents=True, exist_ok=True)
    with open(KEPT / f"{package}.log", "wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            return process.wait(seconds)
        except BaseException as e:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if not isinstance(e, subprocess.TimeoutExpired):
                raise
            return None


def read(package):
    """Counts by outcome, and the mutants that no test noticed."""
    counts = dict.fromkeys(FORMS, 0)
    unnoticed = []
    for mutant in ElementTree.parse(REPORTS / f"lvm.{package}" / "mutations.xml").getroot().iter("mutation"):
        outcome = mutant.get("status")
        counts[outcome] = counts.get(outcome, 0) + 1
        if outcome in ("SURVIVED", "NO_COVERAGE"):
            place = f"{mutant.findtext('sourceFile')}:{mutant.findtext('lineNumber')}"
            unnoticed.append(f"{outcome}\t{place}\t{mutant.findtext('mutatedMethod')}\t{mutant.findtext('description')}")
    return counts, sorted(unnoticed)


def run(package, seconds):
    before = digest(package)
    start = time.monotonic()
    code = maven(package, seconds)
    took = time.monotonic() - start
    if code is None:
        return None, "not done in the time that was left"
    if code != 0 or not (REPORTS / f"lvm.{package}" / "mutations.xml").exists():
        return None, f"failed, see {KEPT / (package + '.log')}"
    counts, unnoticed = read(package)
    result = {
        "package": package,
        "digest": before,
        "seconds": round(took),
        "day": datetime.date.today().isoformat(),
        "counts": counts,
    }
    (KEPT / f"{package}.txt").write_text("\n".join(unnoticed) + "\n", encoding="utf-8")
    (KEPT / f"{package}.json").write_text(json.dumps(result), encoding="utf-8")
    return result, None


def percent(part, whole):
    return f"{100 * part / whole:.0f} %" if whole else "–"


ROW = re.compile(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \| .*? \| (\d+) \| (\S+) \|$", re.M)


def row(result):
    counts = result["counts"]
    noticed = sum(counts[form] for form in NOTICED)
    reached = noticed + counts["SURVIVED"]
    return reached + counts["NO_COVERAGE"], reached, noticed, result["seconds"], result["day"]


def earlier():
    """The rows of the table as it is: scores of packages, some of sources that have changed since."""
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    return {m[1]: (int(m[2]), int(m[3]), int(m[4]), int(m[5]), m[6]) for m in ROW.finditer(text)}


def table(rows):
    lines = ["| package | mutants | reached by a test | noticed | of those reached | seconds | day |", "|---|---|---|---|---|---|---|"]
    total = [0, 0, 0]
    for package, (made, reached, noticed, seconds, day) in sorted(rows.items()):
        total = [a + b for a, b in zip(total, (made, reached, noticed))]
        lines.append(f"| {package} | {made} | {reached} | {noticed} | {percent(noticed, reached)} | {seconds} | {day} |")
    lines.append(f"| all of these | {total[0]} | {total[1]} | {total[2]} | {percent(total[2], total[1])} | | |")
    return lines


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that Maven ends with this
    wanted = sys.argv[1:] or packages()
    for package in wanted:
        if not (MAIN / package).is_dir():
            sys.exit(f"lvm: there is no package '{package}', only {' '.join(packages())}")
    start = time.monotonic()
    failed = []
    for package in wanted:
        if kept(package):
            print(f"{package}: done before", flush=True)
            continue
        left = ALL_SECONDS - (time.monotonic() - start)
        if left < 60:
            print(f"{package}: no time left; run it again to go on", flush=True)
            continue
        print(f"{package} ...", flush=True)
        result, problem = run(package, left)
        if problem:
            failed += [package] if problem.startswith("failed") else []
            print(f"  {problem}", flush=True)
        else:
            counts = result["counts"]
            print(f"  {counts['SURVIVED']} reached and not noticed, see {KEPT / (package + '.txt')}", flush=True)
    now = {result["package"]: row(result) for result in map(kept, packages()) if result}
    before = {package: score for package, score in earlier().items() if package in packages() and package not in now}
    if now:
        lines = table({**before, **now})
        print("\n".join(lines))
        text = [
            "# Mistakes planted by a program",
            "",
            "`./lvm test mutants` changes one instruction at a time, at most 20 a class, and runs the tests that reach it. What is left",
            "out, and why, stands in the profile `mutants` of `lvm-lib/pom.xml`.",
            "",
            *lines,
        ]
        missing = [package for package in packages() if package not in now and package not in before]
        if before:
            text += ["", "Changed since their run, or run elsewhere: " + ", ".join(sorted(before)) + "."]
        if missing:
            text += ["", "Not run yet: " + ", ".join(missing) + "."]
        TABLE.write_text("\n".join(text) + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
