"""Activities as feedback knows them, and the nil return."""

from collections.abc import Callable

from services.feedback.application.commands import AnnounceActivity, CancelActivity, DeclareNilReturn, HoldActivity
from services.feedback.application.ports import Ports
from services.feedback.domain.register import NilReturn, Register


class ActivityHandlers:
    """Handlers for the register as a whole."""

    def __init__(self, ports: Ports) -> None:
        self._registers = ports.registers
        self._clock = ports.clock

    async def announce(self, command: AnnounceActivity) -> None:
        await self._note(command.activity_id, lambda register: register.announce(command.activity))

    async def hold(self, command: HoldActivity) -> None:
        await self._note(command.activity_id, lambda register: register.hold(command.held_at))

    async def cancel(self, command: CancelActivity) -> None:
        await self._note(command.activity_id, lambda register: register.cancel(command.cancelled_at))

    async def declare_nil_return(self, command: DeclareNilReturn) -> NilReturn:
        now = self._clock.now()

        def declare(register: Register) -> NilReturn:
            command.actor.must_act_for(register.announced.lead)
            return register.declare_nil_return(by=command.actor.subject, at=now)

        return await self._registers.change(command.activity_id, declare, once=command.once, answer=NilReturn)

    async def _note(self, activity_id: str, change: Callable[[Register], None]) -> None:
        await self._registers.change_or_create(activity_id, lambda: Register(id=activity_id), change)
