"""A collection in memory that answers like the database: `tests/ports` holds both to the same suite.

Documents pass through BSON, so that dates, bytes and numbers come back as the database would give them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import bson
from bson.codec_options import CodecOptions

from shared.storage.ports import Document, DuplicateId

_OPTIONS: CodecOptions[Document] = CodecOptions(tz_aware=True)

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "$ne": lambda found, wanted: not _same(found, wanted),
    "$gt": lambda found, wanted: _alike(found, wanted) and found > wanted,
    "$gte": lambda found, wanted: _alike(found, wanted) and found >= wanted,
    "$lt": lambda found, wanted: _alike(found, wanted) and found < wanted,
    "$lte": lambda found, wanted: _alike(found, wanted) and found <= wanted,
    "$in": lambda found, wanted: any(_same(found, each) for each in wanted),
}


class MemoryDocuments:
    """`shared.storage.ports.Documents`; an operator of the query language that nobody uses here is refused."""

    def __init__(self) -> None:
        self._stored: dict[str, bytes] = {}
        self._unique: list[tuple[str, ...]] = []

    async def get(self, id_: str) -> Document | None:
        return self.look(id_)

    async def insert(self, document: Document) -> None:
        if document["_id"] in self._stored:
            raise DuplicateId(str(document["_id"]))
        self._keep(document)

    async def replace(self, document: Document, *, rev: int) -> bool:
        stored = self.look(document["_id"])
        if stored is None or stored.get("rev") != rev:
            return False
        try:
            self._keep(document)
        except DuplicateId:  # another unique key is taken
            return False
        return True

    async def delete(self, id_: str, *, rev: int | None = None) -> bool:
        if rev is not None and (self.look(id_) or {}).get("rev") != rev:
            return False
        return self._stored.pop(id_, None) is not None

    async def find(
        self,
        where: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Sequence[str] = (),
    ) -> list[Document]:
        found = [each for each in self.all() if _matches(each, where)]
        for path, direction in reversed(sort):
            found.sort(key=lambda each: _rank(_at(each, path)), reverse=direction < 0)
        found = found[:limit] if limit else found
        return [_only(each, ("_id", *fields)) for each in found] if fields else found

    async def index(self, keys: Sequence[tuple[str, int]], *, unique: bool = False) -> None:
        if unique:
            self._unique.append(tuple(path for path, _ in keys))

    def look(self, id_: str) -> Document | None:
        """What stands there now, for those who judge."""
        stored = self._stored.get(id_)
        return None if stored is None else bson.decode(stored, _OPTIONS)

    def ids(self) -> list[str]:
        """Of everything that stands there now."""
        return list(self._stored)

    def raw(self, id_: str) -> bytes | None:
        """The stored bytes: another object whenever something was written."""
        return self._stored.get(id_)

    def all(self) -> Iterator[Document]:
        """Everything that stands there now, in the order of insertion."""
        for stored in list(self._stored.values()):
            yield bson.decode(stored, _OPTIONS)

    def _keep(self, document: Document) -> None:
        for paths in self._unique:
            values = [_at(document, path) for path in paths]
            for each in self.all():
                if each["_id"] != document["_id"] and [_at(each, path) for path in paths] == values:
                    raise DuplicateId(str(document["_id"]))
        self._stored[document["_id"]] = bson.encode(document)


def _at(document: Document, path: str) -> Any:
    value: Any = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _only(document: Mapping[str, Any], paths: Sequence[str]) -> Document:
    """What stands at these paths, where it stands; through lists no path leads."""
    kept: Document = {}
    for name, value in document.items():
        inner = [rest for first, _, rest in (path.partition(".") for path in paths) if first == name]
        if "" in inner:
            kept[name] = value
        elif inner and isinstance(value, Mapping):
            kept[name] = _only(value, inner)
    return kept


def _matches(document: Document, where: Mapping[str, Any]) -> bool:
    return all(_meets(_at(document, path), wanted) for path, wanted in where.items())


def _meets(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping) and any(name.startswith("$") for name in wanted):
        return all(_COMPARED[name](found, value) for name, value in wanted.items())
    return _same(found, wanted)


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, list) and not isinstance(wanted, list):
        return any(_same(each, wanted) for each in found)
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


def _alike(found: Any, wanted: Any) -> bool:
    """The database compares within a kind alone: a number is neither before nor after a text."""
    return found is not None and (isinstance(found, type(wanted)) or {type(found), type(wanted)} <= {int, float})


def _rank(value: Any) -> tuple[int, Any]:
    """The database's order of kinds, as far as we sort: nothing, numbers, texts, dates."""
    if value is None:
        return (0, 0)
    return ({int: 1, float: 1, str: 2, bytes: 3, bool: 4}.get(type(value), 5), value)
