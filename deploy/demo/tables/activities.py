"""Activities with their seats, opinions, filings."""

from rich.table import Table

from deploy.demo.outcome import ActivityOutcome, Outcome
from deploy.demo.tables.words import heads, last_day, local, table

_STATES = {"held": "已举办 held", "cancelled": "已取消 cancelled", "announced": "已公告 announced"}
_COUNTS = {
    "received": "收到\nreceived",
    "on_site": "现场答复\non site",
    "assigned": "交办\nassigned",
    "transferred": "转办\ntransferred",
    "overdue": "逾期\noverdue",
    "supervised": "督办\nsupervised",
    "answered": "办结\nanswered",
    "published": "公开\npublished",
}


def activities(outcome: Outcome) -> Table:
    """Seats, attendance, composition."""
    made = table(
        "活动 · Activities   (人大代表 deputies / 政协委员 CPPCC / 群众代表 residents / 媒体 media)",
        "活动\nactivity",
        "日期\ndate",
        "名额\ncap",
        "确认\nconfirmed",
        "候补\nwaiting",
        "到场\nattended",
        "到场群众\nresidents",
        "状态\nstate",
    )
    for each in outcome.activities:
        cap = f"{each.cap}" if each.points == 1 else f"{each.points} × {each.cap // each.points}"
        row = [heads(each.confirmed), heads(each.waiting), heads(each.attended), _ratio(each)]
        made.add_row(_name(each), f"{local(each.starts_at):%m-%d}", cap, *row, _STATES.get(each.state, each.state))
    return made


def opinions(outcome: Outcome) -> Table:
    """What was said and what became of it."""
    columns = ("活动\nactivity", *_COUNTS.values(), "零报告\nnil return")
    made = table("意见建议 · Opinions", *columns, right=range(1, 1 + len(_COUNTS)))
    totals = dict.fromkeys(_COUNTS, 0)
    for each in outcome.activities:
        counts = {name: getattr(each.opinions, name) for name in _COUNTS}
        totals = {name: totals[name] + counts[name] for name in _COUNTS}
        nil = "已报 declared" if each.nil_return else ""
        made.add_row(_name(each), *(str(count or "") for count in counts.values()), nil)
    made.add_row("合计 total", *map(str, totals.values()), "", style="bold")
    return made


def filings(outcome: Outcome) -> Table:
    """When materials were due, and when they came."""
    made = table(
        "活动材料 · Filings   (截止当日 24:00 · due at the end of that day)",
        "活动\nactivity",
        "截止\ndue",
        "报送\nfiled",
        "逾期\nlate by",
        "回执\nreceipt",
        "状态\nstate",
    )
    for each in outcome.activities:
        filing = each.filing
        if filing is None:
            made.add_row(_name(each), "", "", "", "", "不需报送 none due")
            continue
        late = (
            f"{filing.days_late} 天 days" if filing.days_late else "按时 on time" if filing.filed_at else "未报 never"
        )
        filed = f"{local(filing.filed_at):%m-%d %H:%M}" if filing.filed_at else ""
        made.add_row(_name(each), f"{last_day(filing.due):%m-%d}", filed, late, filing.receipt or "", filing.state)
    return made


def _name(activity: ActivityOutcome) -> str:
    return f"{activity.id} {activity.title}"


def _ratio(activity: ActivityOutcome) -> str:
    if activity.attended is None:
        return "–"
    met = "达标 met" if activity.composition_at_door == "met" else "不足 short"
    return f"{activity.attended.resident_representative}/{activity.attended.total} {met}"
