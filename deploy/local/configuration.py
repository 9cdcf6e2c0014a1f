"""supervisord's configuration file for one instance, and the few variables that every process gets."""

import os
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.folders import Folders
from deploy.local.problems import LocalProblem
from deploy.local.program import Program, Tier
from deploy.local.settings import ROOT

LISTENER = "restarts"
LOG_BYTES = "10MB"
LOG_BACKUPS = 3
START_RETRIES = 10


def bare_environment() -> dict[str, str]:
    """What a process needs of the machine and nothing else: no variable of the caller's shell leaks."""
    return {
        "PATH": os.pathsep.join(os.get_exec_path()),
        "HOME": str(Path.home()),
        "TMPDIR": tempfile.gettempdir(),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }


def render(programs: Sequence[Program], folders: Folders, owner: int | None = None) -> str:
    """The whole file. `owner`: a process whose end stops the instance, for tests.

    Raises LocalProblem for a path that the file's format cannot hold.
    """
    sections = [_supervisor(folders), _listener(folders, owner)]
    for tier in Tier:
        members = [program for program in programs if program.tier is tier]
        if members:
            names = ",".join(program.name for program in members)
            sections.append(_section(f"group:{tier.group}", {"programs": names, "priority": str(tier.value)}))
    sections += [_program(program, folders) for program in programs]
    return "\n".join(sections)


def _supervisor(folders: Folders) -> str:
    return "\n".join(
        [
            _section("unix_http_server", {"file": _path(folders.socket), "chmod": "0700"}),
            _section(
                "supervisord",
                {
                    "logfile": _path(folders.supervisor_log),
                    "logfile_maxbytes": LOG_BYTES,
                    "logfile_backups": str(LOG_BACKUPS),
                    "pidfile": _path(folders.config / "supervisord.pid"),
                    "directory": _path(folders.root),
                    "childlogdir": _path(folders.logs),
                },
            ),
            _section(
                "rpcinterface:supervisor",
                {
                    "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface",
                },
            ),
        ]
    )


def _listener(folders: Folders, owner: int | None) -> str:
    arguments = [sys.executable, "-m", "deploy.local.listener", str(folders.supervisor_log), str(folders.restarts)]
    return _section(
        f"eventlistener:{LISTENER}",
        {
            "command": _command([*arguments, str(owner)] if owner else arguments),
            "events": "PROCESS_STATE,TICK_5" if owner else "PROCESS_STATE",
            "directory": _path(ROOT),
            "priority": "1",
            "startsecs": "0",
            "autorestart": "true",
            "stderr_logfile": _path(folders.logs / "listener.log"),
            "stdout_logfile": "NONE",
        },
    )


def _program(program: Program, folders: Folders) -> str:
    return _section(
        f"program:{program.name}",
        {
            "command": _command(program.command()),
            "environment": _environment(program.environment),
            "directory": _path(ROOT),
            "autostart": "false",
            "autorestart": "true",
            "startsecs": str(program.start_seconds),
            "startretries": str(START_RETRIES),
            "stopsignal": "TERM",
            "stopwaitsecs": str(program.stop_seconds),
            # A clean stop is the program's own affair; only what is left after the wait goes as a group.
            "stopasgroup": "false",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": _path(folders.logs / f"{program.name}.log"),
            "stdout_logfile_maxbytes": LOG_BYTES,
            "stdout_logfile_backups": str(LOG_BACKUPS),
        },
    )


def _section(name: str, values: Mapping[str, str]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items() if value)


def _command(arguments: Sequence[str]) -> str:
    return _plain(shlex.join(arguments), f"the command {arguments[0]} ...")


def _environment(variables: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{_quotable(value, name)}"' for name, value in variables.items())


def _path(path: Path) -> str:
    """A path of the supervisor's own; it expands some of them twice, so a percent sign has no safe spelling."""
    if "%" in str(path):
        raise _not_holdable(str(path))
    return _plain(str(path), str(path))


def _quotable(value: str, name: str) -> str:
    """A value that stands between double quotes: they are stripped at both ends and cannot be escaped inside."""
    if '"' in value or value != value.strip("'"):
        raise _not_holdable(name)
    return _plain(value, name)


def _plain(value: str, what: str) -> str:
    """Text as the file's format takes it: percent signs doubled; what begins a comment or a line is refused."""
    if any(mark in value for mark in ("\n", " ;", " #")):
        raise _not_holdable(what)
    return value.replace("%", "%%")


def _not_holdable(what: str) -> LocalProblem:
    """Names the thing, never its value, which may be a URL with a password."""
    return LocalProblem(
        f"The supervisor's configuration cannot hold {what}: it has a quote, a line break, a blank before ; or #, "
        "or a % in a path. Move the checkout, or set OPENDAY_LOCAL_STATE_DIR, to a path without it."
    )
