"""`python -m deploy.local <command>`: kept so plain that an old Python gets as far as its refusal."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the very thing that is checked
    sys.exit(
        "Openday needs Python 3.11 or newer, this is "
        + sys.version.split()[0]
        + ". Install it (Debian: apt-get install python3.11-venv).\n"
        + "Where it is not found by itself: make <target> PYTHON=/path/to/python3.11"
    )

from deploy.local.cli import main

sys.exit(main(sys.argv[1:]))
