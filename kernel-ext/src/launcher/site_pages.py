"""The frame of every page of the site, the page that one starts at, and what the search looks through."""

import json
import re
from html import escape

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke="#2a7ab8" stroke-width="2.5">'
    '<path d="M12.5 12.5 10 22M19.5 12.5 22 22"/><circle cx="16" cy="8" r="5"/><circle cx="8" cy="26" r="4.5" fill="#2a7ab8"/>'
    '<circle cx="24" cy="26" r="4.5" fill="#2a7ab8"/></g></svg>'
)
EARLY = "try{var t=localStorage.getItem('lvm-theme');if(t)document.documentElement.dataset.theme=t}catch(e){}"
MENU = (("index.html", "Notebooks"), ("coverage.html", "Coverage"), ("results.html", "Results"), ("downloads.html", "Downloads"))
COVERAGE_HEAD = """<h1>What the notebooks cover</h1>
<p>Every section, equation, figure and table of the five documents that the notebooks rebuild, with the cells that show it, the
tests that prove it and the <a href="results.html">results</a> that measure it. Items have the numbers of their document, or else
short names of ours.</p>"""
RESULTS_HEAD = """<h1>Results</h1>
<p>Numbers of long experiments, each with its protocol, seed, machine and duration. A published number stands beside a result only
where the protocols agree in data, rows, binarisation, kind and draws. The plot beside a number compares it with those of the same
quantity above and below it; the bar is its 95 % interval, or two standard errors to both sides. The
<a href="downloads/results.zip" download>records as JSON</a> have all digits.</p>"""
ARROWS = re.compile(r"(\w+) → (\w+)")
ALT_PART = re.compile(r"“([^”]*)”: ([^“]*)")
STARS = re.compile(r"[★●◐○☆]+")


def frame(name, title, body, contents, site):
    """A page as a whole."""
    menu = list(MENU)
    if site.classes:
        menu.insert(3, ("api/index.html", "API"))
    links = "".join(
        f'<li><a href="{url}"{" aria-current=page" if url == name else ""}>{escape(word)}</a></li>' for url, word in menu
    )
    sections = [section for section in contents if section.level == 2]
    aside = ""
    if sections:
        items = "".join(
            f'<li><a href="#{section.anchor}">{formula_free(section.title)}</a></li>' for section in sections
        )
        aside = (
            f'<nav class="contents" aria-label="Sections"><details open><summary>Sections</summary><ol>{items}</ol></details></nav>'
        )
    katex = '<link rel="stylesheet" href="katex/katex.css">' if site.formulas.set else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="icon" href="icon.svg">
{katex}<link rel="stylesheet" href="site.css">
<script>{EARLY}</script>
<script src="site.js" defer></script>
</head>
<body class="{'with-contents' if aside else 'wide' if 'class="results"' in body or 'class="coverage"' in body else 'plain'}">
<a class="skip" href="#main">To the text</a>
<header class="bar">
<a class="home" href="index.html"><img src="icon.svg" alt="" width="26" height="26"> lvm</a>
<nav aria-label="Pages"><ul>{links}</ul></nav>
<div class="search" role="search">
<input type="search" id="query" placeholder="Search" aria-label="Search" autocomplete="off" spellcheck="false"
 role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list">
<div id="found" role="listbox" aria-label="What was found" hidden></div>
</div>
<button id="theme" type="button" aria-label="Dark colours" aria-pressed="false" title="light or dark"><span aria-hidden="true">◐</span></button>
</header>
<div class="page">
{aside}<main id="main">
{body}
</main>
</div>
<footer>Made by <code>./lvm site</code> from the notebooks as they are committed.</footer>
</body>
</html>
"""


def formula_free(title):
    """A heading for a list of links: commands of TeX are not for reading."""
    return escape(readable(title))


def readable(text):
    """Formulas as one would type them: without the commands that only change their looks."""
    text = re.sub(r"\\(?:math\w+|boldsymbol|operatorname|text|left|right|q?quad|begin|end|tag)\b\s*|\\[,;!: ]", "", text)
    return re.sub(r"[{}\\]", "", text)


# --- the start ----------------------------------------------------------------------------------------------------


def body(site):
    """Where one starts: what this is, the map, and a card for each notebook."""
    maps = arrows(site.pages.get("00-start"))
    questions = asked(site.pages.get("00-start"))
    reading = next((pairs for title, pairs in maps.items() if "read" in title), [])
    cards = "".join(card(page, questions.get(name, "")) for name, page in site.pages.items())
    picture = drawn(reading, {name: page.title for name, page in site.pages.items()})
    begin = '<a class="button" href="00-start.html">Start here</a> ' if "00-start" in site.pages else ""
    return f"""<div class="hero"><h1>Latent variable models in Java</h1>
<p>Models of data that come about from causes nobody recorded. Each notebook goes from the equation to code in the same symbols, to
a picture, to an exercise with a check that answers at once.</p>
<p>{begin}<a class="button plain" href="downloads.html">Take the notebooks with you</a></p></div>
{picture}<h2 id="notebooks">The notebooks</h2><ul class="cards">{cards}</ul>
<p class="note">The letters are the documents that a notebook rebuilds: <a href="coverage.html">what is shown where</a>.</p>"""


def arrows(start):
    """The graphs of the map in 00-start, read from its description: title and pairs."""
    for cell in start.notebook.cells if start else ():
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            if alt.startswith("Graphical model") and "read" in alt:
                return {title: ARROWS.findall(text) for title, text in ALT_PART.findall(alt)}
    return {}


def asked(start):
    """The question that each notebook answers, from the table in 00-start."""
    text = "\n".join(cell.source for cell in start.notebook.cells) if start else ""
    return {name: question.strip() for name, question in re.findall(r"^\|[^|]*\| \[[^\]]*\]\(([\w-]+)\.ipynb\) \|([^|]*)\|$", text, re.M)}


def head_of(page):
    """Minutes to read and difficulty, from the table at the head of a notebook."""
    text = next((cell.source for cell in page.notebook.cells if cell.cell_type == "markdown"), "")
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", text, re.M))
    minutes = re.search(r"\d+ minutes|an hour|[\w ]*hours", rows.get("to read") or rows.get("reading", ""))
    stars = STARS.match(rows.get("difficulty", ""))
    return minutes[0] if minutes else "", stars[0] if stars else ""


def card(page, question):
    number, _, name = page.title.partition(" · ")
    minutes, stars = head_of(page)
    letters = "".join(f'<a href="coverage.html#{c.lower()}" aria-label="document {c}">{c}</a>' for c in sorted(page.covers))
    exercises = sum(bool(cell.metadata.get("nbgrader", {}).get("solution")) for cell in page.notebook.cells)
    facts = [f"{minutes} to read" if minutes else "", f"{exercises} exercise{'' if exercises == 1 else 's'}" if exercises else ""]
    if stars:
        filled = sum(star in "★●" for star in stars)
        facts.append(f'<span role="img" aria-label="difficulty {filled} of {len(stars)}">{stars}</span>')
    return (
        f'<li><a class="title" href="{page.page}"><span class="number">{escape(number)}</span> {escape(name or page.title)}</a>'
        f'<p>{escape(question) or "The map, how cells and checks work, notation and glossary."}</p>'
        f'<p class="facts">{"".join(f"<span>{fact}</span>" for fact in facts if fact)}<span class="letters">{letters}</span></p></li>'
    )


def layers(pairs):
    """Each notebook's column by what has to be read before it; an arrow that skips a column has a place there, too."""
    depth = {node: 0 for pair in pairs for node in pair}
    for _ in depth:
        for before, after in pairs:
            depth[after] = max(depth[after], depth[before] + 1)
    ways = {}
    for before, after in pairs:
        between = [(before, after, column) for column in range(depth[before] + 1, depth[after])]
        depth.update({place: place[2] for place in between})
        ways[before, after] = [before, *between, after]
    columns = [[] for _ in range(max(depth.values()) + 1)]
    for node, column in depth.items():
        columns[column].append(node)
    return columns, ways


def places(columns, ways):
    """Column and line of each: near the middle of what comes before it, so that few arrows cross."""
    steps = [step for way in ways.values() for step in zip(way, way[1:])]
    tallest = max(map(len, columns))
    where = {}
    for column, there in enumerate(columns):

        def middle(node):
            lines = [where[before][1] for before, after in steps if after == node]
            return sum(lines) / len(lines) if lines else 0, isinstance(node, str), node

        for line, node in enumerate(sorted(there, key=middle)):
            where[node] = column, line + (tallest - len(there)) / 2
    return where


def drawn(pairs, titles):
    """What to read first, as a picture whose boxes are links."""
    by_number = {str(int(name[:2])): (name, title) for name, title in titles.items() if name[:2].isdigit()}
    pairs = [pair for pair in pairs if set(pair) <= set(by_number)]
    if not pairs:
        return ""
    columns, ways = layers(pairs)
    wide, high, gap, row = 196, 68, 46, 84
    at = {node: (column * (wide + gap) + 2, line * row + 4) for node, (column, line) in places(columns, ways).items()}
    lines = ""
    for way in ways.values():
        x, y = at[way[0]]
        path = f"M{x + wide} {y + high / 2}"
        for node in way[1:]:
            (left, x), (to, down) = at[way[way.index(node) - 1]], at[node]
            left, x, down, end = left + wide, x + high / 2, down + high / 2, to - 7 if node == way[-1] else to
            path += f"C{left + gap / 2} {x} {to - gap / 2} {down} {end} {down}"
            if node != way[-1]:
                path += f"H{to + wide}"
        lines += f'<path d="{path}" marker-end="url(#tip)"/>'
    boxes = ""
    for node in by_number:
        if node not in at:
            continue
        (x, y), (name, title) = at[node], by_number[node]
        words = wrapped(title.partition(" · ")[2] or title, 19)
        first = y + high / 2 + 5 - 9 * (len(words) - 1)
        text = "".join(f'<tspan x="{x + 36}" y="{first + 18 * i}">{escape(word)}</tspan>' for i, word in enumerate(words))
        boxes += (
            f'<a href="{name}.html"><title>{escape(title)}</title>'
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="8"/>'
            f'<text class="number" x="{x + 19}" y="{y + high / 2 + 7}">{node}</text><text>{text}</text></a>'
        )
    width = max(x for x, _ in at.values()) + wide + 2
    height = max(y for _, y in at.values()) + high + 4
    return (
        f'<section class="map" aria-labelledby="map"><h2 id="map">What to read first</h2><div class="scroll">'
        f'<svg viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}" role="group" aria-labelledby="map">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="1" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
        'markerUnits="userSpaceOnUse">'
        f'<path class="tip" d="M0 0 8 4 0 8z"/></marker></defs><g class="arrows">{lines}</g>{boxes}</svg></div></section>'
    )


def wrapped(text, width):
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines if len(lines) <= 3 else [*lines[:2], lines[2][: width - 2] + " …"]


# --- downloads ----------------------------------------------------------------------------------------------------


def downloads(listed):
    rows = "".join(
        f'<tr><th scope="row"><a href="{name}.html">{escape(title)}</a></th>'
        f'<td><a href="downloads/{name}.ipynb" download>{name}.ipynb</a> <small>{size(whole)}</small></td>'
        f'<td><a href="downloads/students/{name}.ipynb" download>for students</a> <small>{size(student)}</small></td></tr>'
        for name, title, whole, student in listed
    )
    return f"""<h1>Downloads</h1>
<p>Each notebook as it is shown here, with its outputs, and the version for students: no answers, no outputs, no hidden checks, by
nbgrader's conventions. Both run with the kernel of this project: <code>./lvm notebook</code> installs and opens it, and
<code>./lvm grade</code> marks what students hand in.</p>
<ul class="files"><li><a href="downloads/notebooks.zip" download>all notebooks</a></li>
<li><a href="downloads/students.zip" download>all versions for students</a></li>
<li><a href="downloads/results.zip" download>the records of all experiments, JSON</a></li></ul>
<div class="scroll"><table><thead><tr><th scope="col">notebook</th><th scope="col">as shown here</th><th scope="col">for students</th>
</tr></thead><tbody>{rows}</tbody></table></div>"""


def size(count):
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


# --- search -------------------------------------------------------------------------------------------------------


def write(site, records):
    """What the search looks through, as a script: pages from the file system may load scripts, and nothing else."""
    entries = []
    for page in site.pages.values():
        for section in page.sections:
            text = readable(" ".join(filter(None, section.text)))
            entries.append([readable(section.title), page.title, f"{page.page}#{section.anchor}", re.sub(r"\s+", " ", text)])
    summaries = dict(site.summaries())
    for name, urls in site.classes.items():
        for url in urls:
            package = url.split("/", 1)[1].rsplit("/", 1)[0].replace("/", ".")
            entries.append([name, package, url, summaries.get(url, "")])
    for name, rows in records.groups().items():
        text = " ".join(dict.fromkeys(f"{row['experiment']} {row['system']} {row['quantity']}" for row in rows))
        entries.append([name, "Results", f"results.html#{records.anchor(name)}", text])
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    (site.out / "search.js").write_text(f"window.lvmSearch = [\n{lines}\n];\n", encoding="utf-8")
