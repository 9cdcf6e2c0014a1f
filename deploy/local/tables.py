"""What people read: where an instance is reached, and how its programs are."""

import re
from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from deploy.local.instance import Instance
from deploy.local.status import ProgramStatus


def print_addresses(instance: Instance, console: Console) -> None:
    """The table at the end of `up`."""
    where = instance.addresses
    table = Table(title=f"Instance {instance.name} is up", title_justify="left")
    table.add_column("what")
    table.add_column("where", overflow="fold")
    for service, root in where.services.items():
        table.add_row(service, f"{where.docs(service)}\n{root}/metrics")
    table.add_row("Kafka bootstrap", where.kafka)
    table.add_row("topics", f"{where.topic_prefix}.<service>.events.v1")
    table.add_row("MongoDB URL", without_password(where.mongo))
    table.add_row("databases", where.database("<service>"))
    table.add_row("logs", str(instance.folders.logs))
    console.print(table)


def print_status(instance: Instance, rows: Sequence[ProgramStatus], console: Console) -> None:
    """The table of `status`, and below it what was restarted since the last `up`."""
    if not any(row.pid for row in rows):
        console.print(f"Instance {instance.name} is down.")
        return
    table = Table(title=f"Instance {instance.name}", title_justify="left")
    for column in ("program", "state", "pid", "for", "restarts", "address"):
        table.add_column(column, justify="right" if column in ("pid", "for", "restarts") else "left", overflow="fold")
    for row in rows:
        state = "ready" if row.ready else f"{row.state.lower()}: {row.why}"
        pid = str(row.pid) if row.pid else ""
        running_for = str(timedelta(seconds=row.running_for)) if row.pid else ""
        table.add_row(row.name, state, pid, running_for, str(row.restarts), row.address)
    console.print(table)
    for line in instance.restarts.since_up():
        console.print(line, soft_wrap=True)


def without_password(url: str) -> str:
    """The URL with its user and password hidden."""
    return re.sub(r"//[^/@]*@", "//***@", url)
