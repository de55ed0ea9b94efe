"""What documentation refers to: links with their anchors, files, and tests by name."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from countersign.hazards import anchor

ROOT = Path(__file__).parents[2]
_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^()\s<>]+)>?(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_TEST = re.compile(r"\b(tests/[\w/]+\.py)::(\w+)")
_FOLDERS = "services|shared|countersign|deploy|docs|tests|bench"
_PATH = re.compile(rf"(?:{_FOLDERS})/[\w\-./*{{}},]*")


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def links(page: Path) -> Iterator[str]:
    """Where a page links to within the repository."""
    text = _INLINE.sub("", _FENCED.sub("", page.read_text()))
    for target in _LINK.findall(text):
        if not re.match(r"[a-z][a-z0-9+.\-]*:", target):
            yield target


def leads_nowhere(page: Path, target: str) -> bool:
    """Whether a link has no file, or no heading, to lead to."""
    path, _, fragment = unquote(target).partition("#")
    found = (page.parent / path).resolve() if path else page
    if not found.is_relative_to(ROOT) or not found.exists():
        return True
    return bool(fragment) and (found.suffix != ".md" or fragment not in anchors(found))


@cache
def anchors(page: Path) -> frozenset[str]:
    """What headings are linked by; the second of one name has a number after it."""
    found: dict[str, int] = {}
    names = []
    for heading in _HEADING.findall(_FENCED.sub("", page.read_text())):
        name = anchor(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading))
        names.append(f"{name}-{found[name]}" if name in found else name)
        found[name] = found.get(name, 0) + 1
    return frozenset(names)


def named_tests(page: Path) -> set[str]:
    return {f"{path}::{name}" for path, name in _TEST.findall(page.read_text())}


def is_a_test(reference: str) -> bool:
    """Whether `tests/….py::test_…` is there."""
    path, _, name = reference.partition("::")
    return name.startswith("test_") and name in _functions(ROOT / path)


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    defined = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text())
    return frozenset(each.name for each in ast.walk(tree) if isinstance(each, defined))


def paths_named(page: Path) -> set[str]:
    """Files and folders that a page names in code, from the top; `{a,b}` is each of them."""
    found: set[str] = set()
    for code in _INLINE.findall(_FENCED.sub("", page.read_text())):
        whole = code.partition("::")[0].strip()
        if _PATH.fullmatch(whole):
            found.update(_each(whole))
    return found


def is_a_path(path: str) -> bool:
    return any(ROOT.glob(path.rstrip("/"))) if "*" in path else (ROOT / path).exists()


def _each(path: str) -> Iterator[str]:
    choice = re.search(r"\{([^{}]*)\}", path)
    if choice is None:
        yield path
        return
    for one in choice[1].split(","):
        yield from _each(path[: choice.start()] + one + path[choice.end() :])
