"""`python -m deploy.demo`: a fresh demonstration from a stopped system to the printed outcome; leaves it running."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence

from deploy.data.checks import DistrictData, check_district
from deploy.data.errors import DataFileError
from deploy.demo.api import Unexpected
from deploy.demo.quiet import NeverQuiet
from deploy.demo.report import as_json
from deploy.demo.season import Run, play, steps_of
from deploy.demo.tables.printed import print_run, print_where
from deploy.demo.telling import Telling
from deploy.local.instance import Instance
from deploy.local.instances import demo
from deploy.local.problems import LocalProblem
from deploy.local.settings import LocalSettings


def main(arguments: Sequence[str]) -> int:
    """0 when every expected outcome was met, 1 otherwise; a known problem is a sentence, never a traceback."""
    chosen = _parser().parse_args(arguments)
    begun = time.monotonic()
    telling = Telling()
    try:
        data = check_district()
        instance = demo(LocalSettings.read(), telling.say)
        run = _played(instance, data, telling, keep_going=chosen.keep_going)
    except (LocalProblem, DataFileError, Unexpected, NeverQuiet) as problem:
        telling.end()
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        telling.end()
        print("Interrupted; make down stops what is up.", file=sys.stderr)
        return 130
    telling.end()
    seconds = time.monotonic() - begun
    if chosen.json:
        print(as_json(run, instance, seconds))
    else:
        print_run(run, data, verbose=chosen.verbose)
        print_where(instance, run, seconds)
    return int(bool(run.mismatches))


def _played(instance: Instance, data: DistrictData, telling: Telling, *, keep_going: bool) -> Run:
    """From nothing: only the demonstration's own data are cleared, never the district's."""
    if instance.is_up:
        telling.say("the demonstration is up: it is stopped and begins afresh")
        instance.down()
    instance.wipe()
    instance.up()
    telling.begin(len(steps_of(data)))
    return asyncio.run(play(instance, data, heard=telling.heard, keep_going=keep_going))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the outcome for machines, on standard output")
    parser.add_argument("--keep-going", action="store_true", help="go on after a step that was refused")
    parser.add_argument("--verbose", action="store_true", help="list every unit that held nothing, and every attempt")
    return parser
