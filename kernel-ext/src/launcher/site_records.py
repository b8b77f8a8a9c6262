"""The records of the experiments and the coverage of the documents as pages of the site."""

import json
import re
from html import escape

from nbconvert.filters import markdown2html

from coverage import Project, title
from site_cells import slug

KINDS = {
    "EXACT": "exact",
    "LOWER_BOUND": "lower bound",
    "UPPER_BOUND": "upper bound",
    "ESTIMATE": "estimate",
    "NOT_STATED": "not stated",
}
COLUMNS = ("experiment", "system", "quantity", "value", "published", "data", "seed", "time", "date", "machine")
CELL = re.compile(r"(?<!\\)\|")
DRAWS = re.compile(r"; [\d,]+ draws?\b")
# What several experiments share: at least so many, or each has a heading of its own.
FAMILY = 3
# The plot beside a number, in pixels.
WIDTH, HEIGHT, EDGE = 120, 14, 6


class Records:
    """All records in the order of the project's own table, which has each number in words."""

    def __init__(self, folder):
        lines = (folder / "README.md").read_text(encoding="utf-8").splitlines()
        rows = [[cell.strip().replace("\\|", "|") for cell in CELL.split(line)[1:-1]] for line in lines if line.startswith("| `")]
        self.rows = [dict(zip(COLUMNS, row)) for row in rows]
        self.problems = []
        files = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
        taken = {name: iter(records) for name, records in files.items()}
        for row in self.rows:
            row["experiment"] = row["experiment"].strip("`")
            row["record"] = next(taken.get(row["experiment"], iter(())), None)
            if not row["record"] or row["record"]["system"] != row["system"]:
                self.problems.append(f"results/README.md and {row['experiment']}.json differ: ./lvm reproduce writes the table")
                row["record"] = None
        for name, rest in taken.items():
            if next(rest, None):
                self.problems.append(f"results/README.md lacks numbers of {name}.json: ./lvm reproduce writes the table")
        self.names = list(dict.fromkeys(row["experiment"] for row in self.rows))

    def family(self, name):
        """The heading under which an experiment stands: its own name, or the beginning that it shares with others."""
        parts = name.split("-")
        for length in range(1, len(parts) + 1):
            start = "-".join(parts[:length])
            if sum(other == start or other.startswith(start + "-") for other in self.names) >= FAMILY:
                return start
        return name

    def anchor(self, name):
        """Where an experiment, or all whose names begin so, can be found on the page."""
        there = [other for other in self.names if other == name or other.startswith(name + "-")]
        return slug(self.family(there[0])) if there else ""

    def groups(self):
        groups = {}
        for row in self.rows:
            groups.setdefault(self.family(row["experiment"]), []).append(row)
        return groups

    # --- the page -----------------------------------------------------------------------------------------------

    def html(self):
        return "".join(self._group(name, rows) for name, rows in self.groups().items())

    def _group(self, name, rows):
        machines = sorted({f"{row['machine']}, {row['date']}" for row in rows})
        names = list(dict.fromkeys(row["experiment"] for row in rows))
        head = (
            f'<section><h2 id="{slug(name)}">{escape(name)}</h2>'
            f"<p>{count(len(rows), 'number')}. Run again by <code>./lvm reproduce {escape(name)}</code>. "
            + "".join(f"<br>{escape(machine)}" for machine in machines)
            + "</p>"
        )
        wide = len(names) > 1
        known = ["published"] if any(row["published"] for row in rows) else []
        titles = [*(["experiment"] if wide else []), "system", "value", "", "kind", "data, protocol", *known, "seed", "time"]
        table = "".join(f'<th scope="col">{word}</th>' if word else "<td></td>" for word in titles)
        body = []
        for quantity, part in self._quantities(rows):
            scale = Scale([row["record"] for row in part])
            body.append(f'<tr><th class="quantity" scope="rowgroup" colspan="{len(titles)}">{escape(quantity)}</th></tr>')
            body += [self._row(row, wide, known, scale) for row in part]
        return (
            f'{head}<div class="scroll"><table class="results"><thead><tr>{table}</tr></thead>'
            f'<tbody>{"".join(body)}</tbody></table></div></section>'
        )

    @staticmethod
    def _quantities(rows):
        parts = {}
        for row in rows:
            record = row["record"]
            unit = record["unit"] if record else ""
            quantity = record["quantity"] if record else row["quantity"]
            parts.setdefault(f"{quantity}, {unit}" if unit not in ("", "1") else quantity, []).append(row)
        return parts.items()

    @staticmethod
    def _row(row, wide, known, scale):
        record = row["record"]
        protocol = record["protocol"] if record else {}
        bits = re.sub(r"^(none|not stated)(, )?", "", protocol.get("binarization", ""), flags=re.I)
        words = [row["data"], *([bits] if bits and bits not in row["data"] else [])]
        if protocol.get("draws"):
            words.append(f"{protocol['draws']:,} draw{'' if protocol['draws'] == 1 else 's'}")
        kind = protocol.get("kind", "")
        cells = [row["experiment"]] if wide else []
        cells += [row["system"], DRAWS.sub("", row["value"])]
        html = "".join(f"<td>{escape(text)}</td>" for text in cells)
        html += f"<td>{scale.plot(record)}</td>"
        rest = [KINDS.get(kind, kind), ", ".join(words), *(row[key] for key in known), row["seed"], row["time"]]
        return f"<tr>{html}" + "".join(f"<td>{escape(text)}</td>" for text in rest) + "</tr>"


class Scale:
    """Numbers of one quantity on one scale, so that they can be compared at a glance."""

    def __init__(self, records):
        self.ends = [end for record in records if record for end in span(record)] if len(records) > 1 else []

    def plot(self, record):
        low, high = min(self.ends, default=0), max(self.ends, default=0)
        if not record or high <= low:
            return ""

        def at(value):
            return EDGE + (WIDTH - 2 * EDGE) * (value - low) / (high - low)

        left, right = map(at, span(record))
        middle = HEIGHT / 2
        return (
            f'<svg class="dot" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">'
            f'<line class="track" x1="0" x2="{WIDTH}" y1="{middle}" y2="{middle}"/>'
            f'<line class="range" x1="{left:.1f}" x2="{right:.1f}" y1="{middle}" y2="{middle}"/>'
            f'<circle cx="{at(record["value"]):.1f}" cy="{middle}" r="4"/></svg>'
        )


def span(record):
    """The 95 % interval of a number where it has one, else two standard errors to both sides."""
    interval = record.get("interval")
    if isinstance(interval, dict) and "low" in interval:
        return interval["low"], interval["high"]
    error = 2 * record.get("standardError", 0)
    return record["value"] - error, record["value"] + error


def count(number, thing):
    return f"{number} {thing}" + ("" if number == 1 else "s")


# --- measurements that are pages of their own ---------------------------------------------------------------------


def notes(folder):
    """The tables of speed and of planted mistakes: pairs of an anchor and HTML."""
    for path in sorted(folder.glob("*.md")):
        if path.name != "README.md":
            html = markdown2html(path.read_text(encoding="utf-8"))
            heading, body = re.match(r"\s*<h1[^>]*>(.*?)<a class.*?</h1>(.*)", html, re.S).groups()
            yield heading, slug(path.stem), body


# --- coverage -----------------------------------------------------------------------------------------------------


def coverage(root, records):
    """The page of what is shown where, and what it found wrong."""
    project = Project(root)
    html = ""
    for letter, document in project.documents.items():
        covered, total = project.covered(letter)
        rows = "".join(covered_row(project, letter, item, records) for item in document["items"])
        html += (
            f'<section><h2 id="{slug(letter)}">{letter} · {escape(document["title"])}</h2>'
            f"<p>{emphasis(title(document))}</p>"
            f'<p class="share"><progress value="{covered}" max="{total}" aria-label="covered of {letter}"></progress> '
            f"{covered} of {total} items are shown.</p>"
            '<div class="scroll"><table class="coverage"><thead><tr><th scope="col">item</th><th scope="col">what it is</th>'
            '<th scope="col">shown in</th><th scope="col">tests</th><th scope="col">results</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></div></section>"
        )
    return html, project.problems


def emphasis(text):
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", escape(text))


def covered_row(project, letter, item, records):
    places = project.places.get(f"{letter} {item['item']}", [])
    cells = "<br>".join(
        f'<a href="{name[: -len(".ipynb")]}.html#{slug(heading)}">{name[:2]}: {escape(heading)}</a>' for name, heading in places
    )
    tests = ", ".join(f"<code>{escape(name.rsplit('/', 1)[-1])}</code>" for name in item.get("tests", []))
    links = ", ".join(record_link(name, records) for name in item.get("records", []))
    waits = f'<span class="waits">not yet: {escape(item.get("awaits", ""))}</span>'
    return (
        f'<tr><th scope="row">{escape(item["item"])}</th><td>{escape(item["what"])}</td>'
        f"<td>{cells or waits}</td><td>{tests}</td><td>{links}</td></tr>"
    )


def record_link(name, records):
    anchor = records.anchor(name)
    return f'<a href="results.html#{anchor}">{escape(name)}</a>' if anchor else escape(name)
