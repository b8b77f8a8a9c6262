"""The container for browsers and editors, as far as it can be checked without an engine for containers."""

import json
import re
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ROOT / ".devcontainer"
LAUNCHER = (ROOT / "lvm").read_text(encoding="utf-8")


class DevContainer(unittest.TestCase):

    def setUp(self):
        self.settings = json.loads((FOLDER / "devcontainer.json").read_text(encoding="utf-8"))
        file = self.settings["build"]["dockerfile"]
        # Lines that end in a backslash go on.
        text = (FOLDER / file).read_text(encoding="utf-8")
        self.lines = [line for line in re.sub(r"\\\n\s*", " ", text).splitlines() if line and not line.startswith("#")]
        install = re.search(r"apt-get install ((?:-\S+ +)*)([^&]*)", "\n".join(self.lines))
        self.packages = install[2].split()

    def test_is_debian_and_every_line_is_an_instruction(self):
        self.assertRegex(self.lines[0], r"^FROM debian:\w+$")
        for line in self.lines:
            self.assertRegex(line, "^(FROM|ENV|RUN|USER) ")
        for line in self.lines:
            if line.startswith("RUN "):
                subprocess.run(["sh", "-n", "-c", line[4:]], check=True)

    def test_its_user_is_not_root(self):
        user = self.settings["remoteUser"]
        self.assertNotEqual("root", user)
        self.assertEqual(f"USER {user}", self.lines[-1])
        self.assertTrue([line for line in self.lines if "useradd" in line and line.endswith(" " + user)])

    def test_has_what_the_launcher_would_install(self):
        """As this user the launcher may not install Debian's packages: those that it asks for are there."""
        wanted = set()
        for function in ("need_java", "need_maven", "need_jupyter_libraries", "open_notebooks", "want_katex", "grade"):
            body = re.search(rf"^{function}\(\) \{{\n(.*?)^\}}", LAUNCHER, re.S | re.M)[1]
            wanted.update(word for list in re.findall(r"apt_install ([\w -]+?)(?: &&|;| \|\||\n)", body) for word in list.split())
            for words in re.findall(r'need_python "[^"]*" \\\n\s*"([^"]*)"', body):
                wanted.update(words.split())
        named = re.search(r"^widgets=(\S+)$", LAUNCHER, re.M)[1]
        wanted = {named if word.strip("$") == "widgets" else word for word in wanted}
        self.assertLessEqual({"maven", "openjdk-17-jdk-headless", "jupyter-notebook", "katex", "bubblewrap"}, wanted)
        self.assertEqual(set(), wanted - set(self.packages))

    def test_debian_has_every_package(self):
        if not shutil.which("apt-cache"):
            self.skipTest("there is no apt-cache here")
        there = subprocess.run(["apt-cache", "pkgnames"], capture_output=True, text=True).stdout.split()
        if len(there) < 10_000:
            self.skipTest("apt-get update was not run here, so that Debian's packages are not known")
        self.assertEqual(set(), set(self.packages) - set(there))
        self.assertEqual(self.packages, sorted(set(self.packages)))

    def test_its_commands_are_the_launchers(self):
        commands = [value for key, value in self.settings.items() if key.endswith("Command")]
        self.assertTrue(commands)
        for command in commands:
            subprocess.run(["sh", "-n", "-c", command], check=True)
        used = {word for command in commands for word in re.findall(r"\./lvm (\w+)", command)}
        self.assertLessEqual({"build", "notebook"}, used)
        for word in used:
            self.assertRegex(LAUNCHER, rf"(?m)^  {word}\)")
        kernel = re.search(r"^kernel_name=(\w+)$", LAUNCHER, re.M)[1]
        self.assertIn(f"install --user --name {kernel}", " ".join(commands))

    def test_the_port_of_jupyter_is_forwarded(self):
        port = int(re.search(r"--port=(\d+)", self.settings["postAttachCommand"])[1])
        self.assertEqual([port], self.settings["forwardPorts"])
        self.assertIn(str(port), self.settings["portsAttributes"])


if __name__ == "__main__":
    unittest.main()
