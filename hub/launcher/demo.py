"""The demo: everything that Wharf is, in one terminal."""

import json
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from pathlib import Path

from hub.launcher.environment import as_migrator, start_with_environment, web_port
from hub.launcher.places import ROOT, Instance, LauncherError, locked, var_folder
from hub.launcher.processes import is_own_process, signal_process, wait_until_gone
from hub.launcher.sandboxes import SandboxPlace, addresses_of, places, write_into
from hub.launcher.servers import stop_servers
from hub.launcher.static_files import (
    COLLECT_STATIC,
    are_static_files_current,
    static_files_stamp,
    static_files_version,
)
from hub.launcher.supervisor import Child, Stopped, Supervisor, end_leftovers

_READY_SECONDS = 60.0
_SANDBOX_SECONDS = 30.0
_LOG_LIMIT = 5 * 1024 * 1024
_FILL_COMMAND = ROOT / "demo" / "management" / "commands" / "fill_demo.py"


def run_demo(instance: Instance) -> int:
    """Start everything, print where it is, and stay until told to stop; the exit status."""
    instance.create()
    with locked(instance.folder / "demo.lock", wait=False) as alone:
        if not alone:
            raise LauncherError(
                f"This demo is already running at {_address()}. `make stop` stops it."
            )
        supervisor = Supervisor(environment={}, record=instance.folder / "processes.json")
        supervisor.listen_to_signals()
        _pid_file(instance).write_text(str(os.getpid()))
        if end_leftovers(supervisor.record):
            print("Ended processes that an earlier run had left.")
        _require_free_port(web_port())
        try:
            _start_everything(instance, supervisor)
            supervisor.watch()
        except Stopped:
            pass
        finally:
            print("Stopping …", flush=True)
            supervisor.end_all()
            stop_servers(instance)
            _pid_file(instance).unlink(missing_ok=True)
        print("Stopped. The data is kept.")
    return 0


def stop_demo(instance: Instance) -> bool:
    """Ask a running demo to stop and wait for it; whether there was one."""
    try:
        pid = int(_pid_file(instance).read_text())
    except (FileNotFoundError, ValueError):
        return False
    if not is_own_process(pid, mention="hub.launcher"):
        return False
    signal_process(pid, signal.SIGTERM)
    if not wait_until_gone(pid, seconds=40):
        raise LauncherError(f"The demo (process {pid}) did not stop within 40 s.")
    return True


def _start_everything(instance: Instance, supervisor: Supervisor) -> None:
    print("Starting PostgreSQL and Valkey …", flush=True)
    stand_ins = places(besides=[web_port()])
    environment = {
        "WHARF_DEMO": "true",
        **start_with_environment(instance),
        **addresses_of(stand_ins, os.environ),
        "PYTHONUNBUFFERED": "1",
    }
    supervisor.environment = environment
    _prepare(instance, supervisor)
    print("Starting web, worker, beat and sandboxes …", flush=True)
    children = [
        Child("web", _web_command(), _log(instance, "web"), stop_seconds=6),
        Child("beat", _beat_command(instance), _log(instance, "beat"), stop_seconds=3),
        Child("worker", _worker_command("courier,mail", 2), _log(instance, "worker"), 8),
        Child("bulk-worker", _worker_command("bulk", 1), _log(instance, "bulk-worker"), 5),
        Child("sync-worker", _worker_command("sync", 1), _log(instance, "sync-worker"), 8),
    ]
    for child in children:
        supervisor.start(child)
    sandboxes = [
        (place, place.child(_log(instance, f"sandbox-{place.name}"))) for place in stand_ins
    ]
    for _place, child in sandboxes:
        supervisor.start(child)
    supervisor.watch_until(_web_answers, seconds=_READY_SECONDS, child=children[0])
    _wait_for_sandboxes(supervisor, sandboxes)
    _let_them_call(environment, stand_ins)
    print(_welcome(environment["WHARF_BASE_URL"]), flush=True)


def _wait_for_sandboxes(
    supervisor: Supervisor, sandboxes: list[tuple[SandboxPlace, Child]]
) -> None:
    """Note in demo.json where each is. One that fails is said and does not stop the demo."""
    told = {}
    for place, child in sandboxes:
        try:
            supervisor.watch_until(place.answers, seconds=_SANDBOX_SECONDS, child=child)
        except LauncherError as error:
            print(error, flush=True)
            continue
        told[place.name] = {
            "title": place.title,
            "url": place.url,
            "control": f"{place.url}/_control",
            "store": str(place.store),
            "company": place.told(),
        }
    write_into(var_folder() / "demo.json", told)


def _let_them_call(environment: dict[str, str], stand_ins: list[SandboxPlace]) -> None:
    """The stand-in for QuickBooks tells this Wharf of changes, where Wharf talks to it."""
    for place in stand_ins:
        if environment.get("QUICKBOOKS_ENVIRONMENT") == place.url:
            address = f"{environment['WHARF_BASE_URL']}/integrations/quickbooks/webhook/"
            place.tell_of_changes(address, environment["QUICKBOOKS_WEBHOOK_TOKEN"])


def _prepare(instance: Instance, supervisor: Supervisor) -> None:
    environment = supervisor.environment
    log = _log(instance, "prepare")
    print("Migrating the database …", flush=True)
    # The checks look at the database's rights, which are complete only after migrating.
    supervisor.step(_manage("migrate", "--skip-checks"), as_migrator(environment), log)
    var = Path(environment["WHARF_VAR"])
    if not are_static_files_current(var):
        print("Collecting static files …", flush=True)
        supervisor.step(_manage(*COLLECT_STATIC), environment, log)
        static_files_stamp(var).write_text(static_files_version())
    if _FILL_COMMAND.exists():
        print("Filling the demo …", flush=True)
        supervisor.step(_manage("fill_demo"), environment, log)


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _web_command() -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "hub.wsgi"),
        f"--bind=127.0.0.1:{web_port()}",
        *("--worker-class=gthread", "--workers=2", "--threads=4"),
        *("--graceful-timeout=5", "--no-control-socket"),
    ]


def _worker_command(lanes: str, concurrency: int) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app=hub.celery", "worker"),
        *(f"--queues={lanes}", f"--concurrency={concurrency}", "--loglevel=INFO"),
        *("--without-gossip", "--without-mingle", f"--hostname={lanes.replace(',', '-')}@%h"),
    ]


def _beat_command(instance: Instance) -> list[str]:
    schedule = instance.folder / "beat-schedule"
    return [
        *(sys.executable, "-m", "celery", "--app=hub.celery", "beat", "--loglevel=INFO"),
        *(f"--schedule={schedule}", "--pidfile="),
    ]


def _log(instance: Instance, name: str) -> Path:
    log = instance.log_file(name)
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return log


def _pid_file(instance: Instance) -> Path:
    return instance.folder / "demo.pid"


def _address() -> str:
    return f"http://127.0.0.1:{web_port()}"


def _require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LauncherError(
                f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}). "
                f"Choose another one: WHARF_PORT={port + 1} make demo"
            ) from error


def _web_answers() -> bool:
    try:
        with urllib.request.urlopen(_address(), timeout=10):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _welcome(address: str) -> str:
    lines = ["", f"Wharf is at {address}"]
    sheet = var_folder() / "demo.json"
    if sheet.exists():
        demo = json.loads(sheet.read_text())
        if demo.get("mailbox_url"):
            lines.append(f"Every e-mail of the demo lands in {demo['mailbox_url']}")
        for organisation in demo.get("organisations", []):
            lines += ["", organisation["name"]]
            lines += [
                f"  {user['email']:<36} {user['password']:<24} {user['role']}"
                for user in organisation.get("users", [])
            ]
        sandboxes = demo.get("sandboxes", {}).values()
        if sandboxes:
            lines += ["", "Stand-ins to connect to, with lists, documents and a request log"]
            lines += [f"  {sandbox['title']:<36} {sandbox['url']}" for sandbox in sandboxes]
        lines += ["", f"Keys for the API and for two-step sign-in are in {sheet}"]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])
