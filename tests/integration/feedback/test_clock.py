"""Reminder, overdue, supervision: once each, over a restart, at the hour of the working-day calendar."""

from datetime import datetime

from shared.events import feedback_v1 as v1
from shared.events.contract import Contract
from shared.time import SHANGHAI
from tests.integration.feedback.desk import LEAD, REPLY, Desk, answered, refused
from tests.support.service import Runner
from tests.support.waiting import eventually


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


async def told(desk: Desk, opinion_id: str, *kinds: type[Contract]) -> list[Contract]:
    """The facts of these kinds about one opinion, repeats dropped."""
    found = await desk.service.district.consume("feedback")
    mine = {each.envelope.id: each.fact for each in found if getattr(each.fact, "opinion_id", None) == opinion_id}
    return [each for each in mine.values() if isinstance(each, kinds)]


async def test_the_clock_reminds_marks_and_presses_once_each_over_a_restart(running: Runner) -> None:
    async with running("feedback") as service:
        desk = Desk(service)
        await desk.announce("a1")
        await desk.steer(at("2021-11-12 09:30"))
        opinion_id = await desk.assigned("a1")  # due at 24:00 of Fri 11-26
        await desk.steer(at("2021-11-24 23:59"))
        assert await told(desk, opinion_id, v1.AssignmentDueSoon) == []
        await desk.steer(at("2021-11-25 00:00"))
        await service.stop()
        service.district.steer(at("2021-11-30 08:00"))  # it comes due while nobody is there
        await service.restart()
        await service.settled()
        assert answered(await desk.get(f"/opinions/{opinion_id}", desk.office))["overdue"] == {
            LEAD: "2021-11-26T16:00:00Z"
        }
        await desk.steer(at("2021-12-04 00:00"))
        assert await service.metric("openday_opinions_total", outcome="supervised", town="fenghuangling") == 1
        await desk.steer(at("2021-12-10 09:00"))

        kinds = (v1.AssignmentDueSoon, v1.AssignmentOverdue, v1.SupervisionIssued)

        async def all_three() -> bool:
            facts = await told(desk, opinion_id, *kinds)
            assert [type(each) for each in facts] == list(kinds)
            order = facts[-1]
            assert isinstance(order, v1.SupervisionIssued)
            assert (order.automatic, order.issued_at) == (True, at("2021-12-04 00:00"))
            return True

        await eventually(all_three)
        listed = answered(await desk.get("/opinions", desk.clerk(LEAD), overdue=True, state="accepted"))
        assert [each["id"] for each in listed["opinions"]] == [opinion_id]
        assert (await desk.register("a1"))["counts"]["supervised"] == 1


async def test_the_office_presses_early_and_a_late_reply_stays_late(running: Runner) -> None:
    async with running("feedback") as service:
        desk = Desk(service)
        await desk.announce("a1")
        await desk.steer(at("2021-11-12 09:30"))
        opinion_id = await desk.assigned("a1")
        early = await desk.step(opinion_id, "supervisions", {"text": "请尽快答复"}, desk.office)
        assert refused(early, 409) == "not_overdue"
        await desk.steer(at("2021-12-01 10:00"))
        answered(await desk.step(opinion_id, "supervisions", {"text": "请于两个工作日内答复"}, desk.office))
        answered(await desk.step(opinion_id, "replies", REPLY, desk.clerk(LEAD)))
        answered(await desk.step(opinion_id, "reply-reviews", {"decision": "pass"}, desk.reviewer(LEAD)))
        answered(await desk.step(opinion_id, "publications", None, desk.reviewer(LEAD)))
        await desk.steer(at("2021-12-20 00:00"))

        async def told_once() -> bool:
            facts = await told(desk, opinion_id, v1.SupervisionIssued, v1.ReplyPublished)
            assert [type(each) for each in facts] == [v1.SupervisionIssued, v1.ReplyPublished]
            order, reply = facts
            assert isinstance(order, v1.SupervisionIssued)
            assert isinstance(reply, v1.ReplyPublished)
            assert (order.automatic, reply.on_time) == (False, False)
            return True

        await eventually(told_once)
        assert (await desk.register("a1"))["counts"] == {
            "received": 1,
            "on_site": 0,
            "assigned": 1,
            "transferred": 0,
            "overdue": 1,
            "supervised": 1,
            "answered": 1,
            "published": 1,
        }


async def test_a_missing_calendar_year_refuses_by_its_name_and_changes_nothing(running: Runner) -> None:
    async with running("feedback") as service:
        desk = Desk(service)
        await desk.announce("a1")
        await desk.steer(at("2026-12-21 09:00"))
        opinion_id = (await desk.given("a1"))["id"]  # two working days lie in 2026, ten do not
        answer = await desk.step(opinion_id, "assignments", {"unit_id": LEAD}, desk.office)
        assert refused(answer, 503) == "calendar_year_missing"
        assert answer.json()["facts"] == {"year": 2027}
        assert "2027" in answer.json()["detail"]
        assert answered(await desk.get(f"/opinions/{opinion_id}", desk.office))["state"] == "received"
        await desk.steer(at("2026-12-31 09:00"))
        assert refused(await desk.give("a1"), 503) == "calendar_year_missing"
        assert (await desk.register("a1"))["counts"]["received"] == 1
