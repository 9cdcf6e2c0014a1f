"""Events per topic, who reads them, and what had to be refused."""

from collections.abc import Sequence

from rich.table import Table

from deploy.demo.stage import Attempt
from deploy.demo.tables.words import table
from deploy.demo.traffic import Traffic


def topics(traffic: Traffic) -> Table:
    """What was said."""
    columns = ("主题\ntopic", "事件\nevents", "重复\nduplicates", "死信\ndead letters")
    made = table("事件 · Events", *columns, right=(1, 2, 3))
    for each in traffic.topics:
        made.add_row(each.topic, str(each.events), str(each.duplicates), str(each.dead_letters))
    return made


def readers(traffic: Traffic) -> Table:
    """How far it was heard."""
    made = table("消费组 · Consumer groups", "消费组\ngroup", "滞后\nlag", "待序\nparked", right=(1, 2))
    for each in traffic.readers:
        made.add_row(each.group, str(each.lag), str(each.parked))
    return made


def attempts(tried: Sequence[Attempt]) -> Table:
    """What had to turn out in one way only."""
    made = table("尝试 · Attempts", "尝试\nattempt", "应得\nexpected", "实得\ngot")
    for each in tried:
        made.add_row(each.what, each.expected, each.got)
    return made
