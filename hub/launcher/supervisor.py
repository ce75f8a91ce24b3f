"""Keeps the processes of the demo running, and ends them in order."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psutil

from hub.launcher.places import ROOT, LauncherError
from hub.launcher.processes import die_with_parent, tail

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
# A process that ran this long was healthy: its next end starts again with the short pause.
_HEALTHY_SECONDS = 60.0
_POLL_SECONDS = 0.25


class Stopped(Exception):
    """The person at the terminal asked to stop."""


@dataclass(slots=True)
class Child:
    """One long-running process; `stop_seconds` is how long it may take to finish its work."""

    name: str
    command: Sequence[str]
    log: Path
    stop_seconds: float
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = _FIRST_PAUSE
    start_again_at: float | None = None


@dataclass(slots=True)
class Supervisor:
    """Runs children until `stop` is set; a child that ends is started again after a pause."""

    environment: Mapping[str, str]
    record: Path
    tell: Callable[[str], None] = print
    stop: threading.Event = field(default_factory=threading.Event)
    _children: list[Child] = field(default_factory=list)
    _hurried: bool = False

    def listen_to_signals(self) -> None:
        """The first SIGINT, SIGTERM or SIGHUP stops in order, the second one at once."""
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sent, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._hurried = self.stop.is_set()
        self.stop.set()

    def step(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """Run a command to its end; raises Stopped or, with the end of its log, LauncherError."""
        with log.open("ab") as output:
            process = _spawn(command, environment, output.fileno())
        try:
            while process.poll() is None:
                if self.stop.wait(0.05):
                    raise Stopped
        finally:
            _end(process, seconds=5)
        if process.returncode != 0:
            raise LauncherError(f"{' '.join(command[1:])} failed. It says:\n{tail(log, 30)}")

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on."""
        self._children.append(child)
        self._launch(child)

    def watch_until(self, ready: Callable[[], bool], *, seconds: float, child: Child) -> None:
        """Keep everything running until ready; raises Stopped, or LauncherError with a log."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise LauncherError(
                    f"{child.name} was not ready after {seconds:.0f} s. Its log says:\n"
                    f"{tail(child.log, 30)}"
                )
            self._look_after_all()
            if self.stop.wait(_POLL_SECONDS):
                raise Stopped

    def watch(self) -> None:
        """Keep everything running until told to stop."""
        while not self.stop.wait(_POLL_SECONDS):
            self._look_after_all()

    def end_all(self) -> None:
        """Ask every child to finish, in the order in which they were started; then insist."""
        running = [child for child in self._children if child.process is not None]
        for child in running:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        asked_at = time.monotonic()
        for child in running:
            if child.process is not None:
                left = child.stop_seconds - (time.monotonic() - asked_at)
                _end(child.process, seconds=0 if self._hurried else left)
        self.record.unlink(missing_ok=True)

    def _launch(self, child: Child) -> None:
        with child.log.open("ab") as output:
            child.process = _spawn(child.command, self.environment, output.fileno())
        child.started_at = time.monotonic()
        child.start_again_at = None
        self._write_record()

    def _look_after_all(self) -> None:
        for child in self._children:
            self._look_after(child)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None or child.process.poll() is None:
            return
        if child.start_again_at is None:
            # What the dead process had started must not work beside its successor.
            _end(child.process, seconds=0)
            if now - child.started_at > _HEALTHY_SECONDS:
                child.pause = _FIRST_PAUSE
            child.start_again_at = now + child.pause
            self.tell(
                f"{child.name} ended (status {child.process.returncode}); starting it again in "
                f"{child.pause:g} s. Its log: {child.log}"
            )
            child.pause = min(child.pause * 2, _LONGEST_PAUSE)
        elif now >= child.start_again_at:
            self._launch(child)

    def _write_record(self) -> None:
        rows = [
            {"pid": child.process.pid, "created": psutil.Process(child.process.pid).create_time()}
            for child in self._children
            if child.process is not None and child.process.poll() is None
        ]
        fresh = self.record.with_suffix(".new")
        fresh.write_text(json.dumps(rows))
        fresh.replace(self.record)


def end_leftovers(record: Path) -> int:
    """End what a killed launcher left behind, by the record it wrote; how many there were."""
    if not record.exists():
        return 0
    found = [row for row in json.loads(record.read_text()) if _is_same_process(row)]
    for row in found:
        _signal_group(row["pid"], signal.SIGTERM)
    # They were already asked when their parent died, so they get little time.
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(map(_is_same_process, found)):
        time.sleep(0.05)
    for row in found:
        _signal_group(row["pid"], signal.SIGKILL)
    record.unlink()
    return len(found)


def _is_same_process(row: Mapping[str, float]) -> bool:
    try:
        process = psutil.Process(int(row["pid"]))
        return process.create_time() == row["created"] and (
            process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return False


def _spawn(
    command: Sequence[str], environment: Mapping[str, str], output: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command),
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        # A group of its own, so that Ctrl-C reaches the launcher alone and the whole family of a
        # process can be ended together.
        start_new_session=True,
        preexec_fn=die_with_parent,
    )


def _end(process: subprocess.Popen[bytes], *, seconds: float) -> None:
    if process.poll() is None and seconds > 0:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(leader: int, sent: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, sent)
