"""Whether everything that a text points at is there: sections that comments cite, links of documents, and what the map says:
the paths that it names exist, and no module imports another one that it does not allow.

A citation is the name of a document, a section sign and the number of a section: the form is in CONTRIBUTING.md.
Run by hand: `python3 compat-tests/harness/references.py` prints what leads nowhere and fails if anything does.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SIGN = "\u00a7"
_CITING = {".rs", ".py", ".md", ".sql", ".toml", ".sh", ".yml", ".java", ".js", ".go"}
_CITATION = re.compile(rf"(?:\b([a-z][a-z0-9-]*) )?{SIGN}(\d+(?:\.\d+)*)")
_HEADING = re.compile(r"^(#{1,6}) +(.*?)\s*#*$")
_NUMBER = re.compile(r"^(\d+(?:\.\d+)*)\b")
_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|!\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")
# A path as the map writes it: in backquotes, with a folder or a suffix, without placeholders.
_PATH = re.compile(r"`([A-Za-z0-9_.@-]+(?:/[A-Za-z0-9_.@-]+)*/?)`")
_OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.I)
_MAP = "ARCHITECTURE.md"
_ALLOWED = "| module | may import |"
_LAYERED = Path("registry-server/src")
_TESTS = re.compile(r"^#\[cfg\(test\)\]\n(?=mod \w+ \{)", re.M)
_IMPORT = re.compile(r"\bcrate::(?:\{([^}]*)\}|(\w+))")


class Documents:
    """The reference documents: those in the `docs` folders of the crates, by their names."""

    def __init__(self, root, files):
        self.sections, self.doubled = {}, []
        for path in files:
            if path.suffix == ".md" and path.parent.name == "docs" and path.name != "README.md":
                if path.stem in self.sections:
                    self.doubled.append(path.stem)
                self.sections[path.stem] = _sections((root / path).read_text(encoding="utf-8"))


def problems(root, files=None):
    """Everything that leads nowhere, as lines `file:line: what`. `files` are paths relative to the root."""
    root = Path(root)
    files = sorted(files if files is not None else tracked(root))
    documents = Documents(root, files)
    folders = {path.parts[0] for path in files if len(path.parts) > 1}
    found = [f"{name}.md: two documents have this name, so citations are ambiguous" for name in documents.doubled]
    for path in files:
        if path.suffix not in _CITING or not (root / path).is_file():
            continue
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            found += [f"{path}:{number}: {what}" for what in _citations(line, path, documents)]
        if path.suffix == ".md":
            found += [f"{path}:{number}: {what}" for number, what in _links(root, path, text)]
            top = None if path.name == _MAP else folders
            found += [f"{path}:{number}: {what}" for number, what in _paths(root, text, top)]
            if path.name == _MAP:
                found += _imports(root, text, files)
    return found


def tracked(root):
    """The files that belong to the project, those not yet committed included. Without git whatever is neither built nor hidden."""
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(argv, cwd=root, capture_output=True) if shutil.which("git") else None
    if listed and listed.returncode == 0:
        return [Path(name) for name in listed.stdout.decode().split("\0") if name]
    found = (path.relative_to(root) for path in Path(root).rglob("*") if path.is_file())
    return [path for path in found if not any(part == "target" or part.startswith(".") for part in path.parts)]


def _sections(text):
    """The numbers of a document's headings."""
    numbers = (_NUMBER.match(title) for _, title in _headings(text))
    return {number.group(1) for number in numbers if number}


def _headings(text):
    for _, line in _prose(text):
        heading = _HEADING.match(line)
        if heading:
            yield len(heading.group(1)), heading.group(2)


def _prose(text):
    """The numbered lines of a document outside of code blocks."""
    fence = None
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"\s*(```+|~~~+)", line)
        if mark and (fence is None or mark.group(1).startswith(fence)):
            fence = mark.group(1) if fence is None else None
        elif fence is None:
            yield number, line


def _citations(line, path, documents):
    for cited in _CITATION.finditer(line):
        name, section = cited.groups()
        if name in documents.sections:
            own = False
        elif path.stem in documents.sections and path.parent.name == "docs":
            # Inside a document a section of the same document needs no name.
            own, name = True, path.stem
        else:
            lack = f"there is no document {name}.md in a docs folder" if name else "it names no document"
            yield f"{cited.group().strip()} leads nowhere: {lack}"
            continue
        if section not in documents.sections[name]:
            shown = f"{SIGN}{section}" if own else f"{name} {SIGN}{section}"
            yield f"{shown} leads nowhere: {name}.md has no section {section}"
    if line.count(SIGN) > len(_CITATION.findall(line)):
        yield f"a {SIGN} that is no citation: write the document's name, a blank, {SIGN} and the number"


def _anchors(text):
    """The anchors that GitHub gives to headings."""
    met, anchors = {}, set()
    for _, title in _headings(text):
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        count = met.get(slug, 0)
        met[slug] = count + 1
        anchors.add(f"{slug}-{count}" if count else slug)
    return anchors


def _links(root, path, text):
    for number, line in _prose(text):
        for link in _LINK.finditer(_CODE.sub("", line)):
            target = link.group(1) or link.group(2)
            if _OUTSIDE.match(target):
                continue
            file, _, anchor = target.partition("#")
            aim = (root / path.parent / file) if file else root / path
            if not aim.exists():
                yield number, f"link to {target}: there is no such file"
            elif anchor and aim.suffix == ".md" and anchor not in _anchors(aim.read_text(encoding="utf-8")):
                yield number, f"link to {target}: that document has no such heading"


def _paths(root, text, top):
    """Files in backquotes, as seen from the top level, but for hidden ones, which a checkout may lack. In the map whatever has a
    slash is taken for one, elsewhere what begins with a folder of the top level."""
    for number, line in _prose(text):
        for named in _PATH.findall(line):
            meant = "/" in named if top is None else named.split("/")[0] in top and "/" in named
            if meant and "/." not in named and not (root / named).exists():
                yield number, f"{named}: there is no such file"


def _imports(root, text, files):
    """Imports between modules of the server that the map's table does not allow."""
    allowed = _allowed(text)
    if not allowed:
        yield f"{_MAP}: the table '{_ALLOWED}' is not there"
    for path in files:
        # Tests may look at whatever they need.
        is_test = "contract" in path.parts or path.stem.endswith("tests")
        if path.suffix != ".rs" or _LAYERED not in path.parents or is_test:
            continue
        module = path.relative_to(_LAYERED).parts[0].removesuffix(".rs")
        if module not in allowed:
            if module not in ("lib", "main"):
                yield f"{path}:1: {_MAP} says nothing about the module {module}"
            continue
        # The tests of a module stand at the end of its file.
        code = _TESTS.split((root / path).read_text(encoding="utf-8"), maxsplit=1)[0]
        for number, line in enumerate(code.splitlines(), 1):
            named = _IMPORT.findall(line.split("//")[0])
            targets = {one for inside, single in named for one in re.findall(r"\w+(?=::|,|\s*$)", inside) or [single]}
            for target in sorted(targets - allowed[module] - {module}):
                if target in allowed and "*" not in allowed[module]:
                    yield f"{path}:{number}: {module} imports {target}, which {_MAP} does not allow"


def _allowed(text):
    """The table of imports: module to the modules that it may import, `*` among them for all."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.strip() == _ALLOWED:
            break
    allowed = {}
    for line in lines:
        if not line.startswith("|"):
            break
        module, targets = (cell.strip() for cell in line.strip("|").split("|")[:2])
        if module.startswith("`"):
            allowed[module.strip("`")] = {"*"} if targets == "everything" else set(re.findall(r"`(\w+)`", targets))
    return allowed


def check(tally):
    """Counts as checks of a part: that a planted fault is found, and that there is none."""
    tally.check("references: planted faults are found", _planted())
    found = problems(tally.run.root)
    tally.check("references", "\n        ".join(found) or None)


def _planted():
    """What is wrong with this module itself: None if it finds each planted fault and nothing else."""
    files = {
        "a/docs/rules.md": "# Rules\n\n## 1 One\n\n### 1.1 Inner\n\n[two](#2-two), [else](../../x.md#here)\n\n## 2 Two\n",
        "x.md": "# Here\n\n```\n[not a link](nowhere.md)\n```\n`[nor this](nowhere.md)`\n",
        "a/good.rs": f"//! Kept by rules {SIGN}1.1 and rules {SIGN}2.\n",
        "a/section.rs": f"// rules {SIGN}3\n",
        "a/document.rs": f"// rule {SIGN}1\n",
        "a/bare.rs": f"// {SIGN}1\n",
        "a/sign.rs": f"// rules {SIGN} 1\n",
        "file.md": "[gone](a/gone.md) `application/json` `a/good.rs`\n\n`a/gone.rs`\n",
        "anchor.md": "[gone](a/docs/rules.md#3-three)\n",
        _MAP: f"`a/good.rs` and `a/gone.rs`\n\n{_ALLOWED}\n|---|---|\n| `low` | |\n| `high` | `low` |\n| `top` | everything |\n",
        f"{_LAYERED}/low/mod.rs": "use crate::low::x;\nuse crate::high::x; // crate::top\n",
        f"{_LAYERED}/high.rs": "use crate::low;\n/// See [`top`](crate::top).\n",
        f"{_LAYERED}/top.rs": "use crate::{low, high::x};\n",
        f"{_LAYERED}/low/inner.rs":
            "#[cfg(test)]\nmod tests;\n\nuse crate::top::x;\n#[cfg(test)]\nmod tests {\n    use crate::top;\n}\n",
        f"{_LAYERED}/new.rs": "\n",
        "b/docs/own.md": f"# Own\n\n## 1 One\n\n{SIGN}1 and {SIGN}2\n",
    }
    expected = ["a/section.rs:1", "a/document.rs:1", "a/bare.rs:1", "a/sign.rs:1", "file.md:1", "file.md:3", "anchor.md:1",
                f"{_MAP}:1", "b/docs/own.md:5", f"{_LAYERED}/low/mod.rs:2", f"{_LAYERED}/low/inner.rs:4", f"{_LAYERED}/new.rs:1"]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = problems(folder, [Path(name) for name in files])
    places = sorted(":".join(line.split(":")[:2]) for line in found)
    return None if places == sorted(expected) else f"found {found}, planted {expected}"


if __name__ == "__main__":
    top = Path(__file__).resolve().parents[2]
    fault = _planted()
    wrong = ([f"the check itself is broken: {fault}"] if fault else []) + problems(top)
    print("\n".join(wrong) or "everything that is pointed at is there")
    sys.exit(1 if wrong else 0)
