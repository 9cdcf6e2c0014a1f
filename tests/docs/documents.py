"""The documents of the repository, and what in them can be checked."""

import re
from collections.abc import Iterator
from pathlib import Path

from deploy.local.targets import targets

ROOT = Path(__file__).resolve().parents[2]
README, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"[\w.*<>/-]+")
_MAKE = re.compile(r"\bmake((?: [a-z]+)+)")
_ROOMS = {"services", "shared", "deploy", "tests", "docs", "k8s"}
_FILES = (".py", ".md", ".java", ".toml", ".yaml", ".lock")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return [body for named, body in _FENCED.findall(text) if named == language]


def spans(text: str) -> set[str]:
    """What stands between single backticks, outside fenced blocks."""
    return set(_SPAN.findall(_FENCED.sub("", text)))


def links(text: str) -> list[str]:
    """Targets of links into the repository, without anchors."""
    found = [each.partition("#")[0] for each in _LINK.findall(_FENCED.sub("", text))]
    return [each for each in found if each and "://" not in each]


def broken_links(document: Path, text: str) -> list[str]:
    """Links of this document that lead nowhere."""
    return [each for each in links(text) if not (document.parent / each).exists()]


def missing_paths(text: str) -> list[str]:
    """Paths named in backticks that are not there: from the root, or (a file's name alone) anywhere in a room."""
    return [each for each in spans(text) if _PATH.fullmatch(each) and _names_a_path(each) and not any(_found(each))]


def unknown_targets(text: str, makefile: str) -> set[str]:
    """Targets after `make`, in code of either kind, that the Makefile lacks."""
    code = [*spans(text), *blocks(text, "sh")]
    named = {word for each in code for found in _MAKE.findall(each) for word in found.split()}
    return named - targets(makefile).keys()


def _names_a_path(span: str) -> bool:
    return not span.startswith("/") and (("/" in span and span.partition("/")[0] in _ROOMS) or span.endswith(_FILES))


def _found(path: str) -> Iterator[Path]:
    pattern = re.sub(r"<[^>]*>", "*", path).rstrip("/")
    yield from ROOT.glob(pattern)
    if path.partition("/")[0] not in _ROOMS:
        for room in _ROOMS:
            yield from (ROOT / room).rglob(pattern)
