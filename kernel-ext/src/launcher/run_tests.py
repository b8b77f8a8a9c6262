"""Runs every test of the project and adds them up: ./lvm test [PART...]."""

import glob
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOGS = ROOT / "target" / "test-logs"
MODULES = {"lib": "lvm-lib", "kernel": "kernel-ext"}
SPARK = "lvm-spark"
TIME_LIMIT = 1200  # seconds for one suite; a hanging test must not hang the build server
SHOWN_LINES = 60
RUNNING = set()  # processes of suites


class Suite:
    """The outcome of one suite."""

    def __init__(self, name, seconds, passed, failed, skipped, notes=()):
        self.name = name
        self.seconds = seconds
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        self.notes = list(notes)

    def line(self):
        return f"{self.name}: {self.passed} passed, {self.failed} failed, {self.skipped} skipped, {self.seconds:.0f} s"


def stop(process):
    """Ends a process with all that it started."""
    RUNNING.discard(process)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def command(arguments, log, **environment):
    """Runs a command into a log file; returns its exit code (None when it took too long) and seconds."""
    LOGS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with open(LOGS / log, "wb") as output:
        process = subprocess.Popen(
            [str(a) for a in arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        RUNNING.add(process)
        try:
            code = process.wait(TIME_LIMIT)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            stop(process)
    return code, time.monotonic() - start


def log_text(log):
    return (LOGS / log).read_text(encoding="utf-8", errors="replace")


def tail(log):
    return [line[:300] for line in log_text(log).splitlines()[-SHOWN_LINES:]]


# --- Maven ------------------------------------------------------------------------------------------------------


def reports(module):
    return glob.glob(str(ROOT / glob.escape(module) / "target" / "*-reports" / "TEST-*.xml"))


def read_reports(module):
    """Counts of a module's JUnit reports, the seconds that the tests took, and the failed tests."""
    tests = failed = skipped = 0
    seconds = 0.0
    failures = []
    for report in sorted(reports(module)):
        suite = ElementTree.parse(report).getroot()
        seconds += float(suite.get("time", "0").replace(",", ""))
        for case in suite.iter("testcase"):
            tests += 1
            problem = case.find("failure") if case.find("failure") is not None else case.find("error")
            if problem is not None:
                failed += 1
                text = (problem.text or problem.get("message") or "").strip().splitlines()[:8]
                failures.append("\n    ".join([f"{case.get('classname')}.{case.get('name')}", *text]))
            elif case.find("skipped") is not None:
                skipped += 1
    return tests - failed - skipped, failed, skipped, seconds, failures


def maven(title, parts, log, *options):
    """Runs Maven over the modules of the parts; one suite for each module."""
    modules = [MODULES[part] for part in parts]
    for module in MODULES.values():
        for report in reports(module):
            os.remove(report)
    # The launcher's stamp: what was verified need not be built again, but what is edited meanwhile must be.
    stamp = ROOT / ".lvm" / "verifying"
    stamp.parent.mkdir(exist_ok=True)
    stamp.touch()
    selection = [] if set(modules) == set(MODULES.values()) else ["-pl", ",".join(modules), "-am"]
    # As in the launcher: no colours, nor the code that Maven's console library writes at the end.
    quiet = f"-Djansi.noreset=true {os.environ.get('MAVEN_OPTS', '')}".strip()
    code, seconds = command(
        ["mvn", "-B", "-ntp", "-Dstyle.color=never", "-Dmaven.test.failure.ignore=true", *selection, *options],
        log,
        MAVEN_OPTS=quiet,
    )
    suites = []
    for module in modules:
        passed, failed, skipped, took, failures = read_reports(module)
        suites.append(Suite(f"{module}, {title}", took, passed, failed, skipped, failures))
    if code != 0:
        why = "took too long" if code is None else "failed"
        errors = [line for line in log_text(log).splitlines() if line.startswith("[ERROR]")][:SHOWN_LINES]
        suites.append(Suite(f"Maven build, {title}", seconds, 0, 1, 0, [f"the build {why}", *errors]))
    elif "kernel" in parts and "verify" in options:
        stamp.replace(ROOT / ".lvm" / "built")
    print(f"  Maven took {seconds:.0f} s")
    return suites


def spark(title, tests, *options):
    """The module that is built only here, after the library, whose own tests are left out."""
    for report in reports(SPARK):
        os.remove(report)
    chosen = [f"-Dtest=lvm.spark.{tests}", "-Dsurefire.failIfNoSpecifiedTests=false"]
    log = f"spark-{title.replace(' ', '-')}.log"
    code, seconds = command(
        ["mvn", "-B", "-ntp", "-Dstyle.color=never", "-Pspark", "-pl", SPARK, "-am", "test", *chosen, *options], log
    )
    passed, failed, skipped, took, failures = read_reports(SPARK)
    if code != 0 and failed == 0:
        failed, failures = 1, [f"the build {'took too long' if code is None else 'failed'}", *tail(log)]
    print(f"  Maven took {seconds:.0f} s")
    return [Suite(f"{SPARK}, {title}", took, passed, failed, skipped, failures)]


# --- Python suites ----------------------------------------------------------------------------------------------


def unittest_suite(title, folder, log, *options, **environment):
    """Runs the unittest modules of a folder."""
    code, seconds = command(
        [sys.executable, "-m", "unittest", "discover", "-v", "-s", folder, "-t", folder, *options], log, **environment
    )
    text = log_text(log)
    ran = re.findall(r"^Ran (\d+) tests? in", text, re.M)
    total = int(ran[-1]) if ran else 0

    def number(word):
        found = re.findall(r"^(?:OK|FAILED) \(.*?\b" + word + r"=(\d+)", text, re.M)
        return int(found[-1]) if found else 0

    failed = number("failures") + number("errors") + number("unexpected successes")
    skipped = number("skipped")
    passed = max(0, total - failed - skipped)
    notes = []
    if code is None:
        notes.append(f"took longer than {TIME_LIMIT} s")
    elif total == 0:
        notes.append("no test ran")
    if code != 0 or total == 0:
        failed = max(1, failed)
        notes += tail(log)
    return Suite(title, seconds, passed, failed, skipped, notes)


def jdk_version(home):
    try:
        release = (Path(home) / "release").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r'JAVA_VERSION="(\d+)', release)
    return int(found.group(1)) if found else 0


def default_jdk():
    """The home of the java that the launcher uses."""
    java = str(Path(os.environ["JAVA_HOME"]) / "bin" / "java") if os.environ.get("JAVA_HOME") else "java"
    settings = subprocess.run(
        [java, "-XshowSettings:properties", "-version"], capture_output=True, text=True, stdin=subprocess.DEVNULL
    ).stderr
    return re.search(r"java\.home = (.*)", settings).group(1).strip()


def other_jdks(default):
    """The JDKs named by LVM_JDKS, else the newest one installed if it is of another version than the default."""
    named = [home for home in os.environ.get("LVM_JDKS", "").split(":") if home]
    for home in named:
        if not jdk_version(home):
            sys.exit(f"lvm: LVM_JDKS names {home}, where there is no JDK")
    if named:
        return named
    there = {jdk_version(home): home for home in sorted(glob.glob("/usr/lib/jvm/*")) if jdk_version(home) >= 21}
    newest = max(there, default=0)
    return [there[newest]] if newest and newest != jdk_version(default) else []


def with_jdk(home):
    return {"JAVA_HOME": home, "LVM_JAVA": f"{home}/bin/java", "PATH": f"{home}/bin{os.pathsep}{os.environ['PATH']}"}


# --- notebooks --------------------------------------------------------------------------------------------------


FOLDERS = ROOT / "kernel-ext" / "src" / "test"
KERNELS = {"JUPYTER_PATH": str(ROOT / ".lvm" / "share" / "jupyter")}  # where the launcher puts the kernel


def first_notebook():
    """One notebook as a user runs it, at small size; it also puts the kernel in its place."""
    code, seconds = command([ROOT / "lvm", "run", "00-start", "--size", "small", "--out", ROOT / "target" / "run"], "run.log")
    return Suite("./lvm run 00-start", seconds, int(code == 0), int(code != 0), 0, [] if code == 0 else tail("run.log"))


def notebooks(names, part):
    """Notebooks at small size through the kernel, with every wrong answer and then the right one in each exercise."""
    title = f"notebooks at small size, {', '.join(name[:2] for name in names)}"
    only = {"NOTEBOOK": " ".join(names), **KERNELS}
    return unittest_suite(title, FOLDERS / "notebooks", f"notebooks-{part}.log", "-k", "WrongAnswers", **only)


def committed():
    """All else that is said of the notebooks, and their students' versions."""
    return unittest_suite("notebooks as committed", FOLDERS / "notebooks", "committed.log", NOTEBOOK="none", **KERNELS)


def beside(*suites):
    """Runs suites side by side, each of which keeps less than two processors busy; their outcomes in order."""
    with ThreadPoolExecutor(len(suites)) as pool:
        outcomes = [pool.submit(suite) for suite in suites]
        try:
            return [outcome.result() for outcome in outcomes]
        except BaseException:  # as when one presses Ctrl-C: what the other threads wait for must end too
            for process in list(RUNNING):
                stop(process)
            raise


# --- all --------------------------------------------------------------------------------------------------------


def steps(parts):
    """The suites to run, in order; each step gives a list of suites."""
    default = default_jdk()
    jdks = [default, *other_jdks(default)]
    names = {home: f"JDK {jdk_version(home)}" for home in jdks}
    print("On " + " and ".join(f"{names[home]} ({home})" for home in jdks))
    if len(jdks) == 1:
        print("No other JDK found (LVM_JDKS names further ones)")
    java = [part for part in parts if part in MODULES]
    if java:
        yield "Java tests", lambda: maven(names[default], java, "maven.log", "verify")
        for home in jdks[1:]:
            yield f"Java tests on {names[home]}", lambda home=home: maven(
                names[home], java, f"maven-{jdk_version(home)}.log", "test", f"-Djvm={home}/bin/java", "-Dspotless.check.skip=true"
            )
    if "kernel" in parts:
        yield "the kernel over the wire on " + " and ".join(names.values()), lambda: beside(
            *[
                lambda home=home: unittest_suite(
                    f"kernel over the wire, {names[home]}",
                    FOLDERS / "python",
                    f"kernel-{jdk_version(home)}.log",
                    **with_jdk(home),
                )
                for home in jdks
            ]
        )
    if "spark" in parts:
        # Clusters of processes, and other JDKs, where it is asked for alone: they take minutes.
        alone = parts == ["spark"]
        tests = "*Test" if alone else "SparkFitTest"
        yield "lvm-spark", lambda: spark(names[default], tests)
        for home in jdks[1:] if alone else []:
            yield f"lvm-spark on {names[home]}", lambda home=home: spark(names[home], tests, f"-Djvm={home}/bin/java")
    if "notebooks" in parts:
        stems = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
        yield "the notebooks at small size", lambda: [
            first_notebook(),
            *beside(lambda: notebooks(stems[::2], 1), lambda: notebooks(stems[1::2], 2)),
        ]
    others = {
        "launcher": ("the launcher", lambda: unittest_suite("launcher", FOLDERS / "launcher", "launcher.log")),
        "notebooks": ("the notebooks as committed", committed),
    }
    chosen = [others[part] for part in others if part in parts]
    if chosen:
        yield " and ".join(what for what, _ in chosen), lambda: beside(*[suite for _, suite in chosen])
    if "browser" in parts:
        yield "notebooks in a browser", lambda: [unittest_suite("browser", FOLDERS / "browser", "browser.log")]


def main():
    parts = sys.argv[1:] or ["lib", "kernel", "spark", "launcher", "notebooks", "browser"]
    start = time.monotonic()
    suites = []
    for what, step in steps(parts):
        print(f"Testing {what} ...", flush=True)
        for suite in step():
            suites.append(suite)
            print(f"  {suite.line()}", flush=True)
            for note in suite.notes:
                print(f"    {note}", flush=True)
    print(f"\nSummary ({(time.monotonic() - start) / 60:.1f} min; logs in {LOGS}):")
    for suite in suites:
        print(f"  {suite.line()}")
    failed = sum(suite.failed for suite in suites)
    print(f"{sum(s.passed for s in suites)} passed, {failed} failed, {sum(s.skipped for s in suites)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
