"""A content-addressed store in a folder: `sha256/<first two digits>/<digest>`, written once, never changed.

A file is collected under `incoming/`, made durable, and appears under its digest by one rename: so what is there is
whole, and the same content is kept once. Names given by people never become paths.
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from services.reporting.adapters.content import file_type
from services.reporting.domain.material import Content
from shared.errors import Invalid, Problem, TooLarge, Unavailable, not_found
from shared.time import SystemClock

_PIECE = 256 * 1024
_LEFT_BEHIND = timedelta(days=1)  # younger ones may be another replica's


class Damaged(Problem):
    """What is kept is not what was filed: the disk or somebody changed it."""

    status = 500


class ContentStore:
    """`services.reporting.application.ports.FileStore` over a folder of one file system."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._incoming = folder / "incoming"
        self._kept = folder / "sha256"
        self._max_bytes = max_bytes

    def prepare(self) -> None:
        """Make the folders and forget what a crash left half-way. Raises ValueError that names the setting."""
        try:
            for each in (self._incoming, self._kept):
                each.mkdir(parents=True, exist_ok=True)
            for each in self._incoming.iterdir():
                if _age(each) > _LEFT_BEHIND:
                    each.unlink(missing_ok=True)
        except OSError as error:
            raise ValueError(f"OPENDAY_STORE_DIR: {error.filename} cannot be used ({error.strerror})") from error

    async def put(self, chunks: AsyncIterator[bytes], declared: str | None) -> Content:
        collected = self._incoming / secrets.token_hex(16)
        try:
            with _answers():
                digest, size = await self._collect(chunks, collected)
                return await asyncio.to_thread(self._keep, collected, digest, size, declared)
        finally:
            collected.unlink(missing_ok=True)

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        file = self._place(sha256)
        with _answers():
            if not await asyncio.to_thread(file.is_file):
                raise not_found("file")
            if await asyncio.to_thread(_digest, file) != sha256:
                raise Damaged(
                    "file_damaged",
                    "文件已损坏，请联系管理员从备份恢复。",
                    "The stored file is damaged; an administrator must restore it from a backup.",
                )
        return _pieces(file)

    async def _collect(self, chunks: AsyncIterator[bytes], file: Path) -> tuple[str, int]:
        """Write what comes, chunk by chunk; its digest and size."""
        digest, size = hashlib.sha256(), 0
        with file.open("xb") as out:
            async for chunk in chunks:
                size += len(chunk)
                if size > self._max_bytes:
                    raise TooLarge(
                        "too_large", "文件过大，请压缩后重试。", "The file is too large.", cap_bytes=self._max_bytes
                    )
                digest.update(chunk)
                await asyncio.to_thread(out.write, chunk)
            await asyncio.to_thread(_flush, out)
        return digest.hexdigest(), size

    def _keep(self, collected: Path, digest: str, size: int, declared: str | None) -> Content:
        if size == 0:
            raise Invalid("empty_file", "文件为空。", "The file is empty.")
        content = Content(digest, size, file_type(collected, declared))
        place = self._place(digest)
        place.parent.mkdir(exist_ok=True)
        collected.replace(place)
        for folder in (place.parent, self._kept):
            _sync_folder(folder)
        return content

    def _place(self, sha256: str) -> Path:
        return self._kept / sha256[:2] / sha256


@contextmanager
def _answers() -> Iterator[None]:
    """A disk that is full or away is said as such."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "store_away",
            "文件存储暂不可用，请稍后重试。",
            "The file store cannot be written or read; try again later.",
            retry_after=30,
            cause=type(error).__name__,
        ) from error


def _age(file: Path) -> timedelta:
    return SystemClock().now() - datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _flush(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


async def _pieces(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as content:
        while piece := await asyncio.to_thread(content.read, _PIECE):
            yield piece
