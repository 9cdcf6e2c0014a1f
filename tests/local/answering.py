"""A small server that stands in for a service: `python -m tests.local.answering <port> <name> <file of stops>`.

It answers every GET with its `OPENDAY_` variables, and on SIGTERM adds its name to the file of stops.
With `--fail` it ends at once instead, like a service with a wrong setting; with `--deaf` it is never ready.
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ours = {name: value for name, value in os.environ.items() if name.startswith("OPENDAY_")}
        deaf = "--deaf" in sys.argv
        body = b"not yet" if deaf else json.dumps(ours).encode()
        self.send_response(503 if deaf else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: the log is for what went wrong."""


def main(port: str, name: str, stops: str, *options: str) -> None:
    def stop(*_: object) -> None:
        with Path(stops).open("a") as told:
            told.write(f"{name}\n")
        sys.exit(0)

    if "--fail" in options:
        sys.exit("a wrong setting: no such thing")
    signal.signal(signal.SIGTERM, stop)
    ThreadingHTTPServer(("127.0.0.1", int(port)), Answering).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
