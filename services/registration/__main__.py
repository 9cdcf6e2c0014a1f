"""`python -m services.registration`."""

import sys

from shared.garbage import loading

with loading():
    from services.registration.main import main
    from services.registration.settings import Settings
    from shared.runtime.host import host

sys.exit(host("registration", Settings, main))
