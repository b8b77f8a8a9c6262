"""What the cells of a student declare, and which of it would change what the checks mean.

Java is read as far as that needs: tokens, and the statements and declarations of a cell one after the other.
"""

import re
from functools import lru_cache

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<text>\"{3}(?:\\.|.)*?(?:\"{3}|\Z)|"(?:\\.|[^"\\\n])*(?:"|(?=\n)|\Z)|'(?:\\.|[^'\\\n])*(?:'|(?=\n)|\Z))
      | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
      | (?P<name>(?:[^\W\d]|\$)[\w$]*)
      | (?P<space>\s+)
      | (?P<op>::|->|\.\.\.|.)""",
    re.X | re.S,
)
ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u+([0-9a-fA-F]{4})")
# Characters that Java leaves out of names.
IGNORED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\xad"
    "\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
# A line that begins so is a magic, or goes on with the expression of the line before.
MAGICS = (re.compile(r"^[ \t]*%%?[A-Za-z].*$", re.M), re.compile(r"^[ \t]*%%?[A-Za-z]\w*", re.M))
PRIMITIVES = set("boolean byte char short int long float double void var".split())
MODIFIERS = set("public private protected static final abstract synchronized native strictfp transient volatile default "
                "sealed".split())
KEYWORDS = set("assert break case catch continue do else finally for goto if instanceof new package return super switch "
               "this throw throws try while yield null true false extends implements".split())
TYPES = {"class", "interface", "enum", "record"}
OPENING, CLOSING = {"(": ")", "{": "}", "[": "]"}, {")", "}", "]"}
TRUSTED = ("java.", "javax.", "lvm.", "org.ejml.", "tech.tablesaw.")
# What cells mean without naming it, too.
BASICS = set("Object String Class System Integer Long Double Boolean Character Number Throwable Exception Error".split())
# Code that is made while code runs can not be read beforehand.
CODE = {"lineMagic", "cellMagic"}
LOAD = re.compile(r"^[ \t]*%load\b.*$", re.M)
PACKAGES = {"java", "javax", "jdk", "lvm", "org", "com", "tech", "io", "net"}
# What nothing of an answer can be about, but much that is meant to fool a grader.
UNUSUAL = re.compile(
    r"java\.lang\.(?:reflect|invoke)|setAccessible|MethodHandles|\bUnsafe\b|jdk\.|lvm\.kernel|sun\.|javacpp|"
    r"\b(?:line|cell)Magic\b|%load\b|%classpath\b|Instrumentation|ToolProvider|defineClass|ClassLoader|ProcessBuilder|\bRuntime\b|"
    r"ProcessHandle|/proc\b|setOut|setErr|StackWalker|getStackTrace|forName|getDeclared|getMethod|ManagementFactory|UNIX\b|"
    r"Thread\b|Executor|CompletableFuture|\bTimer\b|System\.exit|\.halt\("
)


class Unit:
    """One statement or declaration of a cell: where it stands, and what it declares as (kind, name)."""

    def __init__(self, start, end, tokens):
        self.start = start
        self.end = end
        self.names = declared(tokens)
        self.imported = imported(tokens)
        self.used = {t[1] for t in tokens if t[0] == "name"}


def plain(source):
    """A cell as Java reads it: letters that are written as numbers put back, those that names ignore left out."""
    return IGNORED.sub("", ESCAPE.sub(lambda m: m[1] + chr(int(m[2], 16)), source))


def tokens_of(source):
    """The tokens without spaces and comments, as (kind, text, start, end)."""
    return [(m.lastgroup, m[0], m.start(), m.end()) for m in TOKEN.finditer(source) if m.lastgroup not in ("comment", "space")]


def units(source, magic=MAGICS[1]):
    """The statements and declarations of a cell; what matches magic is no Java."""
    source = magic.sub(lambda m: " " * len(m[0]), source)
    found, current, depth, value = [], [], 0, False
    tokens = tokens_of(source)
    for i, token in enumerate(tokens):
        text = token[1]
        current.append(token)
        if token[0] == "op":
            if text in OPENING:
                depth += 1
            elif text in CLOSING:
                depth = max(0, depth - 1)
            elif text == "=" and depth == 0:
                value = True
        if depth == 0 and token[0] == "op" and (text == ";" or text == "}" and ends_block(value, tokens, i)):
            found.append(Unit(current[0][2], token[3], current))
            current, value = [], False
    if current:
        found.append(Unit(current[0][2], current[-1][3], current))
    return found


def ends_block(value, tokens, i):
    """Whether a closing brace is the end of a statement or declaration."""
    after = tokens[i + 1][1] if i + 1 < len(tokens) else ""
    return not value and after not in {";", ",", ")", ".", "::", "else", "catch", "finally"}


def imported(tokens):
    """The full name that an import names, or None."""
    texts = [t[1] for t in tokens]
    return "".join(t for t in texts[1:] if t not in ("static", ";")) if texts and texts[0] == "import" else None


def declared(tokens):
    texts = [t[1] for t in tokens]
    kinds = [t[0] for t in tokens]
    if texts and texts[0] == "import":
        name = [t for t in texts if t != ";"][-1]
        return [("static import" if "static" in texts[:2] else "import", name)] if name != "*" else []
    i = head(texts, kinds)
    if i < len(texts) and texts[i] == "@" and texts[i + 1 : i + 2] == ["interface"]:
        i += 1
    if i + 1 < len(texts) and texts[i] in TYPES and kinds[i + 1] == "name":
        if texts[i] != "record" or texts[i + 2 : i + 3] in (["("], ["<"]):
            return [("type", texts[i + 1])]
    if i < len(texts) and texts[i] == "<":
        i = angle(texts, i)
    at = type_end(texts, kinds, i)
    if at is None or at >= len(texts) or kinds[at] != "name" or texts[at] in KEYWORDS:
        return []
    after = texts[at + 1] if at + 1 < len(texts) else ";"
    if after == "(":
        return [("method", texts[at])]
    return [("variable", name) for name in variables(texts, kinds, at)] if after in "=;,[:" else []


def head(texts, kinds):
    """The index behind annotations and modifiers."""
    i = 0
    while i < len(texts):
        if texts[i] == "@" and i + 1 < len(texts) and texts[i + 1] != "interface":
            i += 2
            while texts[i : i + 1] == ["."]:
                i += 2
            if texts[i : i + 1] == ["("]:
                i = closing(texts, i)
        elif texts[i] in MODIFIERS:
            i += 1
        elif texts[i : i + 3] == ["non", "-", "sealed"]:
            i += 3
        else:
            break
    return i


def closing(texts, i):
    """The index behind the bracket that closes the one at i."""
    depth = 0
    while i < len(texts):
        depth += (texts[i] in OPENING) - (texts[i] in CLOSING)
        i += 1
        if depth == 0:
            break
    return i


def angle(texts, i):
    """The index behind type arguments; the index itself if there are none."""
    depth, at = 0, i
    while at < len(texts):
        depth += (texts[at] == "<") - (texts[at] == ">")
        if texts[at] in ";(){}" or texts[at] == "=":
            return i
        at += 1
        if depth == 0:
            return at
    return i


def type_end(texts, kinds, i):
    """The index behind a type, or None where none begins."""
    if i >= len(texts) or kinds[i] != "name" or texts[i] in KEYWORDS or texts[i] in TYPES - {"record"}:
        return None
    while True:
        i += 1
        if texts[i : i + 1] == ["<"]:
            i = angle(texts, i)
        if texts[i : i + 1] == ["."] and kinds[i + 1 : i + 2] == ["name"]:
            i += 1
        else:
            break
    while texts[i : i + 2] == ["[", "]"]:
        i += 2
    return i


def variables(texts, kinds, at):
    """The names of a declaration of variables."""
    names, depth, i = [texts[at]], 0, at + 1
    while i < len(texts):
        depth += (texts[i] in OPENING) - (texts[i] in CLOSING)
        if texts[i] == "<" and angle(texts, i) > i:
            i = angle(texts, i)
            continue
        if depth == 0 and texts[i] == "," and kinds[i + 1 : i + 2] == ["name"] and (texts[i + 2 : i + 3] or [";"])[0] in "=,;[":
            names.append(texts[i + 1])
        i += 1
    return names


class Facts:
    """What a cell declares, as (kind, name), which names it has at all, and which of them it calls without an owner."""

    def __init__(self, source):
        source = plain(source)
        tokens = tokens_of(source)
        self.declared = {each for unit in units(source) for each in unit.names}
        self.used = {t[1] for t in tokens if t[0] == "name"}
        self.called = {
            one[1]
            for before, one, two in zip([("op", "", 0, 0), *tokens], tokens, tokens[1:])
            if one[0] == "name" and two[1] == "(" and before[1] not in (".", "new")
        }


@lru_cache(maxsize=1000)
def facts(source):
    return Facts(source)


def of_all(sources, what):
    return {each for source in sources for each in getattr(facts(source), what)}


class Protected:
    """The names that checks and the notebook's own cells mean, which answers must not give another meaning."""

    def __init__(self, before, later, checks, answers):
        """Own cells before an answer, own cells behind it, all checks, and all proposed answers, each as a list of sources."""
        own = [*before, *later, *checks]
        free = {name for _, name in of_all(answers, "declared")}
        self.types = {name for name in of_all(own, "used") if name[0].isupper()} | BASICS | PACKAGES
        self.types -= free
        self.methods = of_all(own, "called") | {name for kind, name in of_all(own, "declared") if kind == "method"}
        self.methods -= free
        needed = of_all([*later, *checks], "used")
        self.variables = {name for kind, name in of_all(before, "declared") if kind == "variable" and name in needed} - free

    def clash(self, unit, known=None):
        """A name of a unit that means something else to the checks, or None. known: the full names of types."""
        if unit.used & CODE or (unit.imported or "").startswith("lvm.kernel"):
            return min(unit.used & CODE, default="lvm.kernel")
        for kind, name in unit.names:
            if kind == "method" and name in self.methods:
                return name
            if kind == "static import" and (name in self.methods or name in self.types):
                return name
            if kind == "import" and name in self.types and not self.harmless(name, unit.imported, known or {}):
                return name
            if kind in ("type", "variable") and name in self.types or kind == "variable" and name in self.variables:
                return name
        return None

    @staticmethod
    def harmless(name, imported, known):
        """Whether an import gives a name the meaning that it has for the checks."""
        return known[name].replace("$", ".") == imported if name in known else imported.startswith(TRUSTED)


def without_clashes(source, protected, known=None):
    """A cell without what clashes with the names of the notebook, and those names."""
    source = plain(source)
    left_out = ["%load"] * bool(LOAD.search(source))
    source = LOAD.sub("", source)
    for magic in MAGICS:
        for unit in reversed(units(source, magic)):
            name = protected.clash(unit, known)
            if name:
                left_out.insert(0, name)
                # As many lines as before, so that the numbers of lines in messages stay true.
                source = source[: unit.start] + "\n" * source.count("\n", unit.start, unit.end) + source[unit.end :]
    return source, left_out


def unusual(source, protected):
    """What a person should look at: odd names, and changes of the notebook's own variables."""
    source = plain(source)
    tokens = tokens_of(source)
    found = [f"uses {m[0]}" for m in UNUSUAL.finditer(source)]
    found += [f"writes to {name}" for name in written(tokens) if name in protected.variables - local(tokens)]
    return list(dict.fromkeys(found))


def local(tokens):
    """The names that a cell may have declared itself, as variables anywhere in it."""
    return {
        two[1]
        for one, two, three in zip(tokens, tokens[1:], [*tokens[2:], ("op", ";", 0, 0)])
        if two[0] == "name" and (one[0] == "name" or one[1] in (">", "]") or one[1] == "," and three[1] in ("=", ";", "["))
    }


def written(tokens):
    """The variables that a cell assigns to, or calls a method of that changes them."""
    names = []
    for i, (kind, name, _, _) in enumerate(tokens):
        if kind != "name" or i and tokens[i - 1][1] == ".":
            continue
        behind = [t[1] for t in tokens[i + 1 : i + 60]]
        while behind[:1] == ["["]:
            behind = behind[closing(behind, 0) :]
        one, two = (behind + ["", ""])[:2]
        if one == "=" != two or one + two in ("++", "--") or two == "=" and one and one in "+-*/%&|^" \
                or one == "." and two in ("set", "add", "fill", "put", "setTo", "zero"):
            names.append(name)
    return names
