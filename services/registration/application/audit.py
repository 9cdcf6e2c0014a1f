"""What is remembered of who did and who saw what: a line before it happens, in the chain of the audit log.

So nothing that is remembered can have happened without its line; a line of what was then refused may stand there, too.
"""

from typing import Any

from services.registration.application import commands as c
from services.registration.application.ports import Ports
from services.registration.domain.export import Export
from shared.commands import SYSTEM, Actor, Command

AT_THE_DOOR = (c.CheckIn, c.TakeInScans)
"""Every scan has its own line with who scanned, and is a fact; a door does not wait for this one."""


class Audit:
    """Lines for the log; ids and codes, staff's reasons, nobody's data."""

    def __init__(self, ports: Ports) -> None:
        self._log = ports.audit
        self._clock = ports.clock

    async def asked(self, command: Command[Any]) -> None:
        """What staff ask for; others' changes are chained as facts, and so is what the service itself follows up."""
        actor = command.actor
        if actor.roles and actor is not SYSTEM and not isinstance(command, AT_THE_DOOR):
            await self._asked(command)

    async def asked_by_holder(self, command: c.ErasePerson) -> None:
        """What a person does with their own data; their code was looked at, so no stranger makes the log grow."""
        if not command.actor.roles:
            await self._asked(command)

    async def list_revealed(self, actor: Actor, export: Export, groups: tuple[str, ...]) -> None:
        """Whole names and numbers of a point leave the vault."""
        about = {"point_id": export.point_id, "export_id": export.id, "groups": groups}
        await self._note(actor, "reveal", about, export.reason)

    async def person_revealed(self, actor: Actor, point_id: str, registration_id: str, groups: tuple[str, ...]) -> None:
        """Somebody sees everything of one registration."""
        about = {"point_id": point_id, "registration_id": registration_id, "groups": groups}
        await self._note(actor, "reveal", about, None)

    async def _asked(self, command: Command[Any]) -> None:
        said = vars(command).items()
        about = {name: value for name, value in said if name.endswith("_id") and isinstance(value, str)}
        await self._note(command.actor, type(command).__name__, about, getattr(command, "reason", None))

    async def _note(self, actor: Actor, what: str, about: dict[str, Any], why: str | None) -> None:
        who = actor.subject if actor.roles else "holder of the claim code"
        await self._log.note(
            {
                "at": self._clock.now().isoformat(),
                "what": what,
                "who": who,
                "roles": sorted(actor.roles),
                "about": about,
                "why": why,
            }
        )
