"""Publicity: recorded by a host, or by the office for one."""

from services.reporting.application.commands import RecordPublicity
from services.reporting.application.ports import Ports
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.publicity import Publicity
from shared.commands import Actor


class PublicityHandlers:
    """Handlers for publicity."""

    def __init__(self, ports: Ports) -> None:
        self._dossiers = ports.dossiers
        self._clock = ports.clock

    async def record(self, command: RecordPublicity) -> Publicity:
        id_, now = command.new_id("publicity"), self._clock.now()

        def record(dossier: Dossier) -> Publicity:
            unit_id = command.unit_id or _own_unit(command.actor, dossier.known.hosts)
            command.actor.must_act_for(unit_id)
            publicity = Publicity(id_, unit_id, command.kind, command.channel, command.url, command.published_at)
            return dossier.record_publicity(publicity, now)

        return await self._dossiers.change(command.activity_id, record, once=command.once, answer=Publicity)


def _own_unit(actor: Actor, hosts: tuple[str, ...]) -> str:
    """The caller's unit among the hosts; the lead for everybody else."""
    return next((each for each in hosts if each in actor.units), hosts[0])
