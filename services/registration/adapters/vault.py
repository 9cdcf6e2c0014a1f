"""The contact vault: one collection, fields encrypted, `_id` = activity and blind index of the phone number.

    {_id, rev, registration_id, point_id, name, phone, id_number, email}

So one person has one place per activity, and nothing readable leaves this module but through `contacts`.
`rotation` seals it anew under another key.
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from services.registration.application.ports import Contact, Kept, Place
from shared.errors import Problem
from shared.ids import readable_code, same_code
from shared.security.vault import FieldCipher, Ring
from shared.storage.ports import Documents, DuplicateId

FIELDS = ("name", "phone", "id_number", "email")
REACHED = ("name", "phone")
ADDRESSES = ("name", "phone", "email")
PORTION = 200  # contacts opened at one go: some milliseconds of the event loop, and then it is others' turn


class MongoVault:
    """`application.ports.Vault`."""

    def __init__(self, documents: Documents, ring: Ring) -> None:
        self._documents = documents
        self._cipher = FieldCipher(ring)

    async def prepare(self) -> None:
        """Declare the index of a point's people, and the key by which one registration is found without a walk."""
        await self._documents.index([("point_id", 1)])
        await self._documents.index([("registration_id", 1)], unique=True)

    @asynccontextmanager
    async def claim(
        self, activity_id: str, point_id: str, registration_id: str, contact: Contact
    ) -> AsyncIterator[Place]:
        sealed = self._sealed(activity_id, point_id, registration_id, contact)
        try:
            await self._documents.insert({**sealed, "rev": 1})
            place, found_mine = Place(registration_id, point_id), False
        except DuplicateId:
            held = await self._documents.get(sealed["_id"]) or sealed
            place = Place(held["registration_id"], held["point_id"])
            found_mine = place.holder == registration_id
        try:
            yield place
        except Problem as refused:
            if refused.status < 500 and not found_mine:  # what an earlier attempt wrote goes with retention
                await self._give_back(sealed["_id"], registration_id)
            raise

    async def take_over(self, activity_id: str, point_id: str, registration_id: str, contact: Contact) -> bool:
        sealed = self._sealed(activity_id, point_id, registration_id, contact)
        held = await self._documents.get(sealed["_id"])
        if held is None:
            await self._documents.insert({**sealed, "rev": 1})
            return True
        return await self._documents.replace({**sealed, "rev": held["rev"] + 1}, rev=held["rev"])

    def person(self, contact: Contact) -> str:
        return self._cipher.blind(normalised(contact.phone))

    async def contacts(self, point_id: str, wanted: Collection[str] = REACHED) -> dict[str, Contact]:
        found = await self._documents.find({"point_id": point_id}, fields=("registration_id", *wanted))
        opened = {}
        for number, each in enumerate(found, start=1):
            opened[each["registration_id"]] = self._opened(each, wanted)
            if number % PORTION == 0:
                await asyncio.sleep(0)
        return opened

    async def kept(self, point_id: str) -> list[Kept]:
        found = await self._documents.find({"point_id": point_id}, fields=("rev", "registration_id", *FIELDS))
        return [_kept(each) for each in found]

    async def kept_of(self, point_id: str, registration_id: str) -> Kept | None:
        found = await self._documents.find(
            {"registration_id": registration_id}, limit=1, fields=("rev", "registration_id", "point_id", *FIELDS)
        )
        return _kept(found[0]) if found and found[0]["point_id"] == point_id else None

    async def opened(self, kept: Kept) -> Contact | None:
        document = await self._documents.get(kept.place)
        whole = document is not None and document["registration_id"] == kept.registration_id
        return self._opened(document, FIELDS) if document and whole else None

    async def erase(self, kept: Kept, field: str | None = None) -> bool:
        if field is None:
            return await self._documents.delete(kept.place, rev=kept.rev)
        held = await self._documents.get(kept.place)
        if held is None or held["rev"] != kept.rev:
            return False
        return await self._documents.replace({**held, field: None, "rev": kept.rev + 1}, rev=kept.rev)

    async def contact(self, registration_id: str) -> Contact | None:
        found = await self._documents.find({"registration_id": registration_id}, limit=1)
        return self._opened(found[0], ADDRESSES) if found else None

    async def _give_back(self, place: str, registration_id: str) -> None:
        """A refused registration leaves no contact behind, unless the place is another's."""
        held = await self._documents.get(place)
        if held and held["registration_id"] == registration_id:
            await self._documents.delete(place, rev=held["rev"])

    def _sealed(self, activity_id: str, point_id: str, registration_id: str, contact: Contact) -> dict[str, Any]:
        phone = normalised(contact.phone)
        place = f"{activity_id}:{self._cipher.blind(phone)}"
        values = {"name": contact.name, "phone": phone, "id_number": contact.id_number, "email": contact.email}
        return {
            "_id": place,
            "registration_id": registration_id,
            "point_id": point_id,
            **{name: value and self._cipher.seal(value, where(place, name)) for name, value in values.items()},
        }

    def _opened(self, document: dict[str, Any], wanted: Collection[str]) -> Contact:
        place = document["_id"]
        known = {name: document[name] for name in wanted if document.get(name)}
        opened = {name: self._cipher.open(value, where(place, name)) for name, value in known.items()}
        return Contact(**{"name": "", "phone": ""} | opened)


def _kept(document: dict[str, Any]) -> Kept:
    fields = frozenset(name for name in FIELDS if document.get(name))
    return Kept(document["_id"], document["rev"], document["registration_id"], fields)


def where(place: str, field: str) -> str:
    """To which a sealed value is bound: it opens nowhere else."""
    return f"vault|{place}|{field}"


class KeyedCodes:
    """`application.ports.Codes`: derived from the installation's keys, never stored."""

    def __init__(self, ring: Ring) -> None:
        self._secret = ring.latest().codes

    def claim_code(self, registration_id: str) -> str:
        return readable_code(self._secret, f"registration:{registration_id}")

    def matches(self, registration_id: str, code: str) -> bool:
        """Whether this is the claim code, however it was typed; takes the same time either way."""
        return same_code(self.claim_code(registration_id), code)

    def draw_seed(self, point_id: str) -> str:
        return hmac.new(self._secret, f"draw:{point_id}".encode(), hashlib.sha256).hexdigest()


def normalised(phone: str) -> str:
    """Mainland mobile numbers in one form, whatever was typed around them."""
    return re.sub(r"^(\+?86|0086)", "", re.sub(r"[\s-]", "", phone))
