"""A small notebook with exercises, and what students may hand in for it."""

import copy

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

SUM = """double sum(double[] a) {
    double s = 0;
    // BEGIN SOLUTION
    for (double v : a) s += v;   // the answer to the sum
    // END SOLUTION
    return s;
}"""
SUM_CHECK = """Check.close("two terms", sum(new double[] {1, 2}), 3, 1e-9, "add them all");
// BEGIN HIDDEN TESTS
Check.close("no terms", sum(new double[0]), 0, 0, "what is the sum of nothing?");
Check.that("scaled", Math.abs(sum(base) * 2 - scale(6)) < 1e-9, "a hidden hint");
// END HIDDEN TESTS"""
TWICE = "double twice(double x) {\n    double y = 0;\n    // BEGIN SOLUTION\n    y = 2 * x;\n    // END SOLUTION\n    return y;\n}"
HALF = TWICE.replace("twice", "half").replace("2 * x", "x / 2")


def meta(grade_id, points=None, **flags):
    values = {"schema_version": 3, "grade_id": grade_id, **dict.fromkeys(("grade", "solution", "locked", "task"), False), **flags}
    if points is not None:
        values["points"] = points
    return {"nbgrader": values}


def answer(grade_id, source):
    return new_code_cell(source, id=grade_id, metadata=meta(grade_id, solution=True))


def check(grade_id, points, source):
    return new_code_cell(source, id=grade_id, metadata=meta(grade_id, points, grade=True, locked=True))


def notebook():
    """The notebook with its answers: 4 points by checks, 5 by hand."""
    cells = [
        new_markdown_cell("# Sums", id="title"),
        new_code_cell("double[] base = {1, 2, 3};\ndouble scale(double x) { return 2 * x; }", id="setup"),
        answer("sum", SUM),
        check("sum-check", 2, SUM_CHECK),
        answer("twice", TWICE),
        check("twice-check", 1, 'Check.close("twice", twice(4), 8, 1e-9, "times two");'),
        new_code_cell("double shown = twice(sum(base));\nshown", id="shown"),
        answer("half", HALF),
        check("half-check", 1, 'Check.value("half", half(4), v -> Math.abs(v - 2) < 1e-9, "by two")'),
        new_markdown_cell(
            "**Task.** Why?\n\n=== BEGIN MARK SCHEME ===\n\n3 points: because.\n\n=== END MARK SCHEME ===",
            id="why", metadata=meta("why", 3, task=True, locked=True),
        ),
        new_markdown_cell("Since it is so.", id="words", metadata=meta("words", 2, grade=True, solution=True)),
    ]
    kernel = {"name": "lvm", "display_name": "Java (lvm)", "language": "java"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def cell(nb, name):
    return next(c for c in nb.cells if c.get("id") == name)


def handed_in(student, **sources):
    """A student's notebook: cells by their names with other sources; solved unless said otherwise."""
    nb = copy.deepcopy(student)
    for name, source in {"sum": SUM, "twice": TWICE, "half": HALF, **sources}.items():
        cell(nb, name).source = source
    return nb


def body(method, code):
    """An answer whose method has other code before its end."""
    source = {"sum": SUM, "twice": TWICE, "half": HALF}[method]
    head = source.split("\n")[0]
    return f"{head}\n    {code}\n}}"


def write(nb, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, path)
