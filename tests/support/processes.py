"""Real processes of Wharf for a test: started, waited for, killed, and always cleaned up."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from hub.launcher.places import ROOT
from hub.launcher.processes import accepts_connections, die_with_parent, free_port, wait_for

_READY_SECONDS = 60.0
LANES = ("courier", "mail", "bulk", "sync")


@dataclass(slots=True)
class Started:
    """A running process; `log` holds what it printed."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL to the process and its children, as when a machine is lost."""
        # It leads a process group of its own, which outlives it as long as children do.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def terminate(self, *, seconds: float = 30) -> int:
        """SIGTERM, then wait; the exit status. Raises TimeoutExpired when it hangs."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def wait(self, *, seconds: float = 30) -> int:
        return self.process.wait(timeout=seconds)


@dataclass(slots=True)
class Web(Started):
    """A running web server."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Processes:
    """Starts processes with one environment; leaving the `with` block kills those that run.

    `wait=False` gives a process that may still be loading: for trials that kill it then, too.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._stack = ExitStack()
        self._started: list[Started] = []

    def __enter__(self) -> Self:
        self._logs = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        return self

    def __exit__(self, *_: object) -> None:
        for started in self._started:
            started.kill()
        self._stack.close()

    def worker(
        self,
        *,
        lanes: Sequence[str] = LANES,
        faults: str = "",
        concurrency: int = 1,
        wait: bool = True,
    ) -> Started:
        """A Celery worker, connected to the broker; `faults` is its `WHARF_FAULTS`."""
        started = self._start(
            "worker",
            _celery("worker", "--loglevel=INFO", f"--concurrency={concurrency}")
            + [f"--queues={','.join(lanes)}", "--without-gossip", "--without-mingle"]
            + [f"--hostname=worker{len(self._started)}@%h"],
            faults=faults,
        )
        if wait:
            self._wait(started, lambda: " ready." in started.output(), "The worker")
        return started

    def beat(self, *, wait: bool = True) -> Started:
        """Celery beat: the clock that sends the dispatcher's ticks."""
        schedule = self._logs / f"beat-schedule-{len(self._started)}"
        started = self._start(
            "beat", _celery("beat", "--loglevel=INFO", f"--schedule={schedule}", "--pidfile=")
        )
        if wait:
            self._wait(started, lambda: "beat: Starting" in started.output(), "Beat")
        return started

    def web(
        self, *, faults: str = "", workers: int = 1, port: int | None = None, wait: bool = True
    ) -> Web:
        """gunicorn, listening on a free port or on the one that a killed server had."""
        port = port or free_port()
        url = f"http://127.0.0.1:{port}"
        started = self._start(
            "web",
            [sys.executable, "-m", "gunicorn", "hub.wsgi", f"--bind=127.0.0.1:{port}"]
            + [f"--workers={workers}", "--worker-class=gthread", "--threads=4"],
            faults=faults,
            more={"WHARF_BASE_URL": url},
        )
        if wait:
            self._wait(started, lambda: accepts_connections(port), "The web server")
        return Web(started.process, started.log, port)

    def manage(self, *arguments: str, faults: str = "") -> Started:
        """Start `manage.py …`; wait for it with `.wait()`."""
        return self._start(arguments[0], [sys.executable, "manage.py", *arguments], faults=faults)

    def run(self, *arguments: str, faults: str = "", seconds: float = 120) -> str:
        """Run `manage.py …` to its end and return its output; raises when it fails."""
        started = self.manage(*arguments, faults=faults)
        status = started.wait(seconds=seconds)
        assert status == 0, f"{arguments[0]} ended with {status}:\n{started.output()}"
        return started.output()

    def _start(
        self,
        name: str,
        command: list[str],
        *,
        faults: str = "",
        more: Mapping[str, str] | None = None,
    ) -> Started:
        log = self._logs / f"{len(self._started)}-{name}.log"
        environment = {**os.environ, **self.environment, **(more or {}), "WHARF_FAULTS": faults}
        environment["PYTHONUNBUFFERED"] = "1"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        started = Started(process, log)
        self._started.append(started)
        return started

    @staticmethod
    def _wait(started: Started, ready: Callable[[], bool], what: str) -> None:
        wait_for(
            ready,
            seconds=_READY_SECONDS,
            what=what,
            alive=lambda: started.running,
            log=started.log,
        )


def _celery(verb: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--app=hub.celery", verb, *options]
