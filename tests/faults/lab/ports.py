"""Ports outside the range that the system gives to outgoing connections: what is restarted finds its own free."""

import random

from deploy.local.ports import is_taken

HOST = "127.0.0.1"
_QUIET = range(20000, 32000)


def quiet_ports(number: int) -> list[int]:
    """So many different ports that nobody uses now."""
    found: list[int] = []
    while len(found) < number:
        port = random.choice(_QUIET)
        if port not in found and not is_taken(port):
            found.append(port)
    return found
