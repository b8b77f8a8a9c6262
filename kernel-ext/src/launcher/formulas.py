"""Formulas of notebooks as HTML and MathML: KaTeX sets them when a page is made, so that no page needs a script or a network."""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent / "web" / "formulas.js"
# Code comes first, since a $ in it begins no formula.
PARTS = re.compile(
    r"(?P<code>^```.*?^```|(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|\\\$)"
    r"|\$\$(?P<display>.+?)\$\$|\$(?!\s)(?P<inline>(?:[^$\\]|\\.)+?)\$",
    re.S | re.M,
)
TOKEN = re.compile(r"lvmformula(\d+)x")


class Formulas:
    """Stands for each formula by a word that Markdown leaves alone, until all are set at once."""

    def __init__(self):
        self.found = {}
        self.problems = []
        self.set = None

    def taken_out(self, text):
        """A text in Markdown with words for its formulas."""

        def word(match):
            if match["code"]:
                return match[0]
            source = match["display"] or match["inline"]
            # Within a quotation the lines of a formula begin with the mark of the quotation.
            source = re.sub(r"\n\s*>", "\n", source).strip()
            number = self.found.setdefault((source, bool(match["display"])), len(self.found))
            return f"lvmformula{number}x"

        return PARTS.sub(word, text)

    def source(self, text):
        """A text with words for formulas, with their sources in the place of the words."""
        sources = list(self.found)
        return TOKEN.sub(lambda match: sources[int(match[1])][0], text)

    def render(self, out):
        """Sets all formulas found so far and puts KaTeX's style and fonts into a folder; false where there is no KaTeX."""
        node = shutil.which("node") or shutil.which("nodejs")
        if not node:
            return False
        # Debian's packages for Node.js are there where no NODE_PATH is set, too.
        places = os.pathsep.join(filter(None, [os.environ.get("NODE_PATH"), "/usr/share/nodejs"]))
        done = subprocess.run(
            [node, str(SCRIPT)],
            input=json.dumps(list(self.found)),
            env={**os.environ, "NODE_PATH": places},
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            return False
        answer = json.loads(done.stdout)
        if not copy_style(Path(answer["dist"]), out):
            return False
        self.set = [formula.get("html") for formula in answer["formulas"]]
        for (source, _), formula in zip(self.found, answer["formulas"]):
            if "error" in formula:
                self.problems.append(f"a formula that can not be set: {source}: {formula['error']}")
        return True

    def put_in(self, page):
        """A page with the formulas in the places of their words: set, or else their sources."""
        return TOKEN.sub(lambda match: self._html(int(match[1])), page)

    def _html(self, number):
        if self.set and self.set[number]:
            return self.set[number]
        source, display = list(self.found)[number]
        # One in a line of its own may be wider than the page, and is scrolled by its keys.
        how = ' class="tex display" tabindex="0"' if display else ' class="tex"'
        return f"<code{how}>{html.escape(source)}</code>"


def copy_style(dist, out):
    """KaTeX's style sheet with the fonts that it names; their names differ between distributions."""
    sheet = next((p for p in (dist / "katex.min.css", dist / "katex.css") if p.is_file()), None)
    if not sheet:
        return False
    folder = out / "katex"
    folder.mkdir(parents=True, exist_ok=True)
    text = sheet.read_text(encoding="utf-8")
    # Every browser of the last ten years reads woff2.
    text = re.sub(r",\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)", "", text)
    for url in sorted(set(re.findall(r"url\(['\"]?([^)'\"]+)['\"]?\)", text))):
        font = sheet.parent / url
        if not font.is_file():
            return False
        (folder / "fonts").mkdir(exist_ok=True)
        shutil.copyfile(font, folder / "fonts" / font.name)
        text = text.replace(url, f"fonts/{font.name}")
    (folder / "katex.css").write_text(text, encoding="utf-8")
    return True
