"""lvm.cmd and the Java program that it calls: the program runs on any system, the batch file is read, and run where wine is."""

import os
import re
import shutil
import stat
import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
BATCH = ROOT / "lvm.cmd"
PROGRAM = ROOT / "kernel-ext" / "src" / "launcher" / "Lvm.java"

# Stands for the kernel's jar: its installer writes down its arguments and makes the file.
KERNEL = """
import java.nio.file.*;
public class Main {
    public static void main(String[] a) throws Exception {
        Files.writeString(Path.of(System.getenv("CALLS")), "java " + String.join(" ", a) + "\\n", StandardOpenOption.APPEND);
        Path spec = Path.of(a[2], "share", "jupyter", "kernels", a[4]);
        Files.createDirectories(spec);
        Files.writeString(spec.resolve("kernel.json"), "{}");
    }
}
"""

MAVEN = """#!/bin/sh
[ "$1" = -version ] && echo 'Apache Maven {version} (stand-in)' && exit
echo "mvn $* JAVA_HOME=${{JAVA_HOME:+set}}" >>"$CALLS"
[ -n "${{BROKEN:-}}" ] && echo '[ERROR] Foo.java:[3,5] cannot find symbol' && exit 1
mkdir -p kernel-ext/target
cp "$SPARE/kernel.jar" kernel-ext/target/lvm-kernel.jar
touch kernel-ext/target/lvm-kernel.jar
"""

# A Python that has Jupyter once something was installed for it.
PYTHON = """#!/bin/sh
case "$1 $2" in
  "-c import venv"*) ;;
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip") [ -z "${OFFLINE:-}" ] || { echo "ERROR: no index" >&2; exit 1; }; echo "pip $*" >>"$CALLS"; : >"$0.filled" ;;
  "-c "*) [ -e "$0.filled" ] ;;
  *) printf '<%s>' "$(basename "$PWD")" "$@" >>"$CALLS"; echo " $JUPYTER_PATH $LVM_CACHE_DIR" >>"$CALLS"; exit 3 ;;
esac
"""


class ProgramTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = Path(tempfile.mkdtemp(prefix="lvm-windows-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared)
        (cls.shared / "Main.java").write_text(KERNEL, encoding="utf-8")
        subprocess.run(["javac", "-d", cls.shared, cls.shared / "Main.java"], check=True)
        with zipfile.ZipFile(cls.shared / "kernel.jar", "w") as jar:
            jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: Main\n")
            jar.write(cls.shared / "Main.class", "Main.class")
        # Compiled once, as java does with a source file; Java 11 is what it says of itself.
        subprocess.run(
            ["javac", "--release", "11", "-Xlint:all", "-Xlint:-options", "-Werror", "-d", cls.shared, PROGRAM], check=True
        )
        cls.java = shutil.which("java")

    def setUp(self):
        self.temp = Path(tempfile.mkdtemp(prefix="lvm-windows-"))
        self.addCleanup(shutil.rmtree, self.temp)
        self.bin = self.temp / "bin with spaces"
        self.bin.mkdir()
        for tool in "sh cp mkdir touch basename env".split():
            os.symlink(shutil.which(tool), self.bin / tool)
        self.calls_file = self.temp / "calls"
        self.calls_file.touch()
        self.root = self.temp / "a checkout (with spaces) & more"
        for module in ("lvm-lib", "kernel-ext"):
            (self.root / module / "src" / "main" / "java").mkdir(parents=True)
            (self.root / module / "pom.xml").touch()
        (self.root / "pom.xml").touch()
        (self.root / "notebooks").mkdir()
        for name in ("00-start", "01-em"):
            (self.root / "notebooks" / f"{name}.ipynb").touch()

    def tool(self, name, text):
        path = self.bin / name
        path.write_text(text, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def maven(self, version="3.9.9"):
        self.tool("mvn", MAVEN.format(version=version))

    def lvm(self, *arguments, **environment):
        return subprocess.run(
            [self.java, f"-Dlvm.root={self.root}/.", "-cp", str(self.shared), "Lvm", *arguments],
            cwd=self.temp,
            env={"PATH": str(self.bin), "CALLS": str(self.calls_file), "SPARE": str(self.shared), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def assert_refuses(self, result, *words, code=1):
        self.assertEqual(code, result.returncode, result)
        for word in words:
            self.assertIn(word, result.stderr)

    def calls(self, program):
        return [line for line in self.calls_file.read_text().splitlines() if line.startswith(program)]

    def test_words(self):
        for arguments in ([], ["help"], ["--help"]):
            result = self.lvm(*arguments)
            self.assertEqual((0, ""), (result.returncode, result.stderr))
            for word in ("notebook", "run", "build"):
                self.assertIn(f"lvm.cmd {word}", result.stdout)
        self.assert_refuses(self.lvm("notebok"), "there is no 'notebok'", code=2)
        # Every command of the shell's launcher is here, or is told to be elsewhere.
        cases = re.search(r"\ncase \$command in\n(.*?)\nesac", (ROOT / "lvm").read_text(), re.S).group(1)
        for word in set(re.findall(r"^  (\w+)\)", cases, re.M)) - {"notebook", "run", "build"}:
            self.assert_refuses(self.lvm(word), f"'{word}' needs a POSIX shell", code=2)
            self.assertIn(word, self.lvm("help").stdout)

    def test_maven(self):
        self.assert_refuses(self.lvm("build"), "no mvn found", "3.8 or newer")
        self.maven("3.6.3")
        self.assert_refuses(self.lvm("build"), "mvn is version 3.6")

    def test_builds_only_what_changed(self):
        self.maven()
        for builds, change in ((1, None), (1, None), (2, "lvm-lib/src/main/java"), (3, "pom.xml")):
            if change:
                os.utime(self.root / change)
            result = self.lvm("build")
            self.assertEqual((0, ""), (result.returncode, result.stderr), result)
            self.assertEqual(builds, len(self.calls("mvn")))
            self.assertEqual(builds, len(self.calls("java")))
        self.assertIn("package -pl kernel-ext -am", self.calls("mvn")[0])
        self.assertIn("JAVA_HOME=set", self.calls("mvn")[0])
        self.assertEqual(f"java install --prefix {self.root}/.lvm --name lvm", self.calls("java")[0])

    def test_a_failed_build_is_told_and_tried_again(self):
        self.maven()
        self.assert_refuses(self.lvm("build", BROKEN="yes"), "Foo.java:[3,5] cannot find symbol", "build.log")
        self.assertEqual(0, self.lvm("build").returncode)

    def test_notebook(self):
        self.maven()
        self.tool("python3", PYTHON)
        first = self.lvm("notebook")
        self.assertEqual(3, first.returncode, first)  # the code of Jupyter
        self.assertIn("Installing into .lvm/venv with pip", first.stdout)
        self.assertIn("Jupyter is installed", first.stdout)
        self.assertIn("pip -m pip install -q --disable-pip-version-check nbclient nbconvert jupyterlab", self.calls("pip"))
        kernels, cache = f"{self.root}/.lvm/share/jupyter", f"{self.root}/data/cache"
        self.assertEqual(f"<notebooks><-m><jupyterlab><00-start.ipynb> {kernels} {cache}", self.calls("<")[-1])
        second = self.lvm("notebook", "notebooks\\01-em.ipynb", "--port", "8889", "--a b", JUPYTER_PATH="/else")
        self.assertEqual("", second.stdout)
        self.assertEqual(
            f"<notebooks><-m><jupyterlab><01-em.ipynb><--port><8889><--a b> {kernels}:/else {cache}", self.calls("<")[-1]
        )
        self.assert_refuses(self.lvm("notebook", "02-none"), "there is no '02-none'", code=2)

    def test_run(self):
        self.maven()
        self.tool("uv", "#!/bin/sh\nexit 1\n")
        self.tool("python3", PYTHON)
        own = self.temp / "own python"
        own.write_text(PYTHON, encoding="utf-8")
        own.chmod(0o755)
        self.assert_refuses(self.lvm("run", LVM_PYTHON=str(own)), "lacks something of: nbclient nbconvert")
        self.assert_refuses(self.lvm("run", LVM_PYTHON="/no/python"), "is not a command")
        (self.temp / "own python.filled").touch()
        result = self.lvm("run", "01-em", "--size", "small", LVM_PYTHON=str(own))
        self.assertEqual(3, result.returncode, result)
        self.assertIn(f"<{self.root}/kernel-ext/src/launcher/run_notebooks.py><01-em><--size><small>", self.calls("<")[-1])

    def test_neither_pip_nor_uv(self):
        self.assert_refuses(self.lvm("notebook"), "no Python with Jupyter", "pip, or uv", "LVM_PYTHON")
        self.tool("python3", PYTHON)
        self.assert_refuses(self.lvm("notebook", OFFLINE="yes"), "ERROR: no index", "no Python with Jupyter")

    def test_uv(self):
        self.maven()
        self.tool("python3", PYTHON)
        self.tool(
            "uv",
            '#!/bin/sh\necho "uv $*" >>"$CALLS"\n'
            'if [ "$1" = venv ]; then mkdir -p "$3/bin" && cp "$BIN/python3" "$3/bin/python"; else : >"$5.filled"; fi\n',
        )
        result = self.lvm("notebook", BIN=str(self.bin))
        self.assertEqual(3, result.returncode, result)
        self.assertIn("with uv", result.stdout)
        self.assertEqual(2, len(self.calls("uv")))


class BatchTest(unittest.TestCase):
    def setUp(self):
        self.text = BATCH.read_bytes().decode("ascii")
        self.lines = self.text.split("\r\n")

    def test_line_ends(self):
        self.assertNotIn("\n", self.text.replace("\r\n", ""))
        self.assertTrue(self.text.endswith("\r\n"))
        self.assertIn("*.cmd text eol=crlf", (ROOT / ".gitattributes").read_text())

    def test_labels(self):
        labels = {line[1:] for line in self.lines if line.startswith(":")}
        self.assertEqual(labels, set(re.findall(r"\bgoto (\w+)", self.text)))

    def test_what_it_calls_is_there(self):
        called = re.findall(r'"%~dp0([^"]+)"', self.text)
        self.assertEqual([".", "kernel-ext\\src\\launcher\\Lvm.java"], ["."] + [path for path in called if path != "."])
        for path in called:
            self.assertTrue((ROOT / path.replace("\\", "/")).exists(), path)

    def test_variables_stand_in_quotes(self):
        for line in self.lines:
            if line.startswith("rem "):
                continue
            # Beside the arguments, which keep the quotes that they were typed with, and the exit code.
            line = line.replace("%*", "").replace("%errorlevel%", "").replace('"JAVA_HOME=%JAVA_HOME:"=%"', '""')
            for part in line.split('"')[0::2]:
                self.assertNotIn("%", part, line)
            self.assertNotIn("(", line, "a bracket in a value would end a block")

    @unittest.skipUnless(shutil.which("wine"), "no wine here")
    def test_in_wine(self):
        temp = Path(tempfile.mkdtemp(prefix="lvm-wine-"))
        self.addCleanup(shutil.rmtree, temp, ignore_errors=True)
        folder = temp / "a checkout (x86)"
        (folder / "jdk home" / "bin").mkdir(parents=True)
        shutil.copy(BATCH, folder / "lvm.cmd")
        java = folder / "jdk home" / "bin" / "java.exe"
        java.write_text('#!/bin/sh\n[ "$1" = -version ] || printf "<%s>" "$@"\n')
        java.chmod(0o755)
        windows = "Z:" + str(folder).replace("/", "\\")
        drive = temp / "drive.cmd"
        drive.write_bytes(f'@call "{windows}\\lvm.cmd" run "01 em" --size small\r\n'.encode())
        environment = {**os.environ, "WINEPREFIX": str(temp / "prefix"), "WINEDEBUG": "-all"}
        for home in (f"{windows}\\jdk home", f'"{windows}\\jdk home"'):
            result = subprocess.run(
                ["wine", "cmd", "/c", "Z:" + str(drive).replace("/", "\\")],
                env={**environment, "JAVA_HOME": home},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=300,
            )
            self.assertEqual(
                f"<-Dlvm.root={windows}\\.><{windows}\\kernel-ext\\src\\launcher\\Lvm.java><run><01 em><--size><small>",
                result.stdout.strip(),
                result,
            )


if __name__ == "__main__":
    unittest.main()
