"""The vault's keys as a running process knows them, and how an operator changes them: one file, written whole.

    {"current", "encryption": {key id: key}, "blind_index", "codes", "made": {key id: time}, "used": {key id: time}}

A process looks whether the file has changed at most once a second, and at once when it meets a key that it does not
know. So a new key is added first, becomes current when every process has seen it, and goes when nothing needs it.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.logging import get_logger
from shared.security.vault import KEY_BYTES, Keys
from shared.time import elapsed

LOOK = 1.0  # seconds

Stored = dict[str, Any]


class KeyFile:
    """`shared.security.vault.Ring` over a file. One that has become unreadable is logged; the last good keys stay."""

    def __init__(self, file: Path, *, now: Callable[[], float] = elapsed) -> None:
        """Raises ValueError that names the file."""
        self._file = file
        self._now = now
        self._seen = _stamp(file)
        self._keys = Keys.read(file)
        self._looked = now()

    def latest(self, kid: str = "") -> Keys:
        """The keys; when they lack `kid`, the file is read again first."""
        now = self._now()
        if now - self._looked > LOOK or (kid and kid not in self._keys.encryption):
            self._looked = now
            self._look()
        return self._keys

    def _look(self) -> None:
        stamp = _stamp(self._file)
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._keys = Keys.read(self._file)
        except ValueError:
            get_logger().error("vault_keys_unreadable")
        else:
            get_logger().info("vault_keys_changed", current=self._keys.current, keys=sorted(self._keys.encryption))


def stored(file: Path) -> Stored:
    """What stands in the file, checked. Raises ValueError that names the file, never its content."""
    Keys.read(file)
    found: Stored = json.loads(file.read_text())
    return {"made": {}, "used": {}} | found


def with_key(before: Stored, kid: str, at: datetime) -> Stored:
    """With a fresh key, which is not used yet."""
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    made = before["made"] | {kid: at.isoformat()}
    return before | {"encryption": before["encryption"] | {kid: key}, "made": made}


def with_current(before: Stored, kid: str, at: datetime) -> Stored:
    """Seals with this key from now on."""
    return before | {"current": kid, "used": before["used"] | {kid: at.isoformat()}}


def without_key(before: Stored, kid: str) -> Stored:
    """What was sealed with it cannot be opened any more."""
    inside = ("encryption", "made", "used")
    gone = {name: {key: value for key, value in before[name].items() if key != kid} for name in inside}
    return before | gone


def fresh_kid() -> str:
    """An id as set-up makes them."""
    return secrets.token_hex(4)


def write(file: Path, content: Mapping[str, Any]) -> None:
    """In place of the file, at once and for its owner alone. Raises OSError."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(content, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return found.st_mtime_ns, found.st_ino, found.st_size
