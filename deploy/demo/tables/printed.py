"""All tables one after another, the verdict, and where to look further."""

import sys

from rich.console import Console

from deploy.data.checks import DistrictData
from deploy.demo.season import Run
from deploy.demo.tables import activities, scores, traffic
from deploy.demo.tables.words import table
from deploy.local.instance import Instance

PLAIN_WIDTH = 150  # columns, where there is no terminal to ask


def print_run(run: Run, data: DistrictData, *, verbose: bool = False) -> None:
    """What came of the season, and what was not as expected."""
    console = _console()
    for each in (
        activities.activities(run.outcome),
        activities.opinions(run.outcome),
        activities.filings(run.outcome),
        *scores.scorecards(run.outcome, data.units),
        scores.absent(run.outcome, data.units, verbose=verbose),
        traffic.topics(run.traffic),
        traffic.readers(run.traffic),
        *([traffic.attempts(run.stage.attempts)] if verbose else []),
    ):
        console.print(each)
        console.print()
    _verdict(run, console)


def print_where(instance: Instance, run: Run, seconds: float) -> None:
    """What was left running, and how to look at it."""
    console, where = _console(), instance.addresses
    made = table("留在运行 · Left running", "what", "where")
    for service, root in where.services.items():
        made.add_row(service, f"{root}/{service}/v1/docs  {root}/metrics")
    made.add_row("Kafka", where.kafka)
    made.add_row("MongoDB", where.mongo)
    made.add_row("logs", str(instance.folders.logs))
    console.print(made)
    topic = f"{where.topic_prefix}.registration.events.v1"
    kcat = f"kcat -b {where.kafka} -C -e -q -t {topic} -f '%k %h\\n%s\\n\\n'"
    console.print(f"事件 Events:  {kcat}", soft_wrap=True, highlight=False, markup=False)
    console.print("停止 Stop:    make down", highlight=False)
    played = f"{run.steps} steps, {run.traffic.events} events, {run.seconds:.1f} s; {seconds:.1f} s in all"
    console.print(f"用时 Played:  {played}", highlight=False)


def _verdict(run: Run, console: Console) -> None:
    if not run.mismatches:
        tried = f"{len(run.stage.attempts)} attempts and checks on the way among them"
        console.print(f"全部结果符合预期。Every expected outcome was met, {tried}.", style="bold green")
        return
    made = table("与预期不符 · Not as expected", "项目\nwhat", "预期\nexpected", "实际\ngot")
    for each in run.mismatches:
        made.add_row(each.what, each.expected, each.got, style="red")
    console.print(made)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
