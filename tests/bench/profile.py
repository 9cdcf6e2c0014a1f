"""Where a program's processor time went: by what it is made of, and by function."""

import json
import sysconfig
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.bench.figures import table
from tests.bench.profiled import Stack
from tests.bench.programs import ROOT

LINES = 18
HOUSE, KERNEL, REST = "ours: the service", "ours: the kernel", "Python itself, and waiting for work"
_PARTS: Mapping[str, tuple[str, ...]] = {
    "HTTP: uvicorn, Starlette, FastAPI": ("uvicorn", "httptools", "starlette", "fastapi", "anyio"),
    "validation: pydantic": ("pydantic", "pydantic_core"),
    "database driver: Motor, PyMongo, BSON": ("motor", "pymongo", "bson", "gridfs"),
    "broker client: aiokafka": ("aiokafka",),
    "log: structlog": ("structlog",),
    "metrics: prometheus-client": ("prometheus_client",),
    "cryptography": ("cryptography", "joserfc"),
}
_PACKAGES = tuple({f"{sysconfig.get_path(each)}/" for each in ("purelib", "platlib")})


def shares(profiles: Mapping[str, Path]) -> str:
    """A table of the parts, a column for each profile; largest first by the first one.

    Python's own library counts to whoever called it.
    """
    found = {name: Counter[str]() for name in profiles}
    for name, profile in profiles.items():
        for stack, count in _stacks(profile).items():
            found[name][next(filter(None, (_part(file) for file, _ in stack)), REST)] += count
    names = list(dict.fromkeys(part for each in found.values() for part, _ in each.most_common()))
    rows = [(part, *(f"{of[part] / of.total():.0%}" for of in found.values())) for part in names]
    return table(("share of processor time", *found), rows)


def functions(profile: Path) -> str:
    """The functions with most time of their own, and with what they call."""
    own, whole = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for stack, count in _stacks(profile).items():
        own[stack[0]] += count
        whole.update(dict.fromkeys(stack, count))
    total = own.total()
    rows = [
        (f"`{_short(file)}` `{name}`", f"{count / total:.1%}", f"{whole[file, name] / total:.1%}")
        for (file, name), count in own.most_common(LINES)
    ]
    return table((f"function ({total} samples)", "its own", "with what it calls"), rows)


def _stacks(profile: Path) -> Mapping[Stack, int]:
    said = json.loads(profile.read_text(encoding="utf-8"))
    return {tuple((file, name) for file, name in stack): count for count, stack in said}


def _part(file: str) -> str | None:
    """What a file belongs to; None for Python's own library."""
    for folder, part in ((ROOT / "services", HOUSE), (ROOT / "shared", KERNEL)):
        if file.startswith(f"{folder}/"):
            return part
    package = _short(file).partition("/")[0].removesuffix(".py")
    return next((part for part, names in _PARTS.items() if package in names), None)


def _short(file: str) -> str:
    """Without the folder it was installed in."""
    for folder in (*_PACKAGES, f"{ROOT}/", f"{sysconfig.get_path('stdlib')}/"):
        file = file.removeprefix(folder)
    return file
