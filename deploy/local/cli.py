"""The command line of a checkout. A command imports what it needs: `setup` and `doctor` run before set-up."""

import argparse
import sys
from collections.abc import Callable, Sequence

from deploy.local.problems import NOT_SET_UP, LocalProblem

INSTANCES = ("district", "demo")


def main(arguments: Sequence[str]) -> int:
    """Run one command. Returns its exit code; a known problem is a sentence, never a traceback."""
    chosen = parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    try:
        return command(chosen)
    except LocalProblem as problem:
        print(problem, file=sys.stderr)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in {"deploy", "shared", "services"}:
            raise
        print(f"{NOT_SET_UP} (missing: {missing.name})", file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return 1


def parser() -> argparse.ArgumentParser:
    """Every command with its options and a line of help."""
    top = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help_, description=help_)
        made.set_defaults(command=run)
        return made

    add("setup", _setup, "virtual environment, locked dependencies, engines")
    add("engines", _engines, "fetch the engines only")
    up = add("up", _up, "bring an instance up, wait until it is ready, print its addresses")
    up.add_argument("--instance", choices=INSTANCES, default="district")
    down = add("down", _down, "stop every instance of this checkout, data stays")
    down.add_argument("--instance", choices=INSTANCES)
    add("status", _status, "what runs, since when, and what was restarted")
    add("doctor", _doctor, "what this machine lacks, and what to do about it")
    clean = add("clean", _clean, "remove data, logs and keys after listing them")
    clean.add_argument("--all", action="store_true", help="the engines and the virtual environment, too")
    clean.add_argument("--yes", action="store_true", help="do not ask")
    token = add("token", _token, "print a bearer token for trying things out")
    token.add_argument("--instance", choices=INSTANCES, default="district")
    token.add_argument("--role", action="append", required=True, help="may be given again")
    token.add_argument("--unit", action="append", default=[], help="id of a unit; may be given again")
    token.add_argument("--subject", default="local-person")
    add("lint", _lint, "format, rules, types, imports, generated files")
    test = add("test", _test, "the engines' gate, then every other test")
    test.add_argument("pytest", nargs="*", help="further arguments for pytest, after --")
    return top


def _setup(_: argparse.Namespace) -> int:
    from deploy.local.setup import set_up

    set_up()
    return 0


def _engines(_: argparse.Namespace) -> int:
    from deploy.engines.engine import EngineSetupError
    from deploy.engines.fetch import fetch
    from deploy.local.settings import LocalSettings

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    try:
        fetch(LocalSettings.read().engines_dir, say=say)
    except EngineSetupError as refusal:
        raise LocalProblem(str(refusal)) from refusal
    say("engines: as this checkout asks for")
    return 0


def _up(chosen: argparse.Namespace) -> int:
    from deploy.local.commands import up

    return up(chosen.instance)


def _down(chosen: argparse.Namespace) -> int:
    from deploy.local.commands import down

    return down([chosen.instance] if chosen.instance else INSTANCES)


def _status(_: argparse.Namespace) -> int:
    from deploy.local.commands import status

    return status()


def _doctor(_: argparse.Namespace) -> int:
    from deploy.local.doctor import report

    return report()


def _clean(chosen: argparse.Namespace) -> int:
    from deploy.local.commands import clean_up

    return clean_up(everything=chosen.all, agreed=chosen.yes)


def _token(chosen: argparse.Namespace) -> int:
    from deploy.local.commands import token

    return token(chosen.instance, chosen.subject, chosen.role, chosen.unit)


def _lint(_: argparse.Namespace) -> int:
    from deploy.local.checks import lint

    return lint()


def _test(chosen: argparse.Namespace) -> int:
    from deploy.local.checks import test

    return test(chosen.pytest)
