"""The version is the same wherever it stands, and a program that depends on lvm-platform alone computes by OpenBLAS."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
POM = "{http://maven.apache.org/POM/4.0.0}"
POMS = ("lvm-lib/pom.xml", "lvm-lib/platform/pom.xml", "kernel-ext/pom.xml", "lvm-spark/pom.xml")
VERSION = ElementTree.parse(ROOT / "pom.xml").getroot().findtext(POM + "version")

PROGRAM = """
import java.util.SplittableRandom;
import lvm.factor.Pca;
import lvm.linalg.Backend;
import org.ejml.data.DMatrixRMaj;

public class Program {
    public static void main(String[] arguments) {
        SplittableRandom rng = new SplittableRandom(1);
        DMatrixRMaj x = new DMatrixRMaj(28000, 1200);
        for (int i = 0; i < x.data.length; i++) {
            x.data[i] = rng.nextDouble();
        }
        Pca.builder().components(3).solver(Pca.Solver.EIGEN).fit(x);
        System.out.println(Backend.describe());
    }
}
"""


class VersionTest(unittest.TestCase):
    def test_it_is_no_snapshot(self):
        self.assertRegex(VERSION, r"^\d+\.\d+\.\d+$")

    def test_the_modules_have_it(self):
        modules = [m.text + "/pom.xml" for m in ElementTree.parse(ROOT / "pom.xml").getroot().iter(POM + "module")]
        self.assertEqual(sorted(POMS), sorted(modules))
        for pom in POMS:
            parent = ElementTree.parse(ROOT / pom).getroot().find(POM + "parent")
            self.assertEqual(VERSION, parent.findtext(POM + "version"), pom)

    def test_readme_and_changelog(self):
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertIn(f"<artifactId>lvm-platform</artifactId>\n  <version>{VERSION}</version>", readme)
        changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        versions = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", changelog, re.M)
        self.assertEqual(("Unreleased", ""), versions[0])
        self.assertEqual(VERSION, versions[1][0])
        stamp = re.search(r"<project.build.outputTimestamp>(\d{4}-\d\d-\d\d)T", (ROOT / "pom.xml").read_text()).group(1)
        self.assertEqual(stamp, versions[1][1])


class UserTest(unittest.TestCase):
    """A project of a Maven user, with a local repository in which the library is installed."""

    def setUp(self):
        self.jars = {
            "lvm-lib": ROOT / "lvm-lib" / "target" / f"lvm-lib-{VERSION}.jar",
            "lvm-platform": ROOT / "lvm-lib" / "platform" / "target" / f"lvm-platform-{VERSION}.jar",
        }
        for jar in self.jars.values():
            if not jar.is_file():
                self.skipTest(f"{jar.name} is not built: mvn package")
        self.temp = Path(tempfile.mkdtemp(prefix="lvm-user-"))
        self.addCleanup(shutil.rmtree, self.temp)
        # What Maven has already is taken from where it is; only the library's own group is new.
        self.repository = self.temp / "repository"
        self.repository.mkdir()
        for group in (Path.home() / ".m2" / "repository").iterdir():
            if group.name != "lvm":
                os.symlink(group, self.repository / group.name)
        self.install("lvm-parent", ROOT / "pom.xml")
        self.install("lvm-lib", ROOT / "lvm-lib" / "pom.xml")
        self.install("lvm-platform", ROOT / "lvm-lib" / "platform" / "pom.xml")

    def install(self, artifact, pom):
        folder = self.repository / "lvm" / artifact / VERSION
        folder.mkdir(parents=True)
        shutil.copy(pom, folder / f"{artifact}-{VERSION}.pom")
        if artifact in self.jars:
            os.symlink(self.jars[artifact], folder / f"{artifact}-{VERSION}.jar")

    def class_path(self, artifact):
        project = self.temp / artifact
        project.mkdir()
        (project / "pom.xml").write_text(
            "<project><modelVersion>4.0.0</modelVersion><groupId>user</groupId><artifactId>program</artifactId>"
            f"<version>1</version><dependencies><dependency><groupId>lvm</groupId><artifactId>{artifact}</artifactId>"
            f"<version>{VERSION}</version></dependency></dependencies></project>"
        )
        plugin = re.search(r"<dependency-plugin.version>(.+?)<", (ROOT / "pom.xml").read_text()).group(1)
        result = subprocess.run(
            ["mvn", "-q", "-B", "-ntp", f"-Dmaven.repo.local={self.repository}", "-Dmdep.outputFile=path",
             f"org.apache.maven.plugins:maven-dependency-plugin:{plugin}:build-classpath"],
            cwd=project, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
        )
        self.assertEqual(0, result.returncode, result.stdout + result.stderr)
        return (project / "path").read_text().strip()

    def run_program(self, artifact, *options):
        path = self.class_path(artifact)
        source = self.temp / "Program.java"
        source.write_text(PROGRAM, encoding="utf-8")
        subprocess.run(["javac", "-cp", path, "-d", self.temp, source], check=True, timeout=120)
        return subprocess.run(
            ["java", *options, "-cp", os.pathsep.join([str(self.temp), path]), "Program"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=True,
        ).stdout

    def test_the_platform_brings_openblas(self):
        text = self.run_program("lvm-platform")
        self.assertIn("Matrix products: OpenBLAS", text)
        self.assertNotIn("<dependency>", text)

    def test_without_it_the_program_is_told_once_what_to_add(self):
        text = self.run_program("lvm-lib")
        self.assertIn("Matrix products: plain Java", text)
        line = "<dependency><groupId>lvm</groupId><artifactId>lvm-platform</artifactId>"
        self.assertEqual(1, text.count(f"{line}<version>{VERSION}</version></dependency>"), text)


if __name__ == "__main__":
    unittest.main()
