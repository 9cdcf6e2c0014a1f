"""The folders of one instance, and the short path of its supervisor's socket. Standard library only."""

import hashlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from deploy.local.problems import LocalProblem

# A Unix socket's path has 108 bytes on Linux (104 elsewhere), and supervisord binds `<path>.<pid>` first.
_LONGEST_SOCKET = 104 - len(".4194304") - 1
_SHORT_PLACE = Path("/tmp")  # noqa: S108 - the one short folder that every shell of this user agrees on


@dataclass(frozen=True)
class Folders:
    """Everything of an instance under one `root`: removing it removes the instance."""

    root: Path

    @property
    def data(self) -> Path:
        """What the engines and services keep; survives down and up."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """One rotated file for each program, and `restarts.log`."""
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        """Issuer and vault keys, readable by the owner only."""
        return self.root / "secrets"

    @property
    def config(self) -> Path:
        """Rendered configuration and the steered clock."""
        return self.root / "config"

    @property
    def restarts(self) -> Path:
        """For people: which program ended by itself, how, and when it was started again."""
        return self.logs / "restarts.log"

    @property
    def supervisor_log(self) -> Path:
        """What the supervisor did."""
        return self.logs / "supervisord.log"

    @property
    def socket(self) -> Path:
        """The supervisor's socket: in `config`, or in a private short folder when that path is too long."""
        inside = self.config / "supervisor.sock"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET:
            return inside
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:20]
        return _SHORT_PLACE / f"openday-{os.getuid()}" / f"{name}.sock"

    def make(self) -> None:
        """Create what is missing. Raises LocalProblem when the socket's folder belongs to somebody else."""
        for folder in (self.data, self.logs, self.config):
            folder.mkdir(parents=True, exist_ok=True)
        for private in (self.secrets, self.socket.parent):
            private.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.socket.parent.stat().st_uid != os.getuid():
            raise LocalProblem(f"{self.socket.parent} belongs to another user; remove it or have it removed.")

    def supervised(self) -> bool:
        """Whether a supervisor answers on the socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            try:
                knock.connect(str(self.socket))
            except OSError:
                return False
        return True
