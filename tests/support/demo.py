"""A demo of a test's own: its data, its port, its processes."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from hub.launcher.environment import SERVER_VARIABLES
from hub.launcher.places import ROOT
from hub.launcher.processes import free_port

START_SECONDS = 400.0


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


@contextmanager
def own_demo(folder: Path) -> Iterator[Demo]:
    """A demo that keeps everything below `folder`; stopped at the end whatever happened."""
    made = Demo(folder / "var", free_port())
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
