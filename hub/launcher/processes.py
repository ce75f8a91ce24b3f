"""Starting, recognising and ending processes of our own, and only those."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from hub.launcher.places import LauncherError

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(sent: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to signal this process when its parent dies (Linux; elsewhere nothing)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(sent))


def is_own_process(pid: int, *, mention: str) -> bool:
    """Whether `pid` is alive and its command line mentions a path that is ours alone.

    Process ids are reused, so a pid file alone proves nothing.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return any(mention in part for part in process.cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def spawn_server(
    command: list[str],
    *,
    folder: Path,
    log: Path,
    user: int | None = None,
    group: int | None = None,
) -> int:
    """Start a server that outlives this process; its pid. Output goes to the end of the log."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            user=user,
            group=group,
            extra_groups=[] if user is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Its own session: Ctrl-C in the terminal must reach the launcher alone, which then
            # stops the servers last.
            start_new_session=True,
        )
    # Nobody waits for it through this object, which would complain about that when it goes.
    process.returncode = 0
    return process.pid


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(pid: int, *, seconds: float) -> bool:
    """Whether the process ended in time; reaps it when it is a child of ours."""
    try:
        psutil.Process(pid).wait(timeout=seconds)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def signal_process(pid: int, sent: signal.Signals) -> None:
    """Send a signal; a process that is already gone is no fault."""
    try:
        os.kill(pid, sent)
    except ProcessLookupError:
        return


def wait_for(
    ready: Callable[[], bool],
    *,
    seconds: float,
    what: str,
    alive: Callable[[], bool],
    log: Path,
) -> None:
    """Poll until ready; raises LauncherError with the end of the log when it dies or takes long."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not alive():
            raise LauncherError(f"{what} ended while starting. Its log says:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise LauncherError(
                f"{what} was not ready after {seconds:.0f} s. Its log says:\n{tail(log)}"
            )
        time.sleep(0.03)


def tail(log: Path, lines: int = 15) -> str:
    if not log.exists():
        return "(nothing)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) or "(nothing)"


def free_port(preferred: int | None = None) -> int:
    """A port on 127.0.0.1 that nobody listens on: the preferred one where possible."""
    for candidate in (preferred or 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LauncherError("No free port on 127.0.0.1.")


def accepts_connections(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
