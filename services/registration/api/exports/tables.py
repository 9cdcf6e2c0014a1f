"""What an exported list says, as text for people: who stands on it, in which order, how much of each is shown.

Codes, tickets and ID numbers stand on none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.registration.api.calendar.entries import stretch
from services.registration.application.exports import Exported
from services.registration.application.ports import Contact
from services.registration.domain.composition import ZH, Category
from services.registration.domain.export import ExportKind, Order, listed
from services.registration.domain.phase import Phase
from services.registration.domain.place import Registration, Status
from services.registration.domain.roster import Roster
from shared.security.masking import masked_name, masked_phone
from shared.time import SHANGHAI

STATUS = {
    Status.APPLIED: "待抽签",
    Status.CONFIRMED: "已确认",
    Status.WAITLISTED: "候补",
    Status.OFFERED: "待确认",
    Status.ATTENDED: "已到场",
    Status.ABSENT: "未到场",
}
LIST = {
    Phase.OPEN: "报名中，名单未锁定 registration open, list not locked",
    Phase.CLOSED: "报名已截止，名单未锁定 registration closed, list not locked",
    Phase.LOCKED: "名单已锁定 list locked",
    Phase.FINISHED: "活动已开展 held",
    Phase.CANCELLED: "活动已取消 cancelled",
}
MASKED = "已脱敏 Masked"
UNMASKED = "含个人信息，用后妥善销毁 Personal data: destroy after use"


@dataclass(frozen=True)
class Column:
    """Its heading and how wide it is, in half-width characters; an `empty` one is filled in by hand."""

    heading: str
    width: int
    empty: bool = False


@dataclass(frozen=True)
class Table:
    """A list in words: text as it was typed, so whoever writes a file takes it through `cells`.

    `head`: labelled lines above it; `note` says whether it is masked; `made_at` when it was asked for.
    """

    title: str
    head: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    made_at: datetime


NUMBER, NAME, PHONE = Column("序号 No.", 9), Column("姓名 Name", 18), Column("电话 Phone", 18)
CATEGORY = Column("代表类别 Category", 20)
ROSTER = (
    NUMBER,
    NAME,
    PHONE,
    CATEGORY,
    Column("基层代表 Grassroots", 22),
    Column("状态 Status", 14),
    Column("候补位次 Position", 20),
    Column("报名时间 Registered at", 25),
)
SIGN_IN = (NUMBER, NAME, PHONE, CATEGORY, Column("签名 Signature", 32, empty=True))


@dataclass(frozen=True)
class _Person:
    """A representative as the list shows them."""

    mine: Registration
    name: str
    phone: str
    position: int | None


def table(exported: Exported) -> Table:
    """The list that was asked for, as it stands now."""
    return _TABLES[exported.export.kind](exported, sorted(_people(exported), key=_ORDER[exported.export.order]))


def _roster(exported: Exported, people: list[_Person]) -> Table:
    """One line of headings and nothing above it: for those who go on working with it."""
    rows = tuple(
        (
            str(number),
            each.name,
            each.phone,
            ZH[each.mine.category],
            "是" if each.mine.grassroots else "",
            STATUS[each.mine.status],
            str(each.position or ""),
            f"{each.mine.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        )
        for number, each in enumerate(people, start=1)
    )
    return Table("代表名单 Roster", (), ROSTER, rows, _note(exported), exported.export.at)


def _sign_in_sheet(exported: Exported, people: list[_Person]) -> Table:
    """For the table at the door: what it is about, then a line for each to sign."""
    rows = tuple(
        (str(number), each.name, each.phone, ZH[each.mine.category], "") for number, each in enumerate(people, start=1)
    )
    head = (*_about(exported), *_expected(exported))
    return Table("签到表 Sign-in sheet", head, SIGN_IN, rows, _note(exported), exported.export.at)


def _badges(exported: Exported, people: list[_Person]) -> Table:
    """Name and category of each, under what all badges say."""
    rows = tuple((each.name, ZH[each.mine.category]) for each in people)
    return Table("胸牌 Badges", tuple(_about(exported)), (NAME, CATEGORY), rows, _note(exported), exported.export.at)


def _about(exported: Exported) -> list[tuple[str, str]]:
    roster, activity = exported.roster, exported.activity
    point = next(each for each in activity.points if each.id == roster.id)
    return [
        ("活动 Activity", activity.title),
        ("开放点 Open point", point.name),
        ("地点 Place", point.place),
        ("时间 Time", f"{stretch(roster.starts_at, roster.ends_at)}（北京时间 Beijing time）"),
    ]


def _expected(exported: Exported) -> list[tuple[str, str]]:
    roster = exported.roster
    return [
        ("应到 Expected", f"{len(roster.seated())} 人（{_by_category(roster)}）"),
        ("群众代表 Residents", _composition(roster)),
        ("名单 List", LIST[roster.phase]),
        ("个人信息 Personal data", _note(exported)),
    ]


def _by_category(roster: Roster) -> str:
    return "，".join(f"{ZH[each]} {count}" for each, count in roster.confirmed().items())


def _composition(roster: Roster) -> str:
    mix = roster.composition
    met = (
        "不低于三分之一 at least one third"
        if mix.met
        else f"不足三分之一，还差 {mix.short_by} 名 short by {mix.short_by}"
    )
    return f"{mix.residents} / {mix.total}，{met}"


def _people(exported: Exported) -> list[_Person]:
    unknown = Contact("", "")
    positions = exported.roster.positions()
    people = []
    for mine in listed(exported.roster, exported.export.kind):
        contact = exported.contacts.get(mine.id, unknown)
        if exported.export.masked:
            contact = Contact(masked_name(contact.name), masked_phone(contact.phone))
        people.append(_Person(mine, contact.name, contact.phone, positions.get(mine.id)))
    return people


def _note(exported: Exported) -> str:
    return MASKED if exported.export.masked else UNMASKED


def _by_sound(text: str) -> bytes:
    """The older part of GB 18030 has the common characters in the order of pinyin."""
    return text.encode("gb18030", errors="replace")


_TABLES = {ExportKind.ROSTER: _roster, ExportKind.SIGN_IN_SHEET: _sign_in_sheet, ExportKind.BADGES: _badges}
_CATEGORIES = list(Category)
_ORDER: dict[Order, Callable[[_Person], tuple[Any, ...]]] = {
    Order.REGISTERED: lambda each: (each.mine.ticket,),
    Order.CATEGORY: lambda each: (_CATEGORIES.index(each.mine.category), each.mine.ticket),
    Order.NAME: lambda each: (_by_sound(each.name), each.mine.ticket),
}
