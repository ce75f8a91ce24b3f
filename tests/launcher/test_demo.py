"""`make demo` from start to Ctrl-C, as its own processes."""

import json
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.demo import Demo, own_demo

pytestmark = pytest.mark.battery


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with own_demo(tmp_path) as made:
        yield made


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
    sandboxes = json.loads((demo.var / "demo.json").read_text())["sandboxes"]
    for sandbox in sandboxes.values():
        assert sandbox["url"] in printed
        with urllib.request.urlopen(f"{sandbox['url']}/_requests", timeout=20) as answer:
            assert answer.status == 200
    assert sandboxes["neto"]["company"]["url"] == f"{sandboxes['neto']['url']}/harbour"

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
