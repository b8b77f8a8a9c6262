"""The page that a student gets: the points of each check, what failed and why, what happened."""

from html import escape

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 sans-serif; max-width: 52em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4em .8em .4em 0; border-bottom: 1px solid #8888; }
td.points { white-space: nowrap; }
pre { overflow-x: auto; padding: .6em; border: 1px solid #8888; }
.said { white-space: pre-wrap; }
"""


def number(value):
    return f"{value:g}"


def notes(record, label):
    return [n["text"] for n in record["notes"] if n["cell"] == label and not n["teacher"]]


def listed(texts):
    items = "".join(f'<li class="said">{escape(text)}</li>' for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def folded(title, source):
    return f"<details><summary>{title}</summary><pre>{escape(source)}</pre></details>" if source.strip() else ""


def row(record, item):
    """One line of the table; a person's has no score before it was given."""
    said = [item["text"]] if item["text"] else []
    said += notes(record, item["grade_id"])
    if item.get("answer"):
        said += [text for text in notes(record, item["answer"]) if text not in said]
    answer = record["answers"].get(item.get("answer") or item["grade_id"], "")
    score = "open" if item["score"] is None else number(item["score"])
    mark = {None: "…", item["max_score"]: "✓"}.get(item["score"], "✗" if not item["score"] else "~")
    return (
        f'<tr><td>{mark} <b>{escape(item["grade_id"])}</b></td>'
        f'<td class="points">{score} of {number(item["max_score"])}</td>'
        f'<td>{listed(said)}{folded("your answer", answer)}</td></tr>'
    )


def page(record, items, total, best):
    """record: of the submission; items: checks and what a person grades, with grade_id, score, max_score, text."""
    open_points = sum(item["max_score"] for item in items if item["score"] is None)
    title = f'{escape(record["assignment"])}: {escape(record["student"])}'
    further = f", {number(open_points)} are still to be given by hand" if open_points else ""
    general = notes(record, "")
    if not record["isolated"]:
        general.append("graded without a sandbox: this system has no bubblewrap, or does not let it")
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head><body>'
        f"<h1>{title}</h1><p><b>{number(total)} of {number(best)} points</b>{further}.</p>"
        + (f"<h2>What happened</h2>{listed(general)}" if general else "")
        + "<h2>Checks</h2><table><tr><th>check</th><th>points</th><th>what was found</th></tr>"
        + "".join(row(record, item) for item in items)
        + "</table></body></html>\n"
    )
