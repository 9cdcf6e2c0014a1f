"""`python -m services.scoring`."""

import sys

from shared.garbage import loading

with loading():
    from services.scoring.main import main
    from services.scoring.settings import Settings
    from shared.runtime.host import host

sys.exit(host("scoring", Settings, main))
