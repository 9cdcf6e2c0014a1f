"""A YAML file read so that every fault can be shown with its line: malformed text, a key twice, a wrong value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from deploy.data.errors import DataFileError, Fault, FieldPath


class _StrictLoader(yaml.SafeLoader):
    """The safe loader, which also refuses a key that stands twice, and says the line of a day that does not exist."""

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> date | datetime:
        try:
            moment: date | datetime = super().construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.MarkedYAMLError(problem=f"not a date: {error}", problem_mark=node.start_mark) from error
        return moment

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


# Constructors are looked up by tag, not by name: the override has to be registered.
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _StrictLoader.construct_yaml_timestamp)


@dataclass(frozen=True)
class Document:
    """One parsed file: its plain data, and the nodes that know the lines."""

    path: Path
    data: Any
    root: yaml.Node | None

    def fault(self, where: FieldPath, reason: str) -> Fault:
        """The fault at `where` (keys and indexes from the top), with the line of the nearest part that exists."""
        node, line, shown = self.root, self.root.start_mark.line + 1 if self.root else None, list[str]()
        for position, part in enumerate(where):
            child = _child(node, part)
            if child is not None:
                line, node = child
            elif position < len(where) - 1:
                continue  # the name of a variant, which the validator adds to the path
            shown.append(str(part))
        return Fault(self.path, line, ".".join(shown), reason)


def read_document(path: Path) -> Document:
    """Parses one YAML file. Raises `DataFileError` when it is absent, not UTF-8, or not well-formed."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataFileError([Fault(path, None, "", "the file does not exist")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError([Fault(path, None, "", f"the file cannot be read as UTF-8: {error}")]) from None
    loader = _StrictLoader(text)
    try:
        root = loader.get_single_node()
        data = loader.construct_document(root) if root is not None else None
    except (yaml.YAMLError, ValueError) as error:
        raise DataFileError([_malformed(path, error)]) from None
    return Document(path, data, root)


def _malformed(path: Path, error: Exception) -> Fault:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return Fault(path, error.problem_mark.line + 1, "", f"malformed YAML: {error.problem}")
    return Fault(path, None, "", f"malformed YAML: {error}")


def _child(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    """What stands under a key or an index, and its line from 1: that of the key, or of the item's beginning."""
    if isinstance(node, yaml.MappingNode):
        found = [(key, value) for key, value in node.value if key.value == str(part)]
        return (found[0][0].start_mark.line + 1, found[0][1]) if found else None
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item: yaml.Node = node.value[part]
        return item.start_mark.line + 1, item
    return None
