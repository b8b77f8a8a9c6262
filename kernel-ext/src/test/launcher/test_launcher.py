"""The launcher on a bare machine, made of stand-ins for java, mvn and apt-get that write down how they were called."""

import os
import shutil
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]

# What any POSIX system has; nothing else is on the path of these tests.
BASICS = "sh cat cp cut dirname env find grep head id ls mkdir mv readlink rm sed sleep tail touch true uname".split()

JAVA = """#!/bin/sh
case $1 in
  --list-modules) printf '%s\\n' 'java.base@{version}' 'jdk.compiler@{version}' {jshell} ;;
  -jar)
    echo "java $*" >>"$CALLS"
    mkdir -p "$5/share/jupyter/kernels/$7"
    echo '{{}}' >"$5/share/jupyter/kernels/$7/kernel.json"
    ;;
  -cp) echo "java $* LVM_CACHE_DIR=$LVM_CACHE_DIR" >>"$CALLS" ;;
  -Xmx*) printf '<%s>' java "$@" >>"$CALLS" && echo >>"$CALLS" ;;
esac
"""

MAVEN = """#!/bin/sh
case $1 in
  -version) echo 'Apache Maven {version} (stand-in)' ;;
  *)
    echo "mvn $*" >>"$CALLS"
    # As the real one does: colours unless they are forbidden, and jansi's reset at the end in any case but one.
    case " $* " in *" -Dstyle.color=never "*) ;; *) printf '\\033[1;34mINFO\\033[m\\n' ;; esac
    case " ${{MAVEN_OPTS:-}} " in *" -Djansi.noreset=true "*) ;; *) printf '\\033[0m' ;; esac
    if [ -n "${{BROKEN:-}}" ]; then
      echo '[ERROR] Foo.java:[3,5] cannot find symbol'
      exit 1
    fi
    mkdir -p kernel-ext/target
    : >kernel-ext/target/lvm-kernel.jar
    ;;
esac
"""

APT = """#!/bin/sh
echo "apt-get $*" >>"$CALLS"
case $* in
  *install*maven*) cp "$SPARE/mvn" "$BIN/mvn" ;;
  *install*openjdk*) cp "$SPARE/java" "$BIN/java" ;;
esac
"""


class LauncherTest(unittest.TestCase):

    def setUp(self):
        self.temp = Path(tempfile.mkdtemp(prefix="lvm-launcher-"))
        self.addCleanup(shutil.rmtree, self.temp)
        self.bin = self.temp / "bin"
        self.spare = self.temp / "spare"
        self.calls_file = self.temp / "calls"
        self.calls_file.touch()
        for folder in (self.bin, self.spare):
            folder.mkdir()
        for tool in BASICS:
            os.symlink(shutil.which(tool), self.bin / tool)
        self.tool("java", JAVA, self.spare)
        self.tool("mvn", MAVEN, self.spare)
        self.user(1000)
        self.checkout = self.make_checkout(self.temp / "a checkout with spaces")

    def make_checkout(self, folder):
        for module in ("lvm-lib", "kernel-ext"):
            (folder / module / "src" / "main" / "java").mkdir(parents=True)
            (folder / module / "pom.xml").touch()
        (folder / "pom.xml").touch()
        (folder / "lvm-lib" / "src" / "main" / "java" / "A.java").touch()
        (folder / "notebooks").mkdir()
        text = (ROOT / "lvm").read_text(encoding="utf-8")
        # The Java and Python of the machine that runs the tests must not be found.
        for place in ("/usr/lib/jvm", "/opt/homebrew", "/usr/bin/python3"):
            self.assertIn(place, text)
            text = text.replace(place, "/nowhere")
        self.write(folder / "lvm", text)
        return folder

    def write(self, path, text):
        path.write_text(text, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def tool(self, name, text, folder=None, version="17.0.9", jshell="jdk.jshell"):
        if name == "mvn" and version == "17.0.9":
            version = "3.8.7"
        self.write((folder or self.bin) / name, text.format(version=version, jshell=jshell) if "{version}" in text else text)

    def user(self, number):
        (self.bin / "id").unlink()
        self.write(self.bin / "id", f"#!/bin/sh\necho {number}\n")

    def lvm(self, *arguments, program=None, cwd=None, **environment):
        result = subprocess.run(
            [str(program or self.checkout / "lvm"), *arguments],
            cwd=cwd or self.temp,
            env={
                "PATH": str(self.bin),
                "CALLS": str(self.calls_file),
                "SPARE": str(self.spare),
                "BIN": str(self.bin),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertNotIn("\x1b", result.stdout + result.stderr, "a colour code where there is no terminal")
        for log in self.checkout.glob(".lvm/log/*.log"):
            self.assertNotIn("\x1b", log.read_text(encoding="utf-8"), log)
        return result

    def calls(self, program):
        return [line for line in self.calls_file.read_text().splitlines() if line.startswith(program)]

    def assert_refuses(self, result, *words, code=1):
        self.assertEqual(code, result.returncode, result)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertLessEqual(len(result.stderr.splitlines()), 3, result.stderr)

    # --- words

    def test_help_needs_no_tool(self):
        for arguments in ([], ["help"], ["--help"], ["-h"]):
            result = self.lvm(*arguments)
            self.assertEqual(0, result.returncode)
            self.assertEqual("", result.stderr)
            for word in ("notebook", "run", "homework", "grade", "test", "bench", "reproduce", "coverage", "site"):
                self.assertIn(f"./lvm {word}", result.stdout)
            self.assertLessEqual(max(map(len, result.stdout.splitlines())), 120)

    def test_unknown_words(self):
        self.assert_refuses(self.lvm("notebok"), "'notebok'", "./lvm help", code=2)
        self.assert_refuses(self.lvm("test", "libs"), "'libs'", code=2)
        self.assert_refuses(self.lvm("bench"), "kernel", "em", "products", "vae", code=2)
        self.assert_refuses(self.lvm("bench", "gan"), "'gan'", code=2)

    # --- what is missing

    def test_no_java(self):
        self.assert_refuses(self.lvm("build"), "no java", "JDK 17")

    def test_no_java_names_the_command_of_the_system(self):
        self.write(self.bin / "apt-get", APT)
        self.assert_refuses(self.lvm("build"), "sudo apt-get install openjdk-17-jdk-headless")
        self.assertEqual([], self.calls("apt-get"))

    def test_old_java(self):
        self.tool("java", JAVA, version="11.0.2")
        self.assert_refuses(self.lvm("build"), "Java 11", "JDK 17")

    def test_java_8_knows_no_modules(self):
        self.write(self.bin / "java", "#!/bin/sh\necho 'Unrecognized option: --list-modules' >&2\nexit 1\n")
        self.assert_refuses(self.lvm("build"), "8 or older", "JDK 17")

    def test_a_jre(self):
        self.tool("java", JAVA, jshell="java.sql@17")
        self.assert_refuses(self.lvm("build"), "jdk.jshell", "JRE", "JDK 17")

    def test_a_bad_java_home_does_not_hide_a_good_java(self):
        self.tool("java", JAVA)
        self.tool("mvn", MAVEN)
        result = self.lvm("build", JAVA_HOME=str(self.temp / "gone"))
        self.assertEqual(0, result.returncode, result)

    def test_java_home_comes_first(self):
        home = self.temp / "jdk home"
        (home / "bin").mkdir(parents=True)
        self.tool("java", JAVA, home / "bin")
        self.tool("java", JAVA, version="11.0.2")
        self.tool("mvn", MAVEN)
        result = self.lvm("build", JAVA_HOME=str(home))
        self.assertEqual(0, result.returncode, result)

    def test_no_maven(self):
        self.tool("java", JAVA)
        self.assert_refuses(self.lvm("build"), "no mvn", "Maven 3.8")
        self.write(self.bin / "apt-get", APT)
        self.assert_refuses(self.lvm("build"), "sudo apt-get install maven")

    def test_old_maven(self):
        self.tool("java", JAVA)
        for version in ("3.6.3", "2.2.1", "3.7.0"):
            self.tool("mvn", MAVEN, version=version)
            self.assert_refuses(self.lvm("build"), "Maven 3.8")

    def test_new_mavens(self):
        self.tool("java", JAVA, version="25")
        for version in ("3.8.1", "3.9.11", "3.10.0", "4.0.0"):
            self.tool("mvn", MAVEN, version=version)
            (self.checkout / "pom.xml").touch()
            self.assertEqual(0, self.lvm("build").returncode, version)

    def test_no_jupyter(self):
        self.tool("java", JAVA)
        self.tool("mvn", MAVEN)
        for command in ("notebook", "run"):
            self.assert_refuses(self.lvm(command), "Jupyter", "LVM_PYTHON")
        self.assert_refuses(self.lvm("run", LVM_PYTHON="/no/python"), "LVM_PYTHON=/no/python")
        self.write(self.bin / "apt-get", APT)
        self.assert_refuses(self.lvm("notebook"), "sudo apt-get install jupyter-notebook")
        self.assertEqual([], self.calls("mvn"), "it builds only when it can also run")

    def test_without_root_a_virtual_environment_of_the_project(self):
        self.with_tools()
        # A Python that has nothing before it was asked to install something.
        python = '#!/bin/sh\n[ -e "$0.filled" ] && echo "jupyter $*" >>"$CALLS"\n[ -e "$0.filled" ]\n'
        self.write(self.spare / "python", python)
        self.write(
            self.bin / "uv",
            '#!/bin/sh\necho "uv $*" >>"$CALLS"\n'
            'case $1 in\n'
            '  venv) mkdir -p "$3/bin" && cp "$SPARE/python" "$3/bin/python" ;;\n'
            '  pip) : >"$5.filled" ;;\n'
            "esac\n",
        )
        result = self.lvm("notebook", "--no-browser")
        self.assertEqual((0, ""), (result.returncode, result.stderr), result)
        self.assertIn("Installing into .lvm/venv with uv", result.stdout)
        self.assertEqual("jupyter -m jupyterlab --no-browser", self.calls("jupyter")[-1])
        self.assertEqual(2, len(self.calls("uv")))
        again = self.lvm("notebook")
        self.assertEqual((0, ""), (again.returncode, again.stdout), again)
        self.assertEqual(2, len(self.calls("uv")), "what is there is not installed again")

    def test_notebook_opens_the_first_one_or_the_one_that_is_named(self):
        self.with_tools()
        self.write(self.bin / "python3", '#!/bin/sh\n[ "$1" = - ] || echo "jupyter $*" >>"$CALLS"\n')
        for name in ("00-start", "01-em"):
            (self.checkout / "notebooks" / f"{name}.ipynb").touch()
        for arguments, expected in (
            ((), "00-start.ipynb"),
            (("--no-browser",), "00-start.ipynb --no-browser"),
            (("01-em",), "01-em.ipynb"),
            (("notebooks/01-em.ipynb", "--port", "8889"), "01-em.ipynb --port 8889"),
        ):
            result = self.lvm("notebook", *arguments)
            self.assertEqual((0, ""), (result.returncode, result.stderr), result)
            self.assertEqual(f"jupyter -m jupyterlab {expected}", self.calls("jupyter")[-1])
        refused = self.lvm("notebook", "02-none")
        self.assertEqual(2, refused.returncode)
        self.assertIn("there is no '02-none'", refused.stderr)

    def test_notebook_says_how_to_get_widgets(self):
        self.with_tools()
        python = '#!/bin/sh\n[ "$1" = - ] || echo "jupyter $*" >>"$CALLS"\ncase "$3" in widgets) exit %d ;; esac\n'
        self.write(self.bin / "python3", python % 4)
        result = self.lvm("notebook")
        self.assertEqual((0, ""), (result.returncode, result.stderr), result)
        self.assertIn("no widgets: controls in cells are frames", result.stdout)
        self.assertIn("python3 -m pip install ipywidgets", result.stdout)
        self.assertEqual("jupyter -m jupyterlab", self.calls("jupyter")[-1])
        # Debian's classic notebook has a package for it, which the launcher installs where it may.
        self.write(self.bin / "python3", python % 3)
        self.write(self.bin / "apt-get", APT)
        self.assertIn("sudo apt-get install jupyter-nbextension-jupyter-js-widgets", self.lvm("notebook").stdout)
        self.assertEqual([], self.calls("apt-get"))
        self.user(0)
        result = self.lvm("notebook")
        self.assertNotIn("sudo", result.stdout)
        self.assertIn("jupyter-nbextension-jupyter-js-widgets", self.calls("apt-get")[-1])

    def test_homework_and_grade(self):
        self.with_tools()
        self.write(self.bin / "apt-get", APT)
        self.write(self.bin / "python3", '#!/bin/sh\n[ "$1" = - ] || echo "python $*" >>"$CALLS"\n')
        result = self.lvm("homework", "01-em", "--out", "there")
        self.assertEqual((0, ""), (result.returncode, result.stderr), result)
        self.assertTrue(self.calls("python")[-1].endswith("/homework.py 01-em --out there"), self.calls("python"))
        self.assertEqual([], self.calls("mvn"), "no kernel is needed for it")
        for user, installs in ((1000, 0), (0, 1)):
            self.user(user)
            result = self.lvm("grade", "handed in", "--notebook", "01-em")
            self.assertEqual((0, ""), (result.returncode, result.stderr), result)
            self.assertTrue(self.calls("python")[-1].endswith("/grade.py handed in --notebook 01-em"), self.calls("python"))
            self.assertEqual(installs, len([call for call in self.calls("apt-get") if call.endswith(" bubblewrap")]))
        self.assertEqual(1, len(self.calls("mvn")))

    def test_without_uv_by_pip(self):
        self.with_tools()
        python = (
            '#!/bin/sh\necho "python $*" >>"$CALLS"\n'
            'case "$1 $2 $3" in\n'
            '  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;\n'
            '  "-m pip "*) : >"$0.filled" ;;\n'
            '  *) [ -e "$0.filled" ] ;;\n'
            "esac\n"
        )
        self.write(self.bin / "python3", python)
        result = self.lvm("run", "01-em")
        self.assertEqual((0, ""), (result.returncode, result.stderr), result)
        self.assertIn("Installing into .lvm/venv with pip: nbclient nbconvert", result.stdout)
        self.assertTrue(self.calls("python")[-1].endswith("run_notebooks.py 01-em"), self.calls("python"))

    def test_a_virtual_environment_that_fails_names_the_command(self):
        self.with_tools()
        self.write(self.bin / "apt-get", APT)
        self.write(self.bin / "python3", "#!/bin/sh\nexit 1\n")
        self.assert_refuses(self.lvm("run"), "sudo apt-get install jupyter-nbconvert")
        self.assertFalse((self.checkout / ".lvm" / "venv").exists())

    def test_a_python_without_venv_s_pip_uses_its_own(self):
        self.with_tools()
        python = (
            '#!/bin/sh\necho "python $*" >>"$CALLS"\n'
            'case "$1 $2 $3" in\n'
            '  "-m venv --without-pip") mkdir -p "$4/bin" && cp "$SPARE/python" "$4/bin/python" ;;\n'
            '  "-m venv "*) mkdir -p "$3/bin"; exit 1 ;;\n'
            '  "-m pip --version") ;;\n'
            '  "-m pip --python") : >"$4.filled" ;;\n'
            '  *) exit 1 ;;\n'
            "esac\n"
        )
        self.write(self.bin / "python3", python)
        self.write(self.spare / "python", '#!/bin/sh\n[ "$1 $2" != "-m pip" ] && [ -e "$0.filled" ]\n')
        result = self.lvm("run")
        self.assertEqual((0, ""), (result.returncode, result.stderr), result)
        self.assertIn("-m pip --python", self.calls("python")[-1])

    def test_what_pip_complains_of_is_told(self):
        self.with_tools()
        python = (
            '#!/bin/sh\n'
            'case "$1 $2 $3" in\n'
            '  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;\n'
            '  "-m pip --version") ;;\n'
            '  "-m pip "*) echo collecting; echo "ERROR: no matching distribution" >&2; exit 1 ;;\n'
            '  *) exit 1 ;;\n'
            "esac\n"
        )
        self.write(self.bin / "python3", python)
        self.assert_refuses(self.lvm("notebook"), "ERROR: no matching distribution", "no Python with Jupyter")

    def test_the_command_of_each_system(self):
        self.with_tools()
        for tool, command in (
            ("brew", "brew install jupyterlab"),
            ("dnf", "sudo dnf install python3-pip"),
            ("apt-get", "sudo apt-get install jupyter-notebook jupyter-nbconvert python3-nbclient"),
        ):
            self.write(self.bin / tool, "#!/bin/sh\nexit 1\n")
            self.assert_refuses(self.lvm("notebook"), command, "and then the same again")
            (self.bin / tool).unlink()
        self.assert_refuses(self.lvm("notebook"), "package manager", "jupyterlab")

    def test_root_gets_what_is_missing(self):
        self.user(0)
        self.write(self.bin / "apt-get", APT)
        result = self.lvm("build")
        self.assertEqual(0, result.returncode, result)
        self.assertIn("openjdk-17-jdk-headless", result.stdout)
        self.assertIn("maven", result.stdout)
        installs = [call for call in self.calls("apt-get") if " install " in call]
        self.assertEqual(2, len(installs), installs)

    def test_an_installation_that_fails(self):
        self.user(0)
        self.write(self.bin / "apt-get", "#!/bin/sh\necho 'E: Unable to fetch' >&2\nexit 100\n")
        self.assert_refuses(self.lvm("build"), "Unable to fetch", "no java")

    # --- building

    def with_tools(self):
        self.tool("java", JAVA)
        self.tool("mvn", MAVEN)

    def test_builds_only_what_changed(self):
        self.with_tools()
        self.lvm("build")
        second = self.lvm("build")
        self.assertEqual((0, ""), (second.returncode, second.stdout))
        self.assertEqual(1, len(self.calls("mvn")))
        self.assertEqual(1, len(self.calls("java")))
        source = self.checkout / "lvm-lib" / "src" / "main" / "java" / "A.java"
        source.touch()
        self.lvm("build")
        self.assertEqual(2, len(self.calls("mvn")), "a changed source")
        self.assertEqual(2, len(self.calls("java")), "a new jar")
        source.unlink()
        self.lvm("build")
        self.assertEqual(3, len(self.calls("mvn")), "a deleted source")
        shutil.rmtree(self.checkout / "kernel-ext" / "target")
        self.lvm("build")
        self.assertEqual(4, len(self.calls("mvn")), "a deleted jar")
        self.lvm("build")
        self.assertEqual(4, len(self.calls("mvn")))

    def test_data(self):
        self.with_tools()
        jar = self.checkout / "kernel-ext" / "target" / "lvm-kernel.jar"
        for environment, cache in (({}, self.checkout / "data" / "cache"), ({"LVM_CACHE_DIR": "/else"}, "/else")):
            result = self.lvm("data", "mnist", **environment)
            self.assertEqual(0, result.returncode, result)
            self.assertEqual(f"java -cp {jar} lvm.data.DataSets mnist LVM_CACHE_DIR={cache}", self.calls("java")[-1])

    def test_reproduce(self):
        self.with_tools()
        for arguments in ([], ["mlp", "--seed", "1", "2", "--out", "a folder"]):
            result = self.lvm("reproduce", *arguments)
            self.assertEqual((0, ""), (result.returncode, result.stderr), result)
            self.assertIn("test-compile", self.calls("mvn")[-1])
            call = self.calls("<java>")[-1]
            self.assertTrue(call.endswith("".join(f"<{word}>" for word in [self.checkout, *arguments])), call)
            self.assertIn("<lvm.reproduce.Reproduce>", call)

    def test_a_moved_checkout_installs_the_kernel_again(self):
        self.with_tools()
        self.lvm("build")
        moved = self.temp / "elsewhere"
        self.checkout.rename(moved)
        result = self.lvm("build", program=moved / "lvm")
        self.assertEqual(0, result.returncode, result)
        self.assertIn(str(moved), self.calls("java")[-1])
        self.assertEqual(2, len(self.calls("java")))

    def test_a_failed_build_is_told_and_tried_again(self):
        self.with_tools()
        result = self.lvm("build", BROKEN="yes")
        self.assert_refuses(result, "Foo.java:[3,5] cannot find symbol", "build.log")
        self.assertEqual(0, self.lvm("build").returncode)
        self.assertEqual(2, len(self.calls("mvn")))

    def test_the_kernel_stays_in_the_checkout(self):
        self.with_tools()
        self.lvm("build", HOME=str(self.temp / "home"))
        self.assertTrue((self.checkout / ".lvm" / "share" / "jupyter" / "kernels").is_dir())
        self.assertFalse((self.temp / "home").exists())

    def test_through_links_from_anywhere(self):
        self.with_tools()
        os.symlink(self.checkout / "lvm", self.temp / "absolute")
        os.symlink("absolute", self.temp / "relative")
        os.symlink(self.checkout / "lvm", self.bin / "lvm")
        for program, cwd in (
            ("./lvm", self.checkout),
            ("../lvm", self.checkout / "notebooks"),
            ("./relative", self.temp),
            (self.temp / "absolute", "/"),
            (self.bin / "lvm", "/"),
        ):
            result = self.lvm("build", program=program, cwd=cwd)
            self.assertEqual(0, result.returncode, result)
        self.assertEqual(1, len(self.calls("mvn")), "all mean one checkout")

    def test_shellcheck(self):
        if not shutil.which("shellcheck"):
            self.skipTest("no shellcheck here")
        result = subprocess.run(
            ["shellcheck", str(ROOT / "lvm"), str(ROOT / ".ci" / "run")], capture_output=True, text=True
        )
        self.assertEqual("", result.stdout)


if __name__ == "__main__":
    unittest.main()
