"""What is said at a door: a sentence for every result, and the refusals of a door that asks about one person."""

from services.registration.domain.door import Result, Verdict
from services.registration.domain.place import REGISTRATION, Scan
from shared.errors import Conflict, Sentence, not_found
from shared.time import SHANGHAI

_SAID = {
    Result.ADMITTED: Sentence("签到成功，请入场。", "Checked in; please go in."),
    Result.NOT_CONFIRMED: Sentence("该代表没有确认的名额。", "No confirmed place."),
    Result.CANCELLED: Sentence("名额或活动已取消。", "The place or the activity was cancelled."),
    Result.WRONG_ACTIVITY: Sentence("这是另一场活动的凭证。", "This ticket is for another activity."),
    Result.WRONG_POINT: Sentence(
        "这是本活动另一开放点的凭证。", "This ticket is for another open point of this activity."
    ),
    Result.TOO_EARLY: Sentence(
        "尚未开始签到（名单锁定后、活动开始前三小时起）。",
        "The door is not open yet: it opens once the list is locked, three hours before the start.",
    ),
    Result.TOO_LATE: Sentence("签到已结束。", "The door is closed."),
    Result.REVOKED: Sentence("该凭证已换发，请出示新的凭证。", "This ticket was replaced; ask for the newer one."),
    Result.UNKNOWN_CODE: Sentence("未能识别，请核对后重试。", "Not recognised; check it and try again."),
    Result.BAD_SIGNATURE: Sentence("凭证无效：签名不符。", "Not a valid ticket: its signature is wrong."),
    Result.UNDONE: Sentence("此次签到已被撤销。", "This check-in was taken back."),
}


def sentence(verdict: Verdict) -> Sentence:
    """What the door shows; a duplicate says when and where the first scan was, on a clock of 24 hours."""
    if verdict.result != Result.DUPLICATE or verdict.first_at is None:
        return _SAID.get(verdict.result, _SAID[Result.UNKNOWN_CODE])
    first = verdict.first_at.astimezone(SHANGHAI)
    at, on = f"{first:%H:%M:%S}", f"{first.month}月{first.day}日"
    where = f"在 {verdict.first_device} " if verdict.first_device else ""
    where_en = f" at {verdict.first_device}" if verdict.first_device else ""
    return Sentence(f"已于 {on} {at} {where}签到。", f"Already checked in on {first:%Y-%m-%d} at {at}{where_en}.")


def let_in(verdict: Verdict) -> Scan:
    """For a door that asks about one person: raises Conflict or NotFound unless they are in."""
    if verdict.first_at and verdict.registration_id and verdict.category:
        return Scan(
            verdict.result.value, verdict.registration_id, verdict.category, verdict.first_at, verdict.first_device
        )
    if verdict.result == Result.UNKNOWN_CODE:
        raise not_found("registration")
    if verdict.state and not REGISTRATION.allows(verdict.state, "check_in"):
        allowed = REGISTRATION.allowed(verdict.state)
        raise Conflict(
            "not_confirmed", "该代表没有确认的名额。", "No confirmed place.", state=verdict.state, allowed=allowed
        )
    if verdict.result in (Result.TOO_EARLY, Result.TOO_LATE):
        raise Conflict("outside_hours", "不在签到时间内。", "The door is not open at this time.")
    said = sentence(verdict)
    raise Conflict(verdict.result.value, said.zh, said.en)
