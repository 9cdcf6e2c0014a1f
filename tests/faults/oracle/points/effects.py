"""5: duplicates lie in topics only; what may happen once happened once."""

from collections import Counter

from tests.faults.oracle import accounts
from tests.faults.oracle.findings import Verdict
from tests.faults.oracle.world import World

ONCE: dict[tuple[str, str], str] = {
    ("registration", "activity-announced"): "activity_id",
    ("registration", "activity-held"): "activity_id",
    ("registration", "activity-cancelled"): "activity_id",
    ("registration", "registration-opened"): "open_point_id",
    ("registration", "roster-locked"): "open_point_id",
    ("registration", "draw-revealed"): "open_point_id",
    ("registration", "representative-applied"): "registration_id",
    ("registration", "representative-cancelled"): "registration_id",
    ("registration", "representative-absent"): "registration_id",
    ("registration", "representative-confirmed"): "registration_id",
    ("feedback", "opinion-received"): "opinion_id",
    ("feedback", "reply-published"): "opinion_id",
    ("feedback", "opinion-rated"): "opinion_id",
    ("feedback", "nil-return-declared"): "activity_id",
    ("reporting", "filing-due-set"): "activity_id",
    ("reporting", "filing-overdue"): "activity_id",
    ("reporting", "materials-filed"): "activity_id",
    ("reporting", "materials-accepted"): "activity_id",
    ("reporting", "publicity-recorded"): "publicity_id",
    ("scoring", "bonus-claimed"): "claim_id",
    ("scoring", "bonus-decided"): "claim_id",
}
"""Facts that nothing may make true twice, by what they are about."""


def once(world: World, verdict: Verdict) -> None:
    """No fact under two numbers, no score line standing twice, no read model that counted twice."""
    for (owner, name), about in ONCE.items():
        counted = Counter(each.body[about] for each in world.owned.named(owner, name))
        for id_, times in counted.items():
            if times > 1:
                verdict.violated(5, f"{owner} says {name} of {id_} {times} times under different numbers")
    _closed_again(world, verdict)
    for id_, state in world.states("scoring", "account").items():
        _standing_twice(id_, accounts.entries(state), verdict)
    for id_, state in world.states("feedback", "register").items():
        numbers = sorted(state["noted"].values())
        if numbers != list(range(1, len(numbers) + 1)):
            verdict.violated(5, f"the register of {id_} gave the serial numbers {numbers[:10]} …, not each once")


def _closed_again(world: World, verdict: Verdict) -> None:
    """Registration closes once, and once more for each time that it was opened again."""
    extended = world.owned.named("registration", "registration-extended")
    reopened = Counter(each.body["open_point_id"] for each in extended if each.body["reopened"])
    closed = Counter(each.body["open_point_id"] for each in world.owned.named("registration", "registration-closed"))
    for id_, times in closed.items():
        if times > 1 + reopened[id_]:
            verdict.violated(
                5, f"registration says registration-closed of {id_} {times} times, opened again {reopened[id_]}"
            )


def _standing_twice(account: str, entries: list[dict[str, object]], verdict: Verdict) -> None:
    back = {each["reverses"] for each in entries}
    lines = [each["line"] for each in entries if each["reverses"] is None and each["number"] not in back]
    counted = Counter((line["rule"], line["subject"]) for line in lines if isinstance(line, dict))
    for (rule, subject), times in counted.items():
        if times > 1:
            verdict.violated(5, f"account {account} has {times} lines of {rule} for {subject} standing at once")
