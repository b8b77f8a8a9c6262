"""Cells of notebooks as HTML for the site: prose, code with links to the API, outputs with their pictures as files."""

import base64
import re
from html import escape, unescape
from urllib.parse import unquote

from nbconvert.filters import Highlight2HTML, ansi2html, markdown2html

HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)<a class=\"anchor-link\".*?</a></h\1>", re.S)
TAG = re.compile(r"<[^>]+>")
LINK = re.compile(r'<a href="([^"]*)"')
SECTION_NUMBER = re.compile(r"\d+\.\d+\Z")
NAME = r"[A-Z]\w*"
CODE_NAME = re.compile(rf'(<span class="n[a-z]?">)({NAME})(</span>)')
PROSE_NAME = re.compile(rf"<code>({NAME})(\b[^<]*)</code>")
SOLUTION_MARK = re.compile(r"^[ \t]*// (?:BEGIN|END) SOLUTION\n", re.M)
SCHEME = re.compile(r"\n*=== BEGIN MARK SCHEME ===\n(.*)\n=== END MARK SCHEME ===", re.S)


def slug(text):
    """The name of a heading, whatever Markdown and browsers make of its signs."""
    return "-".join(re.findall(r"\w+", unquote(text).lower())) or "top"


class Section:
    """What stands under one heading, for the table of contents and the search."""

    def __init__(self, title, anchor, level):
        self.title = title
        self.anchor = anchor
        self.level = level
        self.text = []


class NotebookPage:
    """One notebook: its body in HTML and what other pages want to know of it."""

    def __init__(self, name, notebook, site):
        self.name = name
        self.notebook = notebook
        self.site = site
        self.title = name
        self.sections = []
        self.classes = set()
        self.covers = []
        self.pictures = {}
        self._anchors = set()
        self._highlight = Highlight2HTML(pygments_lexer=notebook.metadata.get("language_info", {}).get("pygments_lexer", "java"))
        self.body = "\n".join(self._cell(cell) for cell in notebook.cells)
        self.page = name + ".html"

    # --- prose --------------------------------------------------------------------------------------------------

    def _cell(self, cell):
        for tag in cell.metadata.get("covers", []):
            if tag[0] not in self.covers:
                self.covers.append(tag[0])
        if cell.cell_type == "code":
            return self._code(cell)
        if cell.cell_type != "markdown":
            return f'<pre class="raw">{escape(cell.source)}</pre>'
        scheme = SCHEME.search(cell.source)
        body = self._prose(cell.source[: scheme.start()] if scheme else cell.source)
        if scheme:
            body += folded("What an answer is marked by", self._prose(scheme[1]))
        return f'<div class="prose">{body}</div>'

    def _prose(self, source):
        html = markdown2html(self.site.formulas.taken_out(source))
        pieces = []
        for piece in re.split(r"(?=<h[1-6][ >])", html):
            text = self.site.plain(HEADING.sub("", piece))
            pieces.append(HEADING.sub(self._heading, piece))
            if self.sections:
                self.sections[-1].text.append(text)
        return self.site.mended("".join(pieces), self.classes)

    def _heading(self, match):
        level, inner = int(match[1]), match[2]
        title = self.site.plain(inner)
        anchor = base = slug(title)
        number = 1
        while anchor in self._anchors:
            number += 1
            anchor = f"{base}-{number}"
        self._anchors.add(anchor)
        if level == 1:
            self.title = title
        self.sections.append(Section(title, anchor, level))
        mark = f'<a class="anchor" href="#{anchor}" aria-label="link to {escape(title)}">#</a>'
        return f'<h{level} id="{anchor}">{inner}{mark}</h{level}>'

    # --- code ---------------------------------------------------------------------------------------------------

    def _code(self, cell):
        if not cell.source.strip():
            return ""
        meta = cell.metadata.get("nbgrader", {})
        answer = bool(meta.get("solution"))
        source = SOLUTION_MARK.sub("", cell.source) if answer else cell.source
        html = re.sub(r'<div class="[^"]*highlight[^"]*">|</div>|<span></span>', "", self._highlight(source)).strip()
        html = CODE_NAME.sub(lambda m: self._named(m), html)
        number = f"[{cell.execution_count}]" if cell.get("execution_count") else ""
        code = f'<div class="code"><span class="number">{number}</span>{html}</div>'
        if self.sections:
            self.sections[-1].text.append(cell.source)
        if answer:
            code = folded("An answer", code)
        elif "claim" in cell.metadata.get("tags", []):
            code = folded("What the notebook asserts of this reading", code)
        elif meta.get("grade"):
            points = meta.get("points", 0)
            code = f'<p class="label">check, {points:g} point{"" if points == 1 else "s"}</p>' + code
        outputs = "".join(self._output(cell, number, output) for number, output in enumerate(cell.outputs, 1))
        return f'<div class="cell">{code}{outputs}</div>'

    def _named(self, match):
        url = self.site.api.get(match[2])
        if not url:
            return match[0]
        self.classes.add(match[2])
        return f'<a class="api" href="{url}">{match[1]}{match[2]}{match[3]}</a>'

    # --- outputs ------------------------------------------------------------------------------------------------

    def _output(self, cell, number, output):
        if output.output_type == "stream":
            return f'<pre class="output">{ansi2html(output.text.rstrip())}</pre>'
        if output.output_type == "error":
            return f'<pre class="output error">{ansi2html(chr(10).join(output.traceback))}</pre>'
        data = output.get("data", {})
        if "text/html" in data:
            return f'<div class="output html">{data["text/html"]}</div>'
        if "image/png" in data:
            return self._picture(cell, number, output)
        return f'<pre class="output">{escape(data.get("text/plain", ""))}</pre>'

    def _picture(self, cell, number, output):
        path = f"pictures/{self.name}/{cell.get('id', 'cell')}-{number}.png"
        self.pictures[path] = base64.b64decode(output.data["image/png"])
        known = output.get("metadata", {}).get("image/png", {})
        alt = known.get("alt") or output.data.get("text/plain", "picture")
        size = "".join(f' {side}="{known[side]:.0f}"' for side in ("width", "height") if known.get(side))
        return f'<div class="output picture"><img src="{path}" alt="{escape(alt)}"{size} loading="lazy"></div>'


def folded(title, body):
    return f"<details><summary>{title}</summary>{body}</details>"


def api_links(html, api, used):
    """Names of classes in the prose, such as <code>Vae</code> or <code>Vae.load</code>, with links to their pages."""

    def linked(match):
        url = api.get(match[1])
        if not url or match[2] and not re.match(r"[.(&]", match[2]):
            return match[0]
        used.add(match[1])
        return f'<a class="api" href="{url}">{match[0]}</a>'

    return PROSE_NAME.sub(linked, html)


def page_links(html, anchors):
    """Links between notebooks as links between pages; [3.9](03-….ipynb) leads to section 3.9."""

    def mended(match):
        target, _, fragment = unescape(match[1]).partition("#")
        after = html[match.end() : match.end() + 40]
        if re.match(r"[a-z]+:", target):
            return match[0]
        if target.endswith(".ipynb"):
            name = target.rsplit("/", 1)[-1][: -len(".ipynb")]
            section = re.match(r">(\d+\.\d+)</a>", after)
            if not fragment and section:
                fragment = anchors.get(name, {}).get(section[1], "")
            target = name + ".html"
        elif target.endswith("coverage.md"):
            target = "coverage.html"
        elif target.endswith("results/README.md") or re.match(r"results/.*\.(?:json|md)\Z", target):
            target = "results.html"
        return f'<a href="{escape(target)}{"#" + slug(fragment) if fragment else ""}"'

    return LINK.sub(mended, html)
