"""Children of the demo: kept running, ended in order, and none left behind."""

import sys
import time
from pathlib import Path

import psutil
import pytest

from hub.launcher.places import LauncherError
from hub.launcher.processes import is_alive
from hub.launcher.supervisor import Child, Stopped, Supervisor, end_leftovers

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
_DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""
_PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
DEAF = [sys.executable, "-c", _DEAF]
PARENT = [sys.executable, "-c", _PARENT]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor(environment={}, record=tmp_path / "processes.json", tell=said.append)


def _child(command: list[str], folder: Path, name: str = "child") -> Child:
    return Child(name, command, folder / f"{name}.log", stop_seconds=1)


def _wait_for_text(log: Path) -> str:
    deadline = time.monotonic() + 10
    while not log.exists() or not log.read_text().endswith("\n"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return log.read_text().strip()


def test_a_child_that_dies_is_started_again(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    """A process that dies comes back, and the terminal says so and where its log is."""
    child = _child(SLEEP, tmp_path)
    supervisor.start(child)
    assert child.process is not None
    first = child.process.pid
    child.process.kill()

    def is_back() -> bool:
        return child.process is not None and child.process.pid != first and is_alive(first) is False

    supervisor.watch_until(is_back, seconds=10, child=child)

    assert said == [f"child ended (status -9); starting it again in 0.5 s. Its log: {child.log}"]
    supervisor.end_all()


def test_a_child_that_keeps_dying_is_started_less_and_less_often(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    """A process that cannot start does not eat the machine: each pause is twice the last."""
    child = _child([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)
    supervisor.start(child)

    supervisor.watch_until(lambda: len(said) == 2, seconds=15, child=child)

    assert said == [
        f"child ended (status 3); starting it again in {pause} s. Its log: {child.log}"
        for pause in ("0.5", "1")
    ]
    supervisor.end_all()


def test_children_of_children_end_too_and_a_deaf_one_is_killed(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    """After the end no process is left, neither grandchildren nor those that ignore SIGTERM."""
    family, deaf = _child(PARENT, tmp_path, "family"), _child(DEAF, tmp_path, "deaf")
    supervisor.start(family)
    supervisor.start(deaf)
    grandchild = int(_wait_for_text(family.log))
    _wait_for_text(deaf.log)
    started = time.monotonic()

    supervisor.end_all()

    assert time.monotonic() - started < 5
    assert family.process is not None
    assert deaf.process is not None
    assert (family.process.returncode, deaf.process.returncode) == (-15, -9)
    assert not is_alive(grandchild)
    assert not supervisor.record.exists()


def test_what_a_killed_launcher_left_is_ended_by_its_record(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    """The next start ends leftovers, and only processes that are certainly ours."""
    child = _child(DEAF, tmp_path)
    supervisor.start(child)
    _wait_for_text(child.log)
    assert child.process is not None

    assert end_leftovers(supervisor.record) == 1

    assert child.process.wait(timeout=5) == -9
    assert end_leftovers(supervisor.record) == 0


def test_a_reused_process_id_is_left_alone(supervisor: Supervisor) -> None:
    """A stranger that got the number of one of ours is not ours."""
    me = psutil.Process()
    supervisor.record.write_text(f'[{{"pid": {me.pid}, "created": {me.create_time() - 1}}}]')

    assert end_leftovers(supervisor.record) == 0


def test_a_failed_step_shows_the_end_of_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    """When a step fails, the terminal shows why without a search through log files."""
    with pytest.raises(LauncherError, match="no such table"):
        supervisor.step(
            [sys.executable, "-c", "raise SystemExit('no such table')"], {}, tmp_path / "log"
        )


def test_a_stop_during_a_step_ends_it(supervisor: Supervisor, tmp_path: Path) -> None:
    """Ctrl-C is heard while the database migrates or the demo fills."""
    supervisor.stop.set()

    with pytest.raises(Stopped):
        supervisor.step(SLEEP, {}, tmp_path / "log")
