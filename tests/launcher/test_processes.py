"""What tests use to start, kill and watch real processes."""

import urllib.request

import psutil

from hub.launcher.processes import is_alive
from tests.support.browser import collect_static
from tests.support.processes import Processes


def test_a_worker_and_the_clock_start_and_die_together_with_their_children(
    processes: Processes,
) -> None:
    """SIGKILL takes the worker's children too, as when a machine is lost."""
    worker = processes.worker(lanes=["bulk"], concurrency=2)
    clock = processes.beat()
    children = psutil.Process(worker.pid).children(recursive=True)
    assert len(children) >= 2

    worker.kill()
    status = clock.terminate()

    assert not worker.running
    assert [is_alive(child.pid) for child in children] == [False] * len(children)
    assert status == 0


def test_the_web_server_serves_the_database_of_its_environment(processes: Processes) -> None:
    """gunicorn answers at its own address and ends on SIGTERM without a fault."""
    collect_static()
    web = processes.web()

    with urllib.request.urlopen(f"{web.url}/accounts/login/", timeout=20) as answer:
        assert answer.status == 200
    assert web.terminate() == 0


def test_commands_run_as_the_application(
    processes: Processes, fresh_database: dict[str, str]
) -> None:
    """`manage.py` runs on the given database under wharf_app."""
    output = processes.run(
        "shell",
        "--no-imports",
        "--command",
        "from django.db import connection as c\nprint(*map(c.settings_dict.get, ('USER', 'NAME')))",
    )

    assert output.split() == ["wharf_app", fresh_database["DATABASE_URL"].rsplit("/", 1)[1]]
