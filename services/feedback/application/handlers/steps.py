"""How every step with an opinion goes: one pure change, done by the responsible unit's people or the office."""

from collections.abc import Callable

from services.feedback.application.commands import StepCommand
from services.feedback.application.ports import Ports
from services.feedback.domain.opinion import Opinion, Standing
from shared.time import Clock


class Steps:
    """Takes steps, answers where the opinion stands then, and counts what happened."""

    def __init__(self, ports: Ports) -> None:
        self._opinions = ports.opinions
        self._metrics = ports.metrics
        self.clock: Clock = ports.clock

    async def by_unit(self, command: StepCommand, outcome: str, step: Callable[[Opinion], None]) -> Standing:
        """A step of the responsible unit or the office. Raises Forbidden to others."""

        def allowed(opinion: Opinion) -> None:
            command.actor.must_act_for(opinion.unit_id)
            step(opinion)

        return await self.take(command, outcome, allowed)

    async def take(self, command: StepCommand, outcome: str, step: Callable[[Opinion], None]) -> Standing:
        """A step whose right was checked before. Raises NotFound, and what the step raises."""

        def change(opinion: Opinion) -> Standing:
            step(opinion)
            return opinion.standing()

        standing = await self._opinions.change(
            command.opinion_id, change, once=command.once, answer=Standing, version=command.version
        )
        self._metrics.count("opinions_total", town=standing.town, outcome=outcome)
        return standing
