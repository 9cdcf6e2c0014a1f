"""What is held about a person as a text to read and keep: Chinese and English, one thing a line."""

from datetime import datetime

from services.registration.api.schemas.subjects import PersonalDataView
from services.registration.domain.composition import ZH
from shared.time import SHANGHAI

HEAD = "政府开放日个人信息副本 Your personal data at the Government Open Day"
NOTHING = "无 none"


def letter(data: PersonalDataView) -> str:
    """The whole, with the same facts as the JSON."""
    return (
        "\n".join([HEAD, "", *_activity(data), *_contact(data), *_registration(data), *_use(data), *_end(data)]) + "\n"
    )


def _activity(data: PersonalDataView) -> list[str]:
    return [
        f"活动 Activity: {data.activity_title}",
        f"用途 Purpose: {data.purpose}",
        f"同意 Consent: {data.consent or NOTHING}",
        "",
    ]


def _contact(data: PersonalDataView) -> list[str]:
    if not data.contact:
        return ["联系信息 Contact: 已不再保存 not kept any more", ""]
    return [
        f"姓名 Name: {data.contact.name}",
        f"电话 Phone: {data.contact.phone}",
        f"身份证号 ID number: {data.contact.id_number or NOTHING}",
        f"邮箱 Email: {data.contact.email or NOTHING}",
        "",
    ]


def _registration(data: PersonalDataView) -> list[str]:
    mine = data.registration
    if not mine:
        return ["报名 Registration: 已不再保存 not kept any more", ""]
    lines = [
        f"报名编号 Registration: {mine.id}",
        f"类别 Category: {ZH[mine.category]} {mine.category}",
        f"基层代表 Grassroots: {'是 yes' if mine.grassroots else '否 no'}",
        f"状态 Status: {mine.status}",
        f"报名时间 Registered at: {_time(mine.registered_at)}",
        f"签到时间 Checked in at: {_time(mine.checked_in_at)}",
    ]
    return [*lines, *([f"撤销签到的原因 Check-in undone: {mine.undone_because}"] if mine.undone_because else []), ""]


def _use(data: PersonalDataView) -> list[str]:
    scans = [f"  {_time(each.at)} {each.device or '-'} {each.result}" for each in data.scans]
    told = [f"  {_time(each.at)} {each.subject}（{each.state}）" for each in data.notices]
    lists = [f"  {_time(each.at)} {each.kind}" for each in data.given_to]
    return [
        "签到扫码 Scans at the door:",
        *(scans or [f"  {NOTHING}"]),
        "通知 Notices:",
        *(told or [f"  {NOTHING}"]),
        "含全部姓名电话的名单导出 Lists with whole names and numbers:",
        *(lists or [f"  {NOTHING}"]),
        f"轮流记录 Turn: {_turn(data)}",
        "",
    ]


def _turn(data: PersonalDataView) -> str:
    turn = data.turn
    return f"{_time(turn.at)} {turn.kind}（{_time(turn.forgotten_at)} 自动删除 erased by itself）" if turn else NOTHING


def _end(data: PersonalDataView) -> list[str]:
    lines = [f"{_time(each.at)} 自动删除 erased by itself: {each.title}" for each in data.erased_by_itself]
    if data.on_legal_hold:
        lines.append("因法定事由暂缓删除 On legal hold: nothing is erased for now")
    if data.erased:
        lines.append(f"已应要求删除 Erased on request: {_time(data.erased.at)}")
    return lines


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else NOTHING
