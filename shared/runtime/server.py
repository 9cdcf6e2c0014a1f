"""uvicorn inside our own order of starting and stopping."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from shared.settings import HttpSettings

GRACE = 8  # seconds for answers under way when the process stops


class PortInUse(RuntimeError):
    """Somebody else listens there."""


class Server(uvicorn.Server):
    """A uvicorn that leaves signals to the runtime."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(settings: HttpSettings) -> socket.socket:
    """Raises PortInUse that names the setting to change."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()  # only a listening socket keeps a second process out
    except OSError as error:
        listener.close()
        raise PortInUse(
            f"{settings.host}:{settings.port} cannot be used ({error.strerror}): "
            "end the process that listens there or set OPENDAY_HTTP__PORT"
        ) from error
    return listener


def server(app: FastAPI, settings: HttpSettings) -> Server:
    """A server for `app`, which sees the addresses that trusted proxies forward."""
    return Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=30,
            h11_max_incomplete_event_size=32 * 1024,
        )
    )
