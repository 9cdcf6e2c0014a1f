"""`python -m deploy.demo [--json] [--keep-going] [--verbose]`."""

import sys

from deploy.demo.cli import main

sys.exit(main(sys.argv[1:]))
