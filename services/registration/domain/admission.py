"""The answer that a representative gets: a status, a reason code, and the sentence that says what happens next."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.registration.domain.composition import EN, ZH, Category
from shared.errors import Sentence
from shared.time import SHANGHAI


class Reason(StrEnum):
    """Why somebody waits."""

    CAPACITY_FULL = "capacity_full"
    COMPOSITION_HOLD = "composition_hold"
    CATEGORY_FULL = "category_full"
    QUEUE_AHEAD = "queue_ahead"
    NOT_DRAWN = "not_drawn"


@dataclass(frozen=True)
class Admission:
    """Where one registration stands. `position` counts from 1 in its category's queue; `answer_by` ends an offer."""

    registration_id: str
    status: str
    reason: Reason | None
    position: int | None
    sentence: Sentence
    answer_by: datetime | None = None


_SAID = {
    "confirmed": Sentence("报名成功，名额已确认。", "You have a place."),
    "applied": Sentence("已进入抽签，报名截止后公布结果。", "You are in the draw; the result follows after the close."),
    "cancelled": Sentence("已取消报名。", "Your registration is cancelled."),
    "declined": Sentence("您已放弃候补到的名额。", "You gave up the place that was offered to you."),
    "expired": Sentence(
        "未在期限内确认，名额已让给下一位。", "You did not confirm in time; the place went to the next one."
    ),
    "attended": Sentence("已签到。", "You are checked in."),
    "absent": Sentence("未到场。", "You did not attend."),
    "not_drawn": Sentence(
        "本次未抽中，候补名单也已满，感谢参与。",
        "You were not drawn, and the waiting list is full. Thank you for applying.",
    ),
}

_WHY = {
    Reason.CAPACITY_FULL: Sentence("名额已满", "All places are taken"),
    Reason.COMPOSITION_HOLD: Sentence("须先保证群众代表名额", "Places are reserved for residents"),
    Reason.CATEGORY_FULL: Sentence("该类代表名额已满", "The places of this category are taken"),
    Reason.QUEUE_AHEAD: Sentence("前面还有人候补", "Others wait before you"),
    Reason.NOT_DRAWN: Sentence("本次未抽中", "You were not drawn"),
}


def offered(until: datetime) -> Sentence:
    """What somebody is told for whom a seat is held."""
    local = until.astimezone(SHANGHAI)
    return Sentence(
        f"有名额空出，为您保留到 {local.month} 月 {local.day} 日 {local:%H:%M}，请在此之前确认；不确认则让给下一位。",
        f"A place is held for you until {local:%Y-%m-%d %H:%M}; confirm before, or it goes to the next one.",
    )


def sentence(status: str, category: Category, reason: Reason | None, position: int | None, short_by: int) -> Sentence:
    """What the person is told, with number and next step."""
    if status != "waitlisted":
        return _SAID[status]
    why = _WHY[reason or Reason.QUEUE_AHEAD]
    more = ""
    more_en = ""
    if reason == Reason.COMPOSITION_HOLD and short_by:
        more, more_en = f"，还需 {short_by} 名群众代表确认", f"; {short_by} more residents must confirm"
    return Sentence(
        f"{why.zh}{more}，您是{ZH[category]}候补第 {position} 位，有空位按顺序通知。",
        f"{why.en}{more_en}. You are number {position} in the queue of {EN[category]}.",
    )
