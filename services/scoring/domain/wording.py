"""Why a line stands, in a sentence for people, built from the line's inputs alone."""

from collections.abc import Mapping

from services.scoring.domain.lines import Line
from shared.errors import Sentence

_SENTENCES: Mapping[str, Sentence] = {
    "held.met": Sentence(
        "全年开展活动 {activities} 次（要求 {required} 次）。", "Held {activities} in the year; {required} asked."
    ),
    "held.not_yet": Sentence(
        "全年开展活动 {activities} 次，不足 {required} 次。", "Held {activities} in the year; {required} asked."
    ),
    "plan_filed_before_activity.met": Sentence(
        "方案均在活动开始前报送。", "Every plan was filed before its activity began."
    ),
    "plan_filed_before_activity.not_met": Sentence(
        "方案未在活动开始前报送：{which}。", "Plan not filed before the activity began: {which}."
    ),
    "announced_in_time.met": Sentence(
        "公告最短提前 {least_days} 天，要求 {lead_days} 天。",
        "Announced at least {least_days} days ahead; {lead_days} asked.",
    ),
    "announced_in_time.not_met": Sentence(
        "公告最短提前 {least_days} 天，不足 {lead_days} 天：{which}。",
        "Announced {least_days} days ahead at the least; {lead_days} asked: {which}.",
    ),
    "composition_met.met": Sentence(
        "签到代表中群众代表均不低于三分之一。", "Residents were at least a third at every door."
    ),
    "composition_met.not_met": Sentence(
        "签到代表中群众代表低于三分之一：{which}。", "Residents were less than a third at the door: {which}."
    ),
    "materials_in_time.met": Sentence("活动材料均在两日内报送。", "Every set of materials was filed within two days."),
    "materials_in_time.not_met": Sentence(
        "活动材料未在两日内报送：{which}。", "Materials not filed within two days: {which}."
    ),
    "materials_in_time.not_yet": Sentence("活动材料尚未报送：{which}。", "Materials not filed yet: {which}."),
    "opinions_answered_in_time.met": Sentence("无逾期未答复的意见建议。", "No opinion became overdue."),
    "opinions_answered_in_time.not_met": Sentence(
        "有 {overdue} 条意见建议逾期。", "Opinions that became overdue: {overdue}."
    ),
    "result_published.met": Sentence("活动情况均已公开。", "Every activity's outcome was published."),
    "result_published.not_yet": Sentence("活动情况未公开：{which}。", "Outcome not published: {which}."),
    "absent_all_year": Sentence(
        "{year} 年全年未开展活动，不得分并扣分。", "No activity in {year}: no points, and points off."
    ),
    "materials_late.late": Sentence(
        "活动 {subject} 的材料逾期 {days_late} 天报送。", "Materials of {subject} were filed {days_late} days late."
    ),
    "materials_late.missing": Sentence(
        "活动 {subject} 的材料逾期未报送。", "Materials of {subject} are overdue and not filed."
    ),
    "opinion_overdue": Sentence(
        "意见 {subject} 应于 {last_day} 前（含当日）答复，已逾期。",
        "Opinion {subject} was to be answered by the end of {last_day}.",
    ),
    "replicable_case": Sentence("可复制可推广案例经审定采纳。", "The case was accepted as replicable."),
    "superior_publication": Sentence(
        "在上级政府网站发表，级别：{level}（同一成果取最高级别）。",
        "Published on a superior government website, level: {level} (of one achievement the highest).",
    ),
    "live_stream": Sentence("活动 {subject} 采取线上直播。", "Activity {subject} was streamed live."),
}
_CAPPED = Sentence("达到上限 {cap} 分，本应 {uncapped} 分。", "The cap of {cap} is reached; it would be {uncapped}.")


def why(line: Line) -> Sentence:
    """The sentence for one line."""
    outcome = line.inputs.get("outcome")
    sentence = _SENTENCES[f"{line.rule}.{outcome}" if outcome else line.rule]
    words = {**line.inputs, "subject": line.subject}
    zh, en = sentence.zh.format(**words), sentence.en.format(**words)
    if "cap" in line.inputs:
        points = {name: as_points(int(line.inputs[name])) for name in ("cap", "uncapped")}
        zh, en = zh + _CAPPED.zh.format(**points), f"{en} {_CAPPED.en.format(**points)}"
    return Sentence(zh, en)


def as_points(thousandths: int) -> str:
    """`-500` → `-0.500`."""
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}"
