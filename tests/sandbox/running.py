"""A sandbox that runs as a process of its own, for tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from hub.launcher.places import ROOT
from hub.launcher.processes import free_port


@dataclass
class Running:
    """Its address, and the control API."""

    url: str
    process: subprocess.Popen[bytes]

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """What the control API answers; fails loudly."""
        answer = requests.request(method, f"{self.url}/_control/{path}", json=body, timeout=30)
        assert answer.status_code < 300, answer.text
        return answer.json()


@contextmanager
def running(module: str, store: Path, *options: str) -> Iterator[Running]:
    """Start `python -m module` on a free port and end it by its own pid."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", module, "--port", str(port)),
            *("--store", str(store), "--control", *options),
        ],
        cwd=ROOT,
        env=os.environ.copy(),
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                requests.get(f"{url}/", timeout=5)
                break
            except requests.ConnectionError:
                assert process.poll() is None, f"{module} ended at its start"
                time.sleep(0.05)
        yield Running(url, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
