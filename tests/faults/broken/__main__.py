"""python -m tests.faults.broken <build> <service>: the real service, broken in one place; 3 when the patch is unfit."""

import argparse
import importlib
import sys

from deploy.local.service_programs import SERVICES
from shared.runtime.host import host
from tests.faults.broken.builds import BUILDS
from tests.faults.broken.patching import Unfit


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.broken", description=__doc__)
    parser.add_argument("build", choices=sorted(BUILDS))
    parser.add_argument("service", choices=SERVICES)
    asked = parser.parse_args()
    try:
        BUILDS[asked.build]()
    except Unfit as unfit:
        sys.stderr.write(f"{asked.build} no longer fits the kernel: {unfit}\n")
        return 3
    settings = importlib.import_module(f"services.{asked.service}.settings").Settings
    return host(asked.service, settings, importlib.import_module(f"services.{asked.service}.main").main)


if __name__ == "__main__":
    sys.exit(main())
