"""The door through the API: two replicas, real engines, doors with and without a network."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from shared.events.registration_v1 import RepresentativeCheckedIn
from tests.integration.registration.people import BASE, POINTS, Town, announced, plan_body
from tests.support.service import Districts, Runner, Running
from tests.support.waiting import eventually

Person = dict[str, Any]
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")
CAPS = {"cap": 20, "mix": {"resident_representative": 20}}


@pytest.fixture(scope="module")
async def replicas(running: Runner, new_district: Districts) -> AsyncIterator[tuple[Running, Running]]:
    district = new_district()
    async with running("registration", district=district) as one, running("registration", district=district) as two:
        yield one, two


async def locked(town: Town, people: int) -> list[Person]:
    """So many residents with their tickets, and a list that is final."""
    found = [(await town.register()).json() for _ in range(people)]
    for each in found:
        each |= await ticket_of(town, each)
    for step in ("closings", "locks"):
        (await town.post(f"/open-points/{town.point}/{step}")).raise_for_status()
    return found


async def ticket_of(town: Town, person: Person) -> Person:
    """Text and number."""
    path = f"{POINTS}/{town.point}/registrations/{person['registration_id']}/ticket"
    answer = await town.service.http.get(path, headers={"Claim-Code": person["claim_code"]})
    return dict(answer.raise_for_status().json())


def other_end(ticket: str) -> str:
    """With another last character, whichever it had: nobody signed this."""
    return ticket[:-1] + ("B" if ticket[-1] == "A" else "A")


def scan(shown: str, at: datetime, nonce: str = "") -> dict[str, str]:
    """One scan of a batch."""
    return {"shown": shown, "scanned_at": at.isoformat(), "nonce": nonce or f"{shown[-20:]}{at.timestamp():.0f}"}


async def sent(town: Town, device: str, *scans: dict[str, str], **more: Any) -> list[Person]:
    """A door's batch; the answers."""
    body = {"device": device, "scans": scans} | more
    answer = await town.post(f"/open-points/{town.point}/check-in-batches", body)
    assert answer.status_code == 201, answer.text
    return list(answer.json()["answers"])


async def logged(town: Town) -> list[Person]:
    """The log of the door."""
    answer = await town.service.http.get(f"{POINTS}/{town.point}/scans", headers=town.clerk)
    return list(answer.raise_for_status().json()["scans"])


def at_the_other_replica(town: Town, other: Running) -> Town:
    return Town(other, town.activity, town.starts_at, town.closes_at)


async def test_everything_that_people_bring_to_a_door_gets_its_result(replicas: tuple[Running, Running]) -> None:
    """Forged, from elsewhere, replaced, cancelled, mistyped, too early: no bad scan spoils a good one."""
    service = replicas[0]
    abroad = await announced(service)
    foreign = await ticket_of(abroad, (await abroad.register()).json())
    points = [{**plan_body()["points"][0], **CAPS, "cap": 4, "mix": {"resident_representative": 4}} for _ in "ab"]
    points[1] |= {"slug": "library", "name": "图书馆"}
    town = await announced(service, points=points)
    other = Town(service, {**town.activity, "open_points": town.activity["open_points"][::-1]}, *times(town))
    astray = await ticket_of(other, (await other.register()).json())
    one, two, gone, replaced = [(await town.register()).json() for _ in range(4)]
    waiting = (await town.register()).json()
    for each in (one, two, gone, replaced):
        each |= await ticket_of(town, each)
    place = f"/open-points/{town.point}/registrations"
    (await town.post(f"{place}/{replaced['registration_id']}/ticket-reissues")).raise_for_status()
    for step in ("closings", "locks"):
        (await town.post(f"/open-points/{town.point}/{step}")).raise_for_status()
    (await town.post(f"{place}/{gone['registration_id']}/cancellations")).raise_for_status()
    now = service.district.now
    mistyped = f"{one['number'][:-1]}{(int(one['number'][-1]) + 1) % 10}"
    forged = other_end(one["ticket"])
    unknown_key = "OD1.FFFFFFFF" + one["ticket"][12:]
    brought = {
        one["ticket"]: "admitted",
        one["claim_code"]: "duplicate",
        f"{two['number'][:4]} {two['number'][4:]}": "admitted",
        gone["ticket"]: "cancelled",
        waiting["registration_id"]: "admitted",  # moved up when the other cancelled
        replaced["ticket"]: "revoked",
        replaced["number"]: "revoked",
        foreign["ticket"]: "wrong_activity",
        astray["ticket"]: "wrong_point",
        forged: "bad_signature",
        unknown_key: "bad_signature",
        mistyped: "unknown_code",
        "https://example.org/menu": "unknown_code",
        "代" * 4000: "unknown_code",
        foreign["registration_id"]: "unknown_code",
    }
    scans = [scan(shown, now + timedelta(seconds=at - 60), f"n{at}") for at, shown in enumerate(brought)]
    answers = await sent(town, "east", *scans, scan(replaced["claim_code"], now - timedelta(hours=2), "early"))
    assert [each["result"] for each in answers] == [*brought.values(), "too_early"]
    assert [each["nonce"] for each in answers[:2]] == ["n0", "n1"]
    assert all(each["sentence"] for each in answers)
    assert (answers[1]["first_device"], datetime.fromisoformat(answers[1]["first_at"])) == (
        "east",
        now - timedelta(seconds=60),
    )
    lines = await logged(town)
    assert Counter(each["answered"] for each in lines) == Counter(each["result"] for each in answers)
    assert {each["by"] for each in lines} == {"clerk"}
    assert await service.metric("openday_scans_total", result="bad_signature") == 2


def times(town: Town) -> tuple[datetime, datetime]:
    return town.starts_at, town.closes_at


async def test_a_batch_that_is_sent_again_changes_nothing(replicas: tuple[Running, Running]) -> None:
    town = await announced(replicas[0])
    people = await locked(town, 3)
    now = town.service.district.now
    batch = [scan(each["ticket"], now - timedelta(minutes=3)) for each in people] + [scan("12345678", now)]
    first = await sent(town, "east", *batch)
    log = await logged(town)
    again = await sent(at_the_other_replica(town, replicas[1]), "east", *batch[::-1])
    assert again == first[::-1]
    assert await logged(town) == log
    assert Counter(each["result"] for each in first) == {"admitted": 3, "unknown_code": 1}


async def test_an_entrance_that_a_crash_kept_from_the_log_is_shown_and_logged_when_it_is_sent_again(
    replicas: tuple[Running, Running],
) -> None:
    town = await announced(replicas[0])
    (person,) = await locked(town, 1)
    one = scan(person["ticket"], town.service.district.now - timedelta(minutes=3))
    first = await sent(town, "east", one)
    (line,) = await logged(town)
    client: MongoClient[Person] = MongoClient(town.service.district.mongo_url)
    client[town.service.district.database("registration")]["scan"].delete_one({"_id": line["scan_id"]})
    (known,) = await logged(town)
    assert known == line | {"by": "", "received_at": line["scanned_at"]}
    assert await sent(town, "east", one) == first
    assert await logged(town) == [line]


async def test_of_two_doors_apart_the_earlier_scan_admits_though_it_is_sent_later(
    replicas: tuple[Running, Running],
) -> None:
    town = await announced(replicas[0])
    (person,) = await locked(town, 1)
    now = town.service.district.now
    late, early = now - timedelta(minutes=5), now - timedelta(minutes=20)
    (west,) = await sent(town, "west", scan(person["number"], late))
    (east,) = await sent(at_the_other_replica(town, replicas[1]), "east", scan(person["ticket"], early))
    assert (west["result"], east["result"]) == ("admitted", "admitted")
    (west,) = await sent(town, "west", scan(person["number"], late))
    assert (west["result"], west["first_device"], datetime.fromisoformat(west["first_at"])) == (
        "duplicate",
        "east",
        early,
    )
    assert "east" in west["sentence"]
    lines = [(each["device"], each["answered"], each["result"]) for each in await logged(town)]
    assert lines == [("east", "admitted", "admitted"), ("west", "admitted", "duplicate")]


async def test_a_door_whose_clock_is_an_hour_off_says_so(replicas: tuple[Running, Running]) -> None:
    town = await announced(replicas[0])
    (person,) = await locked(town, 1)
    now, hour = town.service.district.now, timedelta(hours=1)
    await sent(town, "west", scan(person["ticket"], now - timedelta(minutes=10)))
    ahead = scan(person["ticket"], now + hour - timedelta(minutes=20))
    (east,) = await sent(town, "east", ahead, sent_at=(now + hour).isoformat())
    assert (east["result"], datetime.fromisoformat(east["first_at"])) == ("admitted", now - timedelta(minutes=20))
    reset = scan(person["claim_code"], EPOCH + timedelta(minutes=5))
    (north,) = await sent(town, "north", reset, sent_at=(EPOCH + timedelta(minutes=11)).isoformat())
    assert north["result"] == "duplicate", "six minutes ago, by a clock that lost its battery"
    (unsaid,) = await sent(town, "south", ahead)
    assert unsaid["result"] == "duplicate", "a scan in the future is not before one in the past"
    at = [now - datetime.fromisoformat(each["scanned_at"]) for each in await logged(town)]
    assert at == [timedelta(minutes=each) for each in (20, 10, 6, 0)]


async def test_two_doors_at_once_let_everybody_in_once(replicas: tuple[Running, Running]) -> None:
    town = await announced(replicas[0], point=CAPS)
    people = await locked(town, 20)
    towns = (town, at_the_other_replica(town, replicas[1]))
    now = town.service.district.now
    doors = [
        (towns[door % 2], f"door-{door}", scan(each["ticket"], now - timedelta(minutes=(turn * 7 + door) % 40 + 1)))
        for door in range(4)
        for turn, each in enumerate(people)
    ]
    await asyncio.gather(*(sent(at, device, one) for at, device, one in doors))
    lines = await logged(town)
    assert Counter(each["result"] for each in lines) == {"admitted": 20, "duplicate": 60}
    for person in people:
        mine = [each for each in lines if each["registration_id"] == person["registration_id"]]
        assert [each["result"] for each in mine] == ["admitted"] + ["duplicate"] * 3, "the log is in the order of time"

    async def told() -> list[str]:
        published = await town.service.district.consume("registration")
        facts = {each.envelope.id: each.fact for each in published}  # both replicas may send one
        mine = [each for each in facts.values() if isinstance(each, RepresentativeCheckedIn)]
        return [each.registration_id for each in mine if each.open_point_id == town.point]

    await eventually(lambda: _all(told, 20), 15)
    assert sorted(await told()) == sorted(each["registration_id"] for each in people)


async def _all(told: Any, count: int) -> bool:
    return len(await told()) >= count


async def test_a_connected_door_takes_tickets_and_numbers_and_is_refused_in_words(
    replicas: tuple[Running, Running],
) -> None:
    town = await announced(replicas[0])
    one, two = await locked(town, 2)
    path = f"/open-points/{town.point}/check-ins"
    first = await town.post(path, {"ticket": one["ticket"], "device": "东门"})
    assert (first.status_code, first.json()["result"], first.json()["first_device"]) == (201, "admitted", "东门")
    again = await town.post(path, {"code": one["number"]})
    assert (again.json()["result"], again.json()["first_device"]) == ("duplicate", "东门")
    swapped = two["number"][1] + two["number"][0] + two["number"][2:]
    swapped = swapped if swapped != two["number"] else f"{(int(swapped[0]) + 1) % 10}{swapped[1:]}"
    mistyped = await town.post(path, {"code": swapped})
    assert (mistyped.status_code, mistyped.json()["code"]) == (422, "ticket_number_mistyped")
    assert swapped not in mistyped.text
    forged = await town.post(path, {"ticket": other_end(two["ticket"])})
    assert (forged.status_code, forged.json()["code"]) == (409, "bad_signature")
    both = await town.post(path, {"ticket": two["ticket"], "code": two["number"]})
    assert (both.status_code, both.json()["code"]) == (422, "invalid_request")
    typed = [await town.post(path, {"code": two["number"], "nonce": "n1", "device": "west"}) for _ in range(2)]
    assert [each.json()["result"] for each in typed] == ["admitted"] * 2, "the same scan again"
    taken_back = {"registration_id": two["registration_id"], "reason": "扫错了人，撤销签到"}
    (await town.post(f"/open-points/{town.point}/check-in-reversals", taken_back)).raise_for_status()
    echo = await town.post(path, {"code": two["number"], "nonce": "n1", "device": "west"})
    assert (echo.status_code, echo.json()["code"]) == (409, "undone"), "an echo of it lets nobody in again"
    assert Counter(each["answered"] for each in await logged(town)) == {
        "admitted": 2,
        "duplicate": 1,
        "bad_signature": 1,
    }


async def test_the_log_is_for_staff_and_keeps_nothing_of_what_was_shown(replicas: tuple[Running, Running]) -> None:
    town = await announced(replicas[0])
    await locked(town, 1)
    card = "37131219900101" + "0022"
    (answer,) = await sent(town, "east", scan(card, town.service.district.now))
    assert answer["result"] == "unknown_code"
    client: MongoClient[dict[str, Any]] = MongoClient(town.service.district.mongo_url)
    stored = client[town.service.district.database("registration")]["scan"].find({"point_id": town.point})
    assert card not in str(list(stored))
    path = f"{POINTS}/{town.point}/scans"
    stranger = town.service.bearer("unit_clerk", units=["other"])
    assert (await town.service.http.get(path, headers=stranger)).json()["code"] == "other_unit"
    assert (await town.service.http.get(path)).status_code == 401
    elsewhere = await town.service.http.post(
        f"{BASE}/open-points/{town.point}/check-in-batches",
        json={"device": "east", "scans": [scan(card, town.service.district.now)]},
        headers=stranger,
    )
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "other_unit")


@pytest.mark.parametrize(
    "body",
    [
        {"device": "east", "scans": []},
        {"device": "east", "scans": [{"nonce": "n", "scanned_at": "2021-09-01T01:00:00", "shown": "x"}]},
        {"device": "east\n", "scans": [scan("x", datetime.fromisoformat("2021-09-01T01:00:00Z"))]},
        {"device": "east", "scans": [scan("x", datetime.fromisoformat("2021-09-01T01:00:00Z"))] * 201},
        {"device": "east", "scans": [{"nonce": "n", "scanned_at": "0001-01-01T00:00:00+08:00", "shown": "x"}]},
        {"device": "east", "scans": [{"nonce": "n", "scanned_at": "9999-12-31T23:59:59-05:00", "shown": "x"}]},
        {"device": "east", "sent_at": "9999-12-31T23:59:59Z", "scans": [scan("x", EPOCH)]},
    ],
)
async def test_a_batch_out_of_shape_is_refused_whole(replicas: tuple[Running, Running], body: Person) -> None:
    town = await announced(replicas[0])
    answer = await town.post(f"/open-points/{town.point}/check-in-batches", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
