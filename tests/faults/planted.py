"""Faults to plant in a small world: each breaks one thing, and says which point of the judgement must name it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faults.oracle.expected import Expected
from tests.faults.oracle.ledger import Said
from tests.faults.oracle.world import World
from tests.faults.small_world import ACTIVITY, OPINION, POINT, UNIT, asked, record
from tests.outside.topics import Record

ROSTER, DOSSIER, ACCOUNT = (
    f"registration.roster.{POINT}",
    f"reporting.dossier.{ACTIVITY}",
    f"scoring.account.{UNIT}-2021",
)


def state(world: World, subject: str) -> Any:
    """The state that its owner keeps."""
    service, collection, id_ = subject.split(".", 2)
    return world.documents[service][collection][id_]["state"]


def numbered(world: World, subject: str, sequence: int) -> int:
    """The place of a fact among the records."""
    wanted = f"{subject}-{sequence}"
    return next(at for at, each in enumerate(world.records) if each.header("ce_id") == wanted)


def lose_a_registration(world: World) -> None:
    del state(world, ROSTER)["registrations"]["person-away"]


def show_a_registration_no_more(world: World) -> None:
    world.shown.rosters[POINT].pop()


def answer_two_with_one_place(world: World) -> None:
    extra = asked("register", POINT, "acked", registration_id="person-in", at=90)
    world.asked[extra.key] = extra


def refuse_what_was_acknowledged(world: World) -> None:
    world.asked[f"key-hold-{ACTIVITY}-23"].said.append(Said("rejected", 409, "not_over"))


def answer_a_repeat_otherwise(world: World) -> None:
    world.asked[f"key-publish-{ACTIVITY}-27"].said.append(Said("acked", 201, ids={"id": "pub-2"}))


def give_more_seats_than_there_are(world: World) -> None:
    state(world, ROSTER)["cap"] = 1


def count_tickets_without_people(world: World) -> None:
    state(world, ROSTER)["tickets"] = 4


def keep_two_contacts(world: World) -> None:
    world.documents["registration"]["vault"]["v-2"] = {"registration_id": "person-in"}


def forget_a_check_in(world: World) -> None:
    state(world, ROSTER)["registrations"]["person-in"]["status"] = "absent"


def leave_an_opinion_behind(world: World) -> None:
    state(world, f"feedback.opinion.{OPINION}")["state"] = "received"


def lose_a_submission(world: World) -> None:
    state(world, DOSSIER)["submissions"].clear()


def count_others_than_came(world: World) -> None:
    state(world, f"registration.activity.{ACTIVITY}")["attendance"]["attended"]["npc_deputy"] = 1


def seat_whom_nobody_asked(world: World) -> None:
    ghost = {"id": "ghost", "status": "cancelled", "ticket": 4, "category": "npc_deputy"}
    state(world, ROSTER)["registrations"]["ghost"] = ghost
    state(world, ROSTER)["tickets"] = 4


def keep_the_contact_of_a_refused(world: World) -> None:
    world.documents["registration"]["vault"]["v-3"] = {"registration_id": "ghost"}


def submit_twice(world: World) -> None:
    state(world, DOSSIER)["submissions"].append({})


def leave_one_unknown(world: World) -> None:
    extra = asked("publish", ACTIVITY, "unknown", at=91)
    world.asked[extra.key] = replace(extra, settled_at=0)


def lose_what_was_unknown(world: World) -> None:
    state(world, ROSTER)["registrations"]["person-left"]["status"] = "confirmed"
    world.documents["registration"]["vault"]["v-4"] = {"registration_id": "person-left"}


def tear_a_hole(world: World) -> None:
    del world.records[numbered(world, ROSTER, 3)]


def swap_two_facts(world: World) -> None:
    one, two = numbered(world, ROSTER, 2), numbered(world, ROSTER, 3)
    world.records[one], world.records[two] = world.records[two], world.records[one]


def repeat_with_other_bytes(world: World) -> None:
    first = world.records[numbered(world, ROSTER, 2)]
    world.records.append(replace(first, value=b'{"registration_id": "person-other"}', offset=99))


def record_a_fact_that_is_not_sent(world: World) -> None:
    world.documents["registration"]["roster"][POINT]["seq"] += 1


def send_a_fact_of_nobody(world: World) -> None:
    world.records.append(record("registration.unit.ghost", 1, "openday.registration.other.v1", b"{}", "", 99))


def say_it_under_two_numbers(world: World) -> None:
    first = world.records[numbered(world, ROSTER, 1)]
    headers = dict(first.headers) | {"ce_sequence": b"8", "ce_id": f"{ROSTER}-8".encode()}
    world.records.append(replace(first, headers=tuple(headers.items()), offset=99))


def window(world: World, *told: tuple[str, dict[str, Any]]) -> None:
    """Facts about the window of registration, after all that its roster told."""
    for sequence, (name, more) in enumerate(told, start=8):
        value = json.dumps({"activity_id": ACTIVITY, "open_point_id": POINT, **more}).encode()
        type_ = f"openday.registration.registration-{name}.v1"
        world.records.append(record(ROSTER, sequence, type_, value, "", 90 + sequence))


def close_what_was_closed(world: World) -> None:
    """That it was moved while it was open is no reason."""
    window(world, ("extended", {"reopened": False}), ("closed", {}), ("closed", {}))


def let_a_line_stand_twice(world: World) -> None:
    ledger = state(world, ACCOUNT)["ledger"]
    ledger.append(json.dumps({**json.loads(ledger[0]), "first": 2}))


def give_a_serial_number_twice(world: World) -> None:
    state(world, f"feedback.register.{ACTIVITY}")["noted"] = {OPINION: 1, "opinion-b": 1}


def miss_the_end_of_an_activity(world: World) -> None:
    state(world, DOSSIER)["holding"] = None


def stop_reading_early(world: World) -> None:
    world.documents["scoring"]["inbox"][ROSTER]["applied"] -= 1


def keep_a_dossier_of_nothing(world: World) -> None:
    world.documents["scoring"]["card"]["ghost"] = world.documents["scoring"]["card"][ACTIVITY]


def forget_a_unit(world: World) -> None:
    world.documents["scoring"]["unit"].clear()


def show_a_wrong_figure(world: World) -> None:
    world.shown.statistics[2021]["total"]["attended_total"] = 2


def credit_too_much_everywhere(world: World) -> None:
    """Ledger, fact and scorecard agree with one another, and are wrong."""
    account = state(world, ACCOUNT)
    account["ledger"][0] = account["ledger"][0].replace("4000", "4001")
    account["kept"] = account["kept"].replace("4000", "4001")
    card = world.shown.scorecards[2021][0]
    card["lines"][0]["points"] = card["total"] = 4001
    at = numbered(world, ACCOUNT, 1)
    value = (world.records[at].value or b"").replace(b"4000", b"4001")
    world.records[at] = replace(world.records[at], value=value)


def enter_a_line_silently(world: World) -> None:
    put = {"rule": "live_stream", "subject": ACTIVITY, "points": 200}
    state(world, ACCOUNT)["ledger"].append(json.dumps({"first": 2, "back": [], "put": [put]}))


def keep_another_line(world: World) -> None:
    """Ledger, facts and scorecard are right; what the account keeps whole is not."""
    account = state(world, ACCOUNT)
    account["kept"] = account["kept"].replace('"evidence": [', '"evidence": ["another", ')


def show_another_total(world: World) -> None:
    world.shown.scorecards[2021][0]["total"] = 4200


def letter(at: Record, **changed: Any) -> Record:
    """What a consumer keeps of a record that it sets aside."""
    added = (("openday_origin", at.place.encode()), ("openday_reason", b"schema"))
    return replace(at, topic="small.scoring.dead-letters.v1", headers=(*at.headers, *added), **changed)


def set_a_good_fact_aside(world: World) -> None:
    world.letters["scoring"].append(letter(world.records[0]))


def forget_an_injected_poison(world: World) -> None:
    world.expected = Expected(dead_letters={"scoring": 1})


def set_it_aside_twice(world: World) -> None:
    poison = Record("small.feedback.events.v1", 0, 99, b"k", b"not json", ())
    world.records.append(poison)
    world.letters["scoring"] += [letter(poison), letter(poison)]
    world.expected = Expected(dead_letters={"scoring": 1}, origins={"scoring": [poison.place]})


def keep_other_bytes(world: World) -> None:
    poison = Record("small.feedback.events.v1", 0, 99, b"k", b"not json", ())
    world.records.append(poison)
    world.letters["scoring"].append(letter(poison, value=b"mended"))
    world.expected = Expected(dead_letters={"scoring": 1}, origins={"scoring": [poison.place]})


def edit_a_fact(world: World) -> None:
    at = numbered(world, DOSSIER, 2)
    value = (world.records[at].value or b"").replace(b"r-1", b"r-2")
    world.records[at] = replace(world.records[at], value=value)
    state(world, DOSSIER)["filing"]["receipt"] = "r-2"


def cut_the_tail(world: World) -> None:
    """The document still counts what is there, but its chain remembers more."""
    world.documents["reporting"]["dossier"][ACTIVITY]["chain"] = "0" * 64


def rebuild_another_score(world: World) -> None:
    assert world.shown.replayed
    world.shown.replayed[2021][0]["total"] = 3999


def rebuild_less(world: World) -> None:
    assert world.shown.replayed
    world.shown.replayed[2021].clear()


PLANTED: list[tuple[int, Callable[[World], None], str]] = [
    (1, lose_a_registration, "person-away"),
    (1, show_a_registration_no_more, "as shown"),
    (1, answer_two_with_one_place, "given to 2 commands"),
    (1, refuse_what_was_acknowledged, "then refused"),
    (1, answer_a_repeat_otherwise, "pub-2"),
    (1, give_more_seats_than_there_are, "2 seats taken of 1"),
    (1, count_tickets_without_people, "4 tickets for 3"),
    (1, keep_two_contacts, "2 contacts"),
    (1, forget_a_check_in, "person-in is absent"),
    (1, leave_an_opinion_behind, OPINION),
    (1, lose_a_submission, "0 submissions"),
    (1, count_others_than_came, "its rosters say"),
    (2, seat_whom_nobody_asked, "ghost"),
    (2, keep_the_contact_of_a_refused, "ghost"),
    (2, submit_twice, "2 submissions"),
    (3, leave_one_unknown, "nobody knows"),
    (3, lose_what_was_unknown, "the place is confirmed"),
    (4, tear_a_hole, "of which 3 never came"),
    (4, swap_two_facts, "after a later one"),
    (4, repeat_with_other_bytes, "another body"),
    (4, record_a_fact_that_is_not_sent, "the topic holds 7"),
    (4, send_a_fact_of_nobody, "no document"),
    (5, say_it_under_two_numbers, "2 times under different numbers"),
    (5, close_what_was_closed, "2 times, opened again 0"),
    (5, let_a_line_stand_twice, "standing at once"),
    (5, give_a_serial_number_twice, "serial numbers"),
    (6, miss_the_end_of_an_activity, "held_at"),
    (6, stop_reading_early, "up to 6 of 7"),
    (6, keep_a_dossier_of_nothing, "of which no topic tells"),
    (6, forget_a_unit, "keeps no unit"),
    (6, show_a_wrong_figure, "attended_total"),
    (7, credit_too_much_everywhere, "4001"),
    (7, enter_a_line_silently, "was told 0"),
    (7, keep_another_line, "not those that stand in its ledger"),
    (7, show_another_total, "4200"),
    (8, set_a_good_fact_aside, "set 1 events aside"),
    (8, forget_an_injected_poison, "injected were 1"),
    (8, set_it_aside_twice, "2 times"),
    (8, keep_other_bytes, "other bytes"),
    (9, edit_a_fact, "does not follow"),
    (9, cut_the_tail, "ends the chain"),
    (10, rebuild_another_score, "3999"),
    (10, rebuild_less, "nothing in the replay"),
]
