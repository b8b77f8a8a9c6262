"""Marks one submission: runs it in a kernel of its own and decides, out here, which checks it passes.

A check is sent to the kernel with a secret behind it: a text that the kernel sends back as the value of the cell only if all
before it was run to the end. Nothing that the student's code prints, shows or writes counts.
"""

import re
import secrets
import time

import java_cells
from sandbox import Allowance, Box, Kernel, Outcome
from submissions import CHECK, EXTRA, OWN, Notes

NAME = re.compile(r"[\w.$]+\Z")
REDEFINED = "a name that the check uses means something else here"
# What keeps on after the cell that began it, and so may harm a later one.
LASTING = re.compile(
    r"System\.exit|\.halt\(|Thread(?!\.sleep)|Executor|CompletableFuture|Timer|Process|parallel|Notebook|\b(?:exit|quit)\("
)


def types_used(source):
    """The names in a check that may be types."""
    tokens = java_cells.tokens_of(java_cells.plain(source))
    return sorted({
        two[1]
        for one, two in zip([("op", "", 0, 0), *tokens], tokens)
        if two[0] == "name" and two[1][0].isupper() and one[1] not in (".", "::")
    })


def with_secret(source, secret, known):
    """A check, and behind it the secret as the value of the cell, if the types that it names are the real ones.

    The last line uses no name that could be declared anew: a text has a class, and that finds classes by their names.
    """
    tokens = java_cells.tokens_of(source)
    end = "" if not tokens or tokens[-1][1] in (";", "}") else ";"
    same = [f'{name}.class == "".getClass().forName("{known[name]}")' for name in types_used(source) if name in known]
    value = f'{" && ".join(same)} ? "{secret}" : "{secret[::-1]}"' if same else f'"{secret}"'
    return f"{source.rstrip()}\n{end}{value}"


def new_secret():
    return secrets.token_hex(16)


class Verdict:
    """Of one check: whether it passed, and what is to be said about it."""

    def __init__(self, passed, text):
        self.passed = passed
        self.text = text
        self.seconds = 0.0


def verdict(outcome, secret):
    if outcome.status == "ok" and outcome.values == [secret]:
        return Verdict(True, "")
    if outcome.status == "ok":
        return Verdict(False, REDEFINED if secret[::-1] in outcome.values else "the check did not come to its end")
    if outcome.status == "error" and outcome.error == "CheckFailed":
        return Verdict(False, outcome.message if outcome.message.startswith("✗") else f"✗ {outcome.message}")
    if outcome.status == "error":
        return Verdict(False, f"the check ended with {outcome.error}: {outcome.message}")
    return Verdict(False, {"slow": "the check did not answer in time: ", "full": "the check wrote "}.get(outcome.status, "")
                   + outcome.message)


class Marking:
    """What happens to one submission."""

    def __init__(self, assignment, steps, notes, settings, at_end=None):
        """settings: kernel (its name), data, limits, size, bwrap, known (names of types to full names).

        at_end(kernel) is called when all cells have run.
        """
        self.assignment = assignment
        self.steps = steps
        self.notes = notes
        self.settings = settings
        self.verdicts = {}
        self.skipped = set()
        self.kernel = None
        self.box = None
        self.used = 0.0  # processor seconds of the kernels before this one
        self.allowance = Allowance(settings.limits.total, self.processor_seconds)
        self.at_end = at_end
        self.stopped = False

    def run(self):
        """The verdicts by grade_id; every check gets one."""
        at = 0
        try:
            while at < len(self.steps) and not self.stopped:
                if self.allowance.over():
                    self.notes.add("", f"stopped: all of it took more than {self.settings.limits.total:g} s")
                    break
                step = self.steps[at]
                if at in self.skipped or step.kind == CHECK and step.label in self.verdicts:
                    at += 1
                    continue
                outcome = self.run_step(step)
                if outcome.alive and outcome.error != "OutOfMemoryError":
                    at += 1
                    continue
                # A fresh kernel begins again without what broke this one. Each time one cell more is left out.
                self.leave_out(at, outcome)
                self.close()
                at = 0
            if self.at_end and self.kernel:
                self.at_end(self.kernel)
        finally:
            self.close()
        for step in self.steps:
            if step.kind == CHECK:
                self.verdicts.setdefault(step.label, Verdict(False, "not run"))
        return self.verdicts

    def run_step(self, step):
        if self.kernel is None:
            self.box = Box(self.settings.data, self.settings.limits, self.settings.size, self.settings.bwrap)
            self.kernel = Kernel(self.box, self.settings.kernel)
        if self.stopped:
            return Outcome("dead", alive=False)
        seconds = self.settings.limits.cell
        if step.kind == CHECK:
            secret = new_secret()
            begin = time.monotonic()
            outcome = self.kernel.run(with_secret(step.source, secret, self.settings.known), seconds)
            self.verdicts[step.label] = verdict(outcome, secret)
            self.verdicts[step.label].seconds = time.monotonic() - begin
        else:
            outcome = self.kernel.run(step.source, seconds)
            self.tell(step, outcome)
        return outcome

    def tell(self, step, outcome):
        """What a student should know about a cell that did not run to its end."""
        if outcome.status == "ok":
            return
        if step.kind == OWN:
            text = f"the notebook's cell '{first_line(step.source)}' did not work with these answers"
        elif step.kind == EXTRA:
            text = f"the added cell '{first_line(step.source)}' did not run to its end"
        else:
            text = "this answer did not run to its end"
        said = outcome.trace if outcome.status == "error" and step.students else outcome.message
        self.notes.add(step.label if step.students else "", f"{text}: {said}")

    def leave_out(self, at, outcome):
        """What is not run again after the kernel had to end."""
        step = self.steps[at]
        others = [i for i in range(at) if self.steps[i].students and i not in self.skipped]
        if step.kind == CHECK:
            own = self.assignment.answer_of(step.label)
            others = [i for i in others if self.steps[i].label != own]
        guilty = [i for i in others if LASTING.search(java_cells.plain(self.steps[i].source))]
        if not step.students and (outcome.status == "full" or outcome.error == "OutOfMemoryError"):
            guilty = guilty or others
        if step.students and (not guilty or LASTING.search(java_cells.plain(step.source))):
            guilty = [at]
        elif guilty and step.kind == CHECK:
            del self.verdicts[step.label]  # it gets another try without them
        elif not guilty:
            guilty = others[-1:] if step.kind == OWN and others else [at]
        self.skipped.update(guilty)
        for i in guilty:
            if self.steps[i].students:
                self.notes.add(self.steps[i].label, f"left out, so that the rest could be graded: {outcome.message}")

    def processor_seconds(self):
        now = self.kernel.processor_seconds() if self.kernel else 0.0
        return None if now is None else self.used + now

    def stop(self):
        """From another thread: it comes to its end at once, and its verdicts are worth nothing."""
        self.stopped = True
        box, kernel = self.box, self.kernel
        if box:
            box.given_up = True
        if kernel:
            kernel.kill()

    def close(self):
        if self.kernel:
            self.used = self.processor_seconds() or self.used
            self.kernel.close()
            self.kernel = None
        if self.box:
            self.box.remove()
            self.box = None


def first_line(source):
    return source.strip().split("\n")[0][:60]


def known_types(kernel, assignment):
    """The full names of the types that the checks name: name -> full name. Classes of cells are not among them."""
    known = {}
    for name in sorted({name for check in assignment.checks for name in types_used(check.source)}):
        outcome = kernel.run(f"{name}.class.getName()", 60)
        value = outcome.values[0] if outcome.status == "ok" and outcome.values else ""
        if NAME.match(value) and not value.startswith("REPL."):
            known[name] = value
    return known


def unmarked(assignment, text):
    """Notes and verdicts of a submission that could not be run at all."""
    notes = Notes()
    notes.add("", text)
    return notes, {check.metadata["nbgrader"]["grade_id"]: Verdict(False, "not run") for check in assignment.checks}
