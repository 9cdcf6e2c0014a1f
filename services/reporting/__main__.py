"""`python -m services.reporting`."""

import sys

from shared.garbage import loading

with loading():
    from services.reporting.main import main
    from services.reporting.settings import Settings
    from shared.runtime.host import host

sys.exit(host("reporting", Settings, main))
