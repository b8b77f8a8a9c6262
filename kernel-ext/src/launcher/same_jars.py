"""Builds the project twice, in two folders, and compares the jars byte by byte: ./lvm test jars."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
IGNORED = shutil.ignore_patterns("target", ".git", ".lvm", "cache", "results", "__pycache__", "*.ipynb")


def build(folder):
    """The jars of a build in a folder, by their path in it."""
    shutil.copytree(ROOT, folder, ignore=IGNORED)
    options = ["-Dmaven.test.skip=true", "-Dspotless.check.skip=true"]
    subprocess.run(["mvn", "-q", "-B", "-ntp", "package", *options], cwd=folder, stdin=subprocess.DEVNULL, check=True)
    return {str(jar.relative_to(folder)): jar for jar in sorted(folder.glob("**/target/*.jar"))}


def difference(one, other):
    """The first entry that two jars do not have alike."""
    with zipfile.ZipFile(one) as a, zipfile.ZipFile(other) as b:
        for left, right in zip(a.infolist(), b.infolist()):
            if (left.filename, left.date_time, left.CRC, left.compress_size) != (
                right.filename, right.date_time, right.CRC, right.compress_size
            ):
                return f"{left.filename} ({left.date_time}), {right.filename} ({right.date_time})"
        return f"{len(a.infolist())} entries, {len(b.infolist())} entries"


def main():
    differ = 0
    with tempfile.TemporaryDirectory(prefix="lvm-jars-") as temp:
        first = build(Path(temp) / "first")
        second = build(Path(temp) / "another folder")
        for name, jar in first.items():
            digest = hashlib.sha256(jar.read_bytes()).hexdigest()
            if name in second and second[name].read_bytes() == jar.read_bytes():
                print(f"same       {digest}  {jar.stat().st_size:>10}  {name}")
            else:
                differ += 1
                where = difference(jar, second[name]) if name in second else "not there"
                print(f"different  {digest}  {jar.stat().st_size:>10}  {name}: {where}")
    print(f"{len(first) - differ} passed, {differ} failed")
    return 1 if differ or not first else 0


if __name__ == "__main__":
    sys.exit(main())
