"""What the commands do once a checkout is set up: settings in, instance at work, words out."""

from collections.abc import Sequence

from rich.console import Console

from deploy.data.errors import DataFileError
from deploy.data.load import load_units
from deploy.data.models import Unit
from deploy.local.clean import clean, removable
from deploy.local.instances import DISTRICT, of_checkout
from deploy.local.problems import LocalProblem
from deploy.local.settings import LocalSettings
from deploy.local.tables import print_addresses, print_status
from deploy.local.tokens import mint
from deploy.local.units import put_units
from shared.security.permissions import ROLES, Role


def up(name: str) -> int:
    """One instance; the district gets its units."""
    instance = of_checkout(LocalSettings.read(), _say)[name]
    units = _units() if name == DISTRICT else ()
    instance.up()
    if units:
        put_units(instance, units)
        _say(f"{len(units)} units of Hedong District are loaded")
    print_addresses(instance, Console())
    return 0


def down(names: Sequence[str]) -> int:
    """Instances in the given order."""
    for name, instance in of_checkout(LocalSettings.read(), _say).items():
        if name in names:
            stopped = instance.down()
            _say(f"{name}: stopped {', '.join(stopped)}" if stopped else f"{name}: was down")
    return 0


def status() -> int:
    """Every instance. Returns 1 when one that is up is not ready."""
    console, good = Console(), True
    for instance in of_checkout(LocalSettings.read()).values():
        rows = instance.status()
        print_status(instance, rows, console)
        good = good and (all(row.ready for row in rows) or not any(row.pid for row in rows))
    return 0 if good else 1


def clean_up(*, everything: bool, agreed: bool) -> int:
    """What running has left behind."""
    settings = LocalSettings.read()
    folders = removable(settings, everything=everything)
    return clean(folders, of_checkout(settings).values(), agreed=agreed)


def token(name: str, subject: str, roles: Sequence[str], units: Sequence[str]) -> int:
    """A token on standard output, alone, so that a shell can take it."""
    plan = of_checkout(LocalSettings.read())[name].plan
    print(mint(plan, subject=subject, roles=[_role(each) for each in roles], units=units))
    return 0


def _units() -> Sequence[Unit]:
    try:
        return load_units().units
    except DataFileError as fault:
        raise LocalProblem(str(fault)) from fault


def _role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    raise LocalProblem(f"There is no role {name!r}. The roles are: {', '.join(ROLES)}.")


def _say(line: str) -> None:
    print(line, flush=True)
