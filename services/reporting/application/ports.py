"""What reporting's application needs from outside."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from services.reporting.domain.dossier import Dossier
from services.reporting.domain.filing import FilingRule
from services.reporting.domain.material import Content
from shared.metrics import Metrics
from shared.repository import Repository
from shared.time import Clock


class FileStore(Protocol):
    """The bytes of filed materials, addressed by their SHA-256. All raise Unavailable when it is away."""

    async def put(self, chunks: AsyncIterator[bytes], declared: str | None) -> Content:
        """Keeps a file: durable when this returns, once however often it comes. Its type is read from its content.

        `declared` is the media type that its sender named, if any. Raises Invalid: empty, not an allowed type, or not
        what was declared; TooLarge. What the source raises leaves nothing behind.
        """

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The file, after its content was found to be unchanged. Raises NotFound; Damaged when it is not."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Filled in by `main`."""

    dossiers: Repository[Dossier]
    files: FileStore
    rule: FilingRule
    clock: Clock
    metrics: Metrics
