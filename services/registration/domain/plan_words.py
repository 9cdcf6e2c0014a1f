"""What the parts of a plan are called, in Chinese and English."""

from collections.abc import Mapping, Sequence

from services.registration.domain.composition import EN, ZH, Headcount
from services.registration.domain.plan_content import Role, Selection
from services.registration.domain.plan_sections import PlannedTime
from services.registration.domain.rota import Rota
from shared.errors import Sentence

TITLE = Sentence("活动名称", "Title")
THEME = Sentence("主题", "Theme")
TOWN = Sentence("镇街", "Town")
FORM = Sentence("组织形式", "Forms")
PURPOSE = Sentence("活动目的", "Purpose")
SELECTION = Sentence("代表产生方式", "How representatives are chosen")
ID_NUMBER_REASON = Sentence("收集身份证号的理由", "Why ID numbers are asked for")
AGENDA = Sentence("活动流程", "Agenda")
ROLE = Sentence("承担角色", "role")
CREDIT = Sentence("计分份额", "share of the credit")
ORDER = {
    "hosts": Sentence("主办单位顺序", "Order of the hosts"),
    "points": Sentence("开放点顺序", "Order of the points"),
}

POINT: Mapping[str, Sentence] = {
    "name": Sentence("名称", "name"),
    "place": Sentence("地点", "place"),
    "unit_id": Sentence("负责单位", "unit"),
    "cap": Sentence("人数上限", "cap"),
    "mix": Sentence("代表构成", "representatives"),
    "cap_reason": Sentence("超过20人的理由", "why more than 20"),
}
FORMS: Mapping[str, Sentence] = {
    "office_visit": Sentence("参观机关办公场所", "office visit"),
    "site_visit": Sentence("现场参观考察", "site visit"),
    "public_dialogue": Sentence("政民座谈交流", "public dialogue"),
}
SELECTIONS: Mapping[Selection, Sentence] = {
    Selection.FIRST_COME: Sentence("先到先得", "first come"),
    Selection.RANDOM_DRAW: Sentence("抽签", "draw"),
}
ROLES: Mapping[Role, Sentence] = {
    Role.LEAD: Sentence("牵头", "lead"),
    Role.CO_HOST: Sentence("联合主办", "co-host"),
    Role.SUPPORT: Sentence("协办", "support"),
}

ROTA = Sentence("分组轮转", "Groups that move")
PLANNED_TIME = Sentence("拟定时间", "Planned time")
SECTIONS: Mapping[str, Sentence] = {
    "invitees": Sentence("邀请对象", "Invitees"),
    "sign_up": Sentence("报名方式", "Sign-up"),
    "division_of_work": Sentence("职责分工", "Division of work"),
    "safety": Sentence("安全与应急预案", "Safety and contingency"),
    "publicity": Sentence("宣传报道", "Publicity"),
    "feedback": Sentence("意见反馈", "Feedback"),
}


def text(said: str | None) -> Sentence | None:
    """What a unit wrote, in its own words."""
    return None if said is None else Sentence(said, said)


def time(planned: PlannedTime | None) -> Sentence | None:
    """Words, days, or both."""
    if planned is None:
        return None
    ends = [each.isoformat() if each else "…" for each in (planned.earliest, planned.latest)]
    days = [Sentence("至".join(ends), " to ".join(ends))] if planned.earliest or planned.latest else []
    return joined([*([Sentence(planned.said, planned.said)] if planned.said else []), *days])


def rota(moving: Rota | None) -> Sentence | None:
    """How long they stay, and how long they are on the way."""
    if moving is None:
        return None
    stay, way, begins = moving.stay_minutes, moving.transfer_minutes, moving.begins_after_minutes
    return Sentence(
        f"开始后 {begins} 分钟起，每点停留 {stay} 分钟，路上 {way} 分钟",
        f"from {begins} minutes after the start, {stay} minutes at each point, {way} on the way",
    )


def of_host(host: Sentence, part: Sentence) -> Sentence:
    """A part of what is said of a host."""
    return Sentence(f"主办单位“{host.zh}”{part.zh}", f"Host “{host.en}”: {part.en}")


def of_point(name: str, part: Sentence) -> Sentence:
    """A part of what is said of an open point."""
    return Sentence(f"开放点“{name}”{part.zh}", f"Open point “{name}”: {part.en}")


def numbered(thing: Sentence, number: int) -> Sentence:
    """An item of a list, counted from 1."""
    return Sentence(f"{thing.zh}第{number}项", f"{thing.en}, item {number}")


def heads(people: Headcount) -> Sentence:
    """How many of each category."""
    return joined([Sentence(f"{ZH[each]}{count}名", f"{EN[each]} {count}") for each, count in people.items()])


def listed(items: Sequence[str]) -> Sentence:
    """Texts one after another."""
    return joined([Sentence(each, each) for each in items])


def joined(parts: Sequence[Sentence]) -> Sentence:
    """Sentences one after another."""
    return Sentence("；".join(each.zh for each in parts), "; ".join(each.en for each in parts))
