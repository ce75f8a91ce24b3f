"""`make demo` from start to Ctrl-C, as its own processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from hub.launcher.environment import SERVER_VARIABLES
from hub.launcher.places import ROOT
from hub.launcher.processes import free_port

pytestmark = pytest.mark.battery
START_SECONDS = 180.0


@dataclass
class Demo:
    """A clone's `var` and port of its own, and the launcher runs started with them."""

    var: Path
    port: int
    runs: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in SERVER_VARIABLES and not name.startswith(("WHARF_", "MIGRATOR", "DISPA"))
        }
        run = subprocess.Popen(
            [sys.executable, "-m", "hub.launcher", "demo"],
            cwd=ROOT,
            env={**environment, "WHARF_VAR": str(self.var), "WHARF_PORT": str(self.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.runs.append(run)
        return run

    def wait_until_up(self, run: subprocess.Popen[str]) -> str:
        """What it printed until it invited to end it with Ctrl-C."""
        assert run.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        printed = ""
        for line in run.stdout:
            printed += line
            if line.startswith("Ctrl-C") or time.monotonic() > deadline:
                break
        assert "Ctrl-C stops everything." in printed, printed
        return printed

    def status_of_page(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def processes(self) -> list[str]:
        """Every process that belongs to this demo but the launchers, by command line."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            try:
                belongs = process.environ().get("WHARF_VAR") == str(self.var)
                line = " ".join(process.info["cmdline"] or [])
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            if (belongs or str(self.var) in line) and "hub.launcher" not in line:
                found.append(line)
        return found


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path / "var", free_port())
    yield made
    for run in made.runs:
        if run.poll() is None:
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=60)
    environment = {**os.environ, "WHARF_VAR": str(made.var)}
    subprocess.run(
        [sys.executable, "-m", "hub.launcher", "stop"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )


def _stop(run: subprocess.Popen[str], sent: signal.Signals) -> tuple[int, str, float]:
    started = time.monotonic()
    run.send_signal(sent)
    printed, _ = run.communicate(timeout=60)
    return run.returncode, printed, time.monotonic() - started


def test_the_demo_starts_says_where_it_is_and_ends_without_a_trace(demo: Demo) -> None:
    """One command runs it; a second start says so; Ctrl-C ends every process within 30 s."""
    run = demo.start()
    printed = demo.wait_until_up(run)
    assert f"Wharf is at http://127.0.0.1:{demo.port}\n" in printed
    assert demo.status_of_page() < 500

    second = demo.start()
    complaint, _ = second.communicate(timeout=30)
    assert second.returncode == 1
    assert complaint == (
        f"wharf: This demo is already running at http://127.0.0.1:{demo.port}. "
        "`make stop` stops it.\n"
    )

    status, printed, seconds = _stop(run, signal.SIGINT)
    assert (status, printed) == (0, "Stopping …\nStopped. The data is kept.\n")
    assert seconds < 30
    assert demo.processes() == []


def test_a_killed_demo_leaves_nothing_that_blocks_the_next(demo: Demo) -> None:
    """After SIGKILL of the launcher its processes end by themselves, and the next start works."""
    run = demo.start()
    demo.wait_until_up(run)
    run.kill()
    run.communicate()

    again = demo.start()
    demo.wait_until_up(again)

    assert demo.status_of_page() < 500
    status, _, _ = _stop(again, signal.SIGTERM)
    assert status == 0
    assert demo.processes() == []


def test_a_port_in_use_is_said_before_anything_starts(demo: Demo) -> None:
    """WHARF_PORT in use: a sentence with the way out, and no server was started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        run = demo.start()
        printed, _ = run.communicate(timeout=60)

    assert run.returncode == 1
    assert printed == (
        f"wharf: Port {demo.port} on 127.0.0.1 cannot be used (Address already in use). "
        f"Choose another one: WHARF_PORT={demo.port + 1} make demo\n"
    )
    assert not (demo.var / "demo" / "postgres").exists()
