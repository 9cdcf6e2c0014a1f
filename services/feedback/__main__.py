"""`python -m services.feedback`."""

import sys

from shared.garbage import loading

with loading():
    from services.feedback.main import main
    from services.feedback.settings import Settings
    from shared.runtime.host import host

sys.exit(host("feedback", Settings, main))
