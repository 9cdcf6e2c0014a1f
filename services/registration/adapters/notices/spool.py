"""The channel `file`: every message as a file that only the service's own user can read.

For demonstrations, and for a district whose own program takes the files and sends them. A message that is written again
after a crash has the same name and stands once. What nobody took is removed after KEPT.

    <spool>/<what the id says, with dots>.json   {id, kind, name, phone, subject, text, written_at}
"""

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path

from services.registration.application.notice_ports import Message
from services.registration.application.ports import Contact
from services.registration.domain.delivery import Outcome, Postponed, Sent
from shared.time import Clock

KEPT = 7 * 24 * 3600.0  # seconds
LOOK = 3600.0  # seconds between two looks for what is to be removed


class Spool:
    """`application.notice_ports.Channel`."""

    name = "file"

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._looked = 0.0

    def reaches(self, contact: Contact) -> bool:
        return bool(contact.phone)

    async def send(self, message: Message) -> Outcome:
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            return Postponed(f"spool_{(error.strerror or 'error').lower().replace(' ', '_')}"[:60])
        return Sent()

    def _write(self, message: Message) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        said = {
            "id": message.id,
            "kind": message.kind,
            "name": message.to.name,
            "phone": message.to.phone,
            "subject": message.words.subject,
            "text": message.words.text,
            "written_at": self._clock.now().isoformat(),
        }
        file = self._folder / f"{message.id.replace(':', '.')}.json"
        fresh = file.with_suffix(".part")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(said, out, ensure_ascii=False, indent=1)
        written = fresh.stat().st_mtime
        fresh.replace(file)
        if written - self._looked >= LOOK:
            self._looked = written
            self._remove_older(written - KEPT)

    def _remove_older(self, than: float) -> None:
        """In the machine's time, which the files have: contact data does not stay because somebody forgot it."""
        for each in self._folder.iterdir():
            with suppress(FileNotFoundError):  # the district's program has taken it at this moment
                if each.suffix in (".json", ".part") and each.stat().st_mtime < than:
                    each.unlink()
