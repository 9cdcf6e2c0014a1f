"""Activities in people's own calendars, read back by two libraries."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.api.calendar import entries, writing
from services.registration.api.calendar.entries import Entry, plain
from services.registration.domain.activity import Activity
from services.registration.domain.activity_parts import OpenPoint, Session
from tests.support.calendars import Sheet, by_vobject, must_follow, read
from tests.unit.registration.test_plan_and_activity import AT, SESSION, announced

LATER = Session(SESSION.starts_at + timedelta(days=7), SESSION.ends_at + timedelta(days=7))


def written(activity: Activity) -> bytes:
    return writing.one(Entry.of(activity))


def story() -> list[Sheet]:
    """Announced, rescheduled twice, cancelled: what is downloaded after each."""
    activity, sheets = announced(), list[Sheet]()
    changes = (
        lambda: None,
        lambda: activity.reschedule(LATER, AT + timedelta(days=1)),
        lambda: activity.reschedule(SESSION, AT + timedelta(days=2)),
        lambda: activity.cancel("epidemic_control", AT + timedelta(days=3)),
    )
    for change in changes:
        change()
        sheets.append(read(written(activity)))
    return sheets


def test_an_announced_activity_is_an_entry_with_its_time_and_place() -> None:
    activity = announced()
    sheet = read(written(activity))
    assert (sheet.method, sheet.zones, sheet.entry.status) == ("PUBLISH", ("Asia/Shanghai",), "CONFIRMED")
    assert (sheet.entry.starts_at, sheet.entry.ends_at) == (SESSION.starts_at, SESSION.ends_at)
    assert (sheet.entry.uid, sheet.entry.sequence, sheet.entry.stamp) == (activity.id, 0, AT)
    assert (sheet.entry.title, sheet.entry.place) == ("走进政务服务大厅", "大厅，一楼")
    assert sheet.entry.details.splitlines() == [
        "时间 Time: 2021-09-15 10:00–13:00（北京时间 Beijing time）",
        "开放点 Open points:",
        "· 大厅（一楼）",
        "活动流程 Agenda:",
        "1. 签到",
    ]


def test_every_change_makes_a_newer_entry_of_the_same_activity() -> None:
    sheets = story()
    must_follow(sheets)
    assert [each.method for each in sheets] == ["PUBLISH", "PUBLISH", "PUBLISH", "CANCEL"]
    assert [each.entry.status for each in sheets] == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [each.entry.starts_at for each in sheets[:3]] == [SESSION.starts_at, LATER.starts_at, SESSION.starts_at]
    assert "原定时间 Earlier: 2021-09-15 10:00–13:00" in sheets[1].entry.details
    assert sheets[-1].entry.title == "【已取消 Cancelled】走进政务服务大厅"
    assert sheets[-1].entry.changed_at == AT + timedelta(days=3)


@pytest.mark.parametrize(
    "rule",
    [lambda _: 0, lambda activity: activity.edition, lambda activity: int(activity.state == "cancelled")],
    ids=["none", "without the cancellation", "without the rescheduling"],
)
def test_a_sequence_that_does_not_grow_is_seen(monkeypatch: pytest.MonkeyPatch, rule: object) -> None:
    monkeypatch.setattr(entries, "sequence_of", rule)
    sheets = story()
    with pytest.raises(AssertionError, match="SEQUENCE"):
        must_follow(sheets)


def test_two_downloads_with_nothing_between_them_are_the_same() -> None:
    activity = announced()
    activity.reschedule(LATER, AT)
    assert written(activity) == written(activity)
    assert writing.schedule("名称", [Entry.of(activity)]) == writing.schedule("名称", [Entry.of(activity)])


@pytest.mark.parametrize(
    "title",
    [
        "窗口, 大厅; 一楼\\二楼: “走进”\n第二行 \\n \\, \\;",
        "👨‍👩‍👧‍👦🇨🇳 走进大厅 🏛️",
        "\u202e\u200fإلى القاعة\u200e\u202c 走进",
        "走进政务服务大厅" * 1250,
        "a" * 10_000,
        "BEGIN:VEVENT\nEND:VCALENDAR",
    ],
    ids=["marks", "emoji", "right to left", "ten thousand", "ten thousand letters", "looks like iCalendar"],
)
def test_whatever_a_title_holds_arrives(title: str) -> None:
    activity = announced()
    activity.title = title
    assert read(written(activity)).entry.title == title


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_text_breaks_a_calendar(text: str) -> None:
    activity = announced()
    activity.title = f"始{text}终"
    activity.points = (OpenPoint("point", "hall", "unit", f"始{text}终", f"始{text}终", 20),)
    activity.agenda = (f"始{text}终",)
    entry = read(written(activity)).entry
    assert entry.title == plain(activity.title)
    assert entry.place == plain(f"始{text}终，始{text}终")
    assert entry.details.endswith(plain(f"1. 始{text}终"))


def test_what_a_calendar_cannot_say_becomes_a_space() -> None:
    assert plain("一\x00二\x1b三\u2028四\x85五\r六\r\n七\t八") == "一 二 三 四 五\n六\n七\t八"


def test_an_empty_schedule_is_a_calendar() -> None:
    content = writing.schedule("政府开放日", [])
    assert read(content) == Sheet("PUBLISH", ("Asia/Shanghai",), ())
    for said in ("X-WR-CALNAME:政府开放日", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"):
        assert said in content.decode().split("\r\n")


def test_a_cancelled_activity_stays_in_the_schedule_as_cancelled() -> None:
    called_off = announced()
    called_off.cancel("weather", AT + timedelta(hours=1))
    sheet = read(writing.schedule("政府开放日", [Entry.of(announced()), Entry.of(called_off)]))
    assert sheet.method == "PUBLISH"
    assert [(each.status, each.sequence) for each in sheet.entries] == [("CONFIRMED", 0), ("CANCELLED", 1)]


def test_the_zone_that_the_file_describes_is_the_one_that_is_read() -> None:
    """The second reader takes the offset from VTIMEZONE: with another offset there it reads another time."""
    content = written(announced()).replace(b"Asia/Shanghai", b"Elsewhere")
    assert by_vobject(content).entry.starts_at == SESSION.starts_at
    moved = content.replace(b"Elsewhere", b"Farther").replace(b"+0800", b"+0700")
    assert by_vobject(moved).entry.starts_at == SESSION.starts_at + timedelta(hours=1)


def test_a_calendar_says_nothing_that_is_not_public() -> None:
    activity = announced()
    activity.id_number_reason = "涉密场所，需核验身份"
    activity.cancel("epidemic_control", AT)
    content = written(activity)
    for private in ("涉密", "epidemic_control", "ORGANIZER", "ATTENDEE", activity.plan_id):
        assert private.encode() not in content


def test_a_time_is_said_whole_when_it_ends_on_another_day() -> None:
    activity = announced()
    activity.session = Session(SESSION.starts_at, datetime(2021, 9, 15, 16, 30, tzinfo=UTC))
    assert "时间 Time: 2021-09-15 10:00 – 2021-09-16 00:30" in Entry.of(activity).details


def test_a_service_does_not_load_the_libraries_that_write_files_before_somebody_asks() -> None:
    """A second of a core, which every start would pay."""
    libraries = {"icalendar", "reportlab", "segno", "xlsxwriter"}
    asked = f"import sys, services.registration.main; sys.exit(not sys.modules.keys().isdisjoint({libraries}))"
    root = Path(__file__).resolve().parents[3]
    assert subprocess.run([sys.executable, "-c", asked], cwd=root, check=False).returncode == 0
