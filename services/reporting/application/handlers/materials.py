"""Material sets: files in and out, submission by the lead host, return and acceptance by the office."""

from services.reporting.application import commands as c
from services.reporting.application.ports import Ports
from services.reporting.domain.dossier import Dossier
from services.reporting.domain.filing import Filing
from services.reporting.domain.material import StoredFile, checked_name


class MaterialHandlers:
    """Handlers for material sets. Any host may bring files; the lead files for all (policy clause six (2))."""

    def __init__(self, ports: Ports) -> None:
        self._dossiers = ports.dossiers
        self._files = ports.files
        self._rule = ports.rule
        self._clock = ports.clock
        self._metrics = ports.metrics

    async def upload(self, command: c.UploadFile) -> StoredFile:
        """Refuses what it can before a byte is read; what is refused afterwards leaves unreferenced content only."""
        id_ = command.activity_id
        name = checked_name(command.name) if command.name else None

        def admit(dossier: Dossier) -> None:
            command.actor.must_act_for(*dossier.known.hosts)
            dossier.must_take_files()

        admit(await self._dossiers.get(id_))
        content = await self._files.put(command.content, command.declared_type)
        file = StoredFile(command.kind, content.sha256, content.size, content.type, name, self._clock.now())

        def attach(dossier: Dossier) -> StoredFile:
            admit(dossier)
            return dossier.attach(file)

        return await self._dossiers.change(id_, attach)

    async def remove(self, command: c.RemoveFile) -> None:
        def detach(dossier: Dossier) -> None:
            command.actor.must_act_for(*dossier.known.hosts)
            dossier.detach(command.kind, command.sha256)

        await self._dossiers.change(command.activity_id, detach)

    async def submit(self, command: c.SubmitMaterials) -> Filing:
        now = self._clock.now()

        def submit(dossier: Dossier) -> Filing:
            command.actor.must_act_for(dossier.known.lead)
            return dossier.submit(now, self._rule)

        filing = await self._dossiers.change(
            command.activity_id, submit, once=command.once, answer=Filing, version=command.version
        )
        first = filing.filed_at == now
        self._count(("on_time" if filing.on_time else "late") if first else "corrected")
        return filing

    async def return_(self, command: c.ReturnMaterials) -> None:
        now = self._clock.now()
        await self._dossiers.change(
            command.activity_id,
            lambda dossier: dossier.return_(now, command.reason),
            once=command.once,
            version=command.version,
        )
        self._count("returned")

    async def accept(self, command: c.AcceptMaterials) -> None:
        now = self._clock.now()
        await self._dossiers.change(
            command.activity_id,
            lambda dossier: dossier.accept(now),
            once=command.once,
            version=command.version,
        )
        self._count("accepted")

    def _count(self, outcome: str) -> None:
        self._metrics.count("filings_total", outcome=outcome)
