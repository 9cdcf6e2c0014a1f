"""The outcome for people: tables with Chinese and English headers, plain where there is no terminal."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.data.checks import DistrictData
from deploy.data.models import Mix
from deploy.demo.outcome import ActivityOutcome, Outcome
from deploy.demo.season import Run
from deploy.local.instance import Instance
from shared.time import SHANGHAI

PLAIN_WIDTH = 150  # columns, where there is no terminal to ask
_STATES = {"held": "已举办 held", "cancelled": "已取消 cancelled", "announced": "已公告 announced"}


def print_run(run: Run, data: DistrictData, *, verbose: bool = False) -> None:
    """All tables, and what was not as expected."""
    console = _console()
    for table in (
        activities(run.outcome),
        opinions(run.outcome),
        filings(run.outcome),
        *scorecards(run.outcome, data),
        absent(run.outcome, data, verbose=verbose),
        topics(run),
        *([attempts(run)] if verbose else []),
    ):
        console.print(table)
        console.print()
    _verdict(run, console)


def print_where(instance: Instance, run: Run, seconds: float) -> None:
    """What was left running, and how to look at it."""
    console, where = _console(), instance.addresses
    table = _table("留在运行 · Left running", "what", "where")
    for service, root in where.services.items():
        table.add_row(service, f"{root}/{service}/v1/docs  {root}/metrics")
    table.add_row("Kafka", where.kafka)
    table.add_row("MongoDB", where.mongo)
    table.add_row("logs", str(instance.folders.logs))
    console.print(table)
    topic = f"{where.topic_prefix}.registration.events.v1"
    line = f"kcat -b {where.kafka} -C -e -q -t {topic} -f '%k %h\\n%s\\n\\n'"
    console.print(f"事件 Events:  {line}", soft_wrap=True, highlight=False, markup=False)
    console.print("停止 Stop:  make down", highlight=False)
    played = f"{run.steps} steps, {run.traffic.events} events, {run.seconds:.1f} s; {seconds:.1f} s in all"
    console.print(f"用时 Played:  {played}", highlight=False)


def activities(outcome: Outcome) -> Table:
    """Seats, attendance, composition."""
    table = _table(
        "活动 · Activities   (人大代表 deputies / 政协委员 CPPCC / 群众代表 residents / 媒体 media)",
        "活动\nactivity",
        "日期\ndate",
        "名额\ncap",
        "确认\nconfirmed",
        "候补\nwaiting",
        "到场\nattended",
        "到场比例\nresidents at the door",
        "状态\nstate",
    )
    for each in outcome.activities:
        cap = f"{each.cap}" if each.points == 1 else f"{each.points} × {each.cap // each.points}"
        row = [_heads(each.confirmed), _heads(each.waiting), _heads(each.attended), _ratio(each)]
        state = _STATES.get(each.state, each.state)
        table.add_row(f"{each.id} {each.title}", f"{_local(each.starts_at):%m-%d}", cap, *row, state)
    return table


def opinions(outcome: Outcome) -> Table:
    """What was said and what became of it."""
    fields = {
        "received": "收到\nreceived",
        "on_site": "现场答复\non site",
        "assigned": "交办\nassigned",
        "transferred": "转办\ntransferred",
        "overdue": "逾期\noverdue",
        "supervised": "督办\nsupervised",
        "answered": "办结\nanswered",
        "published": "公开\npublished",
    }
    table = _table("意见建议 · Opinions", "活动\nactivity", *fields.values(), "零报告\nnil return", right=range(1, 9))
    totals = dict.fromkeys(fields, 0)
    for each in outcome.activities:
        counts = {name: getattr(each.opinions, name) for name in fields}
        totals = {name: totals[name] + counts[name] for name in fields}
        nil = "已报 declared" if each.nil_return else ""
        table.add_row(f"{each.id} {each.title}", *(str(count or "") for count in counts.values()), nil)
    table.add_row("合计 total", *map(str, totals.values()), "", style="bold")
    return table


def filings(outcome: Outcome) -> Table:
    """When materials were due, and when they came."""
    table = _table(
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
            table.add_row(f"{each.id} {each.title}", "", "", "", "", "不需报送 none due")
            continue
        late = (
            f"{filing.days_late} 天 days" if filing.days_late else "按时 on time" if filing.filed_at else "未报 never"
        )
        filed = f"{_local(filing.filed_at):%m-%d %H:%M}" if filing.filed_at else ""
        due = f"{_last_day(filing.due):%m-%d}"
        table.add_row(f"{each.id} {each.title}", due, filed, late, filing.receipt or "", filing.state)
    return table


def scorecards(outcome: Outcome, data: DistrictData) -> Iterable[Table]:
    """Every unit that an activity counts for, with the lines that explain its total."""
    for card in _hosting(outcome, data):
        title = f"{card['title']} · {_name_en(card, data)}   {_points(card['total'])}"
        table = _table(title, "项目\nrule", "分\npoints", "理由\nwhy", right=(1,))
        for line in card["lines"]:
            table.add_row(f"{line['name']}\n{line['name_en']}", _points(line["points"]), _why(line))
        yield table


def absent(outcome: Outcome, data: DistrictData, *, verbose: bool = False) -> Table:
    """Those who held nothing all year, in one line, or one by one."""
    hosting = {card["unit_id"] for card in _hosting(outcome, data)}
    cards = [card for card in outcome.scorecards if card["unit_id"] not in hosting]
    table = _table("全年未开展 · No activity all year", "单位\nunit", "分\npoints", right=(1,))
    if verbose:
        for card in cards:
            table.add_row(f"{card['title']} · {_name_en(card, data)}", _points(card["total"]))
    else:
        shown = sorted({_points(card["total"]) for card in cards})
        table.add_row(f"{len(cards)} 个单位 units (--verbose)", ", ".join(shown))
    return table


def topics(run: Run) -> Table:
    """Events per topic, and who reads them."""
    table = _table(
        "事件 · Events",
        "主题\ntopic",
        "事件\nevents",
        "重复\nduplicates",
        "死信\ndead letters",
        "消费组\ngroup",
        "滞后\nlag",
        "待序\nparked",
        right=(1, 2, 3, 5, 6),
    )
    readers = {each.group.rpartition(".")[2]: each for each in run.traffic.readers}
    for each in run.traffic.topics:
        reader = readers.get(each.topic.split(".")[1])
        of_reader = [reader.group, str(reader.lag), str(reader.parked)] if reader else ["", "", ""]
        table.add_row(each.topic, str(each.events), str(each.duplicates), str(each.dead_letters), *of_reader)
    return table


def attempts(run: Run) -> Table:
    """What had to be refused, and was."""
    table = _table("尝试 · Attempts", "尝试\nattempt", "应得\nexpected", "实得\ngot")
    for each in run.attempts:
        table.add_row(each.what, each.expected, each.got)
    return table


def _verdict(run: Run, console: Console) -> None:
    tried = f"{len(run.attempts)} attempts and checks on the way"
    if not run.mismatches:
        console.print(f"全部结果符合预期。Every expected outcome was met ({tried}).", style="bold green")
        return
    table = _table("与预期不符 · Not as expected", "what", "expected", "got")
    for each in run.mismatches:
        table.add_row(each.what, each.expected, each.got, style="red")
    console.print(table)


def _hosting(outcome: Outcome, data: DistrictData) -> Sequence[dict[str, Any]]:
    return [card for card in outcome.scorecards if any(line["rule"] == "held" for line in card["lines"])]


def _heads(mix: Mix | None) -> str:
    if mix is None:
        return "–"
    return f"{mix.total} ({'/'.join(map(str, mix.by_category().values()))})" if mix.total else "0"


def _ratio(activity: ActivityOutcome) -> str:
    if activity.attended is None:
        return "–"
    met = "达标 met" if activity.composition_at_door == "met" else "不足 short"
    return f"{activity.attended.resident_representative}/{activity.attended.total} {met}"


def _why(line: dict[str, Any]) -> str:
    return f"{line['why']['zh']}\n{line['why']['en']}"


def _points(thousandths: int) -> str:
    """`-2.000`."""
    return f"{'-' if thousandths < 0 else ''}{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}"


def _name_en(card: dict[str, Any], data: DistrictData) -> str:
    unit = data.units.unit(card["unit_id"])
    return unit.name_en if unit else card["unit_id"]


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


def _last_day(due: datetime) -> datetime:
    """24:00 of a day is written as 0:00 of the next; people mean the day."""
    return _local(due.fromtimestamp(due.timestamp() - 1, SHANGHAI))


def _table(title: str, *columns: str, right: Iterable[int] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number in right else "left", overflow="fold")
    return table


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
