"""Makes a static site of all notebooks as they are committed: ./lvm site [--out DIR].

It works from the file system: no page asks a server or the network for anything. API documentation is made by javadoc, formulas
are set by KaTeX; where one of the two is missing the site does without and says so.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from html import escape, unescape
from pathlib import Path

import nbformat

import site_pages
import site_records
from formulas import Formulas
from homework import released
from run_notebooks import NOTEBOOKS, ROOT, Refused, all_notebooks, parse
from site_cells import NotebookPage, api_links, page_links, slug

WEB = Path(__file__).resolve().parent / "web"
MARKER = "made-by-lvm-site"
NUMBERED = re.compile(r"^#+ +(\d+\.\d+)\b(.*)$", re.M)
CLASS_PAGE = re.compile(r"[A-Z]\w*\.html\Z")
SUMMARY = re.compile(
    r'<a href="(\w+)\.html"[^>]*>\w+</a>(?:&lt;.*?)?</div>\s*<div class="col-last[^"]*">\s*<div class="block">(.*?)</div>', re.S
)


class Site:
    """What all pages share, and the folder that they are written to."""

    def __init__(self, out, classpath=None):
        self.out = out
        self.problems = []
        self.formulas = Formulas()
        self.api = {}
        self.classes = {}
        self.pages = {}
        self.anchors = {}
        self.classpath = classpath

    # --- text ---------------------------------------------------------------------------------------------------

    def plain(self, html):
        """The text of a piece of HTML, formulas as their sources."""
        return re.sub(r"\s+", " ", self.formulas.source(unescape(re.sub(r"<[^>]+>", "", html)))).strip()

    def mended(self, html, used):
        """Prose with its links leading to pages of this site, and names of classes to their documentation."""
        html = page_links(html, self.anchors)
        html = re.sub(r"<table>.*?</table>", lambda m: f'<div class="scroll">{m[0]}</div>', html, flags=re.S)
        # Columns without a name have no header.
        html = re.sub(r"<thead>\s*<tr>(?:\s*<th[^>]*>\s*</th>)+\s*</tr>\s*</thead>", "", html)
        html = re.sub(r"<th([^>]*)>\s*</th>", r"<td\1></td>", html)
        return api_links(html, self.api, used)

    # --- building -----------------------------------------------------------------------------------------------

    def build(self):
        self._empty_folder()
        for name in ("site.css", "site.js"):
            shutil.copyfile(WEB / name, self.out / name)
        (self.out / "icon.svg").write_text(site_pages.ICON, encoding="utf-8")
        self._api()
        notebooks = {path.stem: parse(path) for path in all_notebooks()}
        if not notebooks:
            raise Refused("there is no notebook in notebooks/")
        for name, notebook in notebooks.items():
            text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
            self.anchors[name] = {number: slug(number + rest) for number, rest in NUMBERED.findall(text)}
        self.pages = {name: NotebookPage(name, notebook, self) for name, notebook in notebooks.items()}
        records = site_records.Records(NOTEBOOKS / "results")
        coverage, wrong = site_records.coverage(ROOT, records)
        self.problems += records.problems + wrong
        if not self.formulas.render(self.out):
            print("lvm: site: no KaTeX, so formulas stay as they are written", file=sys.stderr)
        self.problems += self.formulas.problems
        downloads = self._downloads(notebooks)
        names = list(self.pages)
        for position, page in enumerate(self.pages.values()):
            for path, picture in page.pictures.items():
                (self.out / path).parent.mkdir(parents=True, exist_ok=True)
                (self.out / path).write_bytes(picture)
            around = [names[i] if 0 <= i < len(names) else None for i in (position - 1, position + 1)]
            self._write(page.page, page.title, self._notebook(page, *around), contents=page.sections)
        self._write("index.html", "Latent variable models in Java", site_pages.body(self))
        self._records_page(records)
        self._write("coverage.html", "What the notebooks cover", site_pages.COVERAGE_HEAD + coverage)
        self._write("downloads.html", "Downloads", site_pages.downloads(downloads))
        site_pages.write(self, records)

    def _empty_folder(self):
        """Makes the folder; what an earlier run wrote goes, what somebody else put there is not touched."""
        if self.out.exists() and any(self.out.iterdir()):
            if not (self.out / MARKER).is_file():
                raise Refused(f"{self.out} is not empty and was not written by ./lvm site: name another folder by --out")
            shutil.rmtree(self.out)
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / MARKER).write_text("./lvm site empties this folder before it writes into it.\n", encoding="utf-8")

    def _api(self):
        """The documentation of the library, by the javadoc of the JDK; nothing without a class path."""
        if self.classpath is None:
            return
        home = os.environ.get("JAVA_HOME")
        program = shutil.which("javadoc", path=f"{home}/bin" if home else None)
        if not program:
            raise Refused("no javadoc beside java: a JDK has it")
        done = subprocess.run(
            [program, "-quiet", "-public", "-encoding", "UTF-8", "-notimestamp", "-Xdoclint:all,-missing"]
            + ["-windowtitle", "lvm", "-doctitle", "Latent variable models for Java"]
            + ["-bottom", '<a href="{@docRoot}/../index.html">to the notebooks</a>', "--add-stylesheet", str(WEB / "api.css")]
            + ["-classpath", self.classpath, "-sourcepath", str(ROOT / "lvm-lib" / "src" / "main" / "java")]
            + ["-subpackages", "lvm", "-d", str(self.out / "api")],
            capture_output=True,
            text=True,
        )
        said = (done.stdout + done.stderr).strip()
        if done.returncode:
            raise Refused(f"javadoc failed:\n{said}")
        if said:
            self.problems.append(f"javadoc: {said}")
        # Debian's javadoc names fonts that its package does not have.
        sheet = self.out / "api" / "stylesheet.css"
        text = sheet.read_text(encoding="utf-8")
        fonts = re.search(r"@import url\('([^']*)'\);\n?", text)
        if fonts and not (sheet.parent / fonts[1]).is_file():
            sheet.write_text(text.replace(fonts[0], ""), encoding="utf-8")
        for path in sorted((self.out / "api" / "lvm").rglob("*.html")):
            if CLASS_PAGE.match(path.name):
                url = path.relative_to(self.out).as_posix()
                self.classes.setdefault(path.stem, []).append(url)
        # A name that two packages have is no link.
        self.api = {name: urls[0] for name, urls in self.classes.items() if len(urls) == 1}

    def summaries(self):
        """For each page of the documentation the first sentence on its class."""
        for path in sorted((self.out / "api").rglob("package-summary.html")):
            for name, text in SUMMARY.findall(path.read_text(encoding="utf-8")):
                yield f"{path.parent.relative_to(self.out).as_posix()}/{name}.html", self.plain(text)

    def _downloads(self, notebooks):
        folder = self.out / "downloads"
        (folder / "students").mkdir(parents=True)
        listed = []
        for name, notebook in notebooks.items():
            shutil.copyfile(NOTEBOOKS / f"{name}.ipynb", folder / f"{name}.ipynb")
            student = folder / "students" / f"{name}.ipynb"
            nbformat.write(released(notebook), student)
            sizes = [(folder / f"{name}.ipynb").stat().st_size, student.stat().st_size]
            listed.append((name, self.pages[name].title, *sizes))
        for archive, paths in (
            ("notebooks.zip", sorted(folder.glob("*.ipynb"))),
            ("students.zip", sorted((folder / "students").glob("*.ipynb"))),
            ("results.zip", sorted((NOTEBOOKS / "results").glob("*.json"))),
        ):
            with zipfile.ZipFile(folder / archive, "w", zipfile.ZIP_DEFLATED) as pack:
                for path in paths:
                    # Dates would make two builds of the same notebooks differ.
                    pack.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED)
        return listed

    # --- pages --------------------------------------------------------------------------------------------------

    def _notebook(self, page, before, after):
        tail = ""
        if page.classes:
            links = "".join(f'<li><a class="api" href="{self.api[name]}"><code>{name}</code></a></li>' for name in sorted(page.classes))
            tail = f'<section><h2 id="classes">Classes of the library in this notebook</h2><ul class="classes">{links}</ul></section>'
        links = [
            f'<a class="{side}" href="{name}.html"><span>{word}</span> {escape(self.pages[name].title)}</a>'
            for side, word, name in (("before", "before", before), ("after", "next", after))
            if name
        ]
        files = (
            f'<p class="files">This notebook to run yourself: <a href="downloads/{page.name}.ipynb" download>as it is here</a>, '
            f'<a href="downloads/students/{page.name}.ipynb" download>for students</a>, without answers.</p>'
        )
        return f'{page.body}{tail}{files}<nav class="along" aria-label="Other notebooks">{"".join(links)}</nav>'

    def _records_page(self, records):
        body, names = site_pages.RESULTS_HEAD, list(records.groups())
        links = "".join(f'<li><a href="#{slug(name)}">{escape(name)}</a></li>' for name in names)
        measured = list(site_records.notes(NOTEBOOKS / "results"))
        links += "".join(f'<li><a href="#{anchor}">{heading}</a></li>' for heading, anchor, _ in measured)
        body += f'<ul class="classes">{links}</ul>' + records.html()
        body += "".join(
            f'<section><h2 id="{anchor}">{heading}</h2>{self.mended(text, set())}</section>' for heading, anchor, text in measured
        )
        self._write("results.html", "Results", body)

    def _write(self, name, title, body, contents=()):
        html = site_pages.frame(name, title, body, contents, self)
        (self.out / name).write_text(self.formulas.put_in(html), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="./lvm site", description="Makes a static site of all notebooks as they are committed.")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: target/site)")
    parser.add_argument("--classpath", help=argparse.SUPPRESS)
    args = parser.parse_args()
    site = Site((args.out or ROOT / "target" / "site").resolve(), args.classpath)
    start = time.monotonic()
    try:
        site.build()
    except Refused as e:
        print(f"lvm: site: {e}", file=sys.stderr)
        return 1
    for problem in site.problems:
        print(f"lvm: site: {problem}", file=sys.stderr)
    files = [path for path in site.out.rglob("*") if path.is_file()]
    pages = sum(path.suffix == ".html" for path in files)
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{pages} pages, {len(files)} files, {size:.1f} MB in {time.monotonic() - start:.0f} s")
    print(f"Written to {site.out / 'index.html'}")
    return 1 if site.problems else 0


if __name__ == "__main__":
    sys.exit(main())
