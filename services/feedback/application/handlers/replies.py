"""Replies: one person writes, another reviews, then it is public."""

from services.feedback.application.commands import DraftReply, PublishReply, ReviewReply
from services.feedback.application.handlers.steps import Steps
from services.feedback.domain.opinion import Opinion, Standing
from services.feedback.domain.vocabulary import Decision


class ReplyHandlers:
    """Handlers for replies."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    async def draft(self, command: DraftReply) -> Standing:
        by, now = command.actor.subject, self._steps.clock.now()
        return await self._steps.by_unit(
            command, "reply_drafted", lambda opinion: opinion.draft_reply(command.draft, by=by, at=now)
        )

    async def review(self, command: ReviewReply) -> Standing:
        by, now = command.actor.subject, self._steps.clock.now()
        passed = command.decision is Decision.PASS

        def step(opinion: Opinion) -> None:
            if passed:
                opinion.pass_reply(by=by, at=now)
            else:
                opinion.return_reply(command.reason, by=by, at=now)

        return await self._steps.by_unit(command, "reply_passed" if passed else "reply_returned", step)

    async def publish(self, command: PublishReply) -> Standing:
        now = self._steps.clock.now()
        return await self._steps.by_unit(command, "published", lambda opinion: opinion.publish(at=now))
