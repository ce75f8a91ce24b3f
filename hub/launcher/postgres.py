"""The embedded PostgreSQL: started when needed, found again by its own pid file, stopped."""

import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from hub.launcher.accounts import Runner, choose_runner
from hub.launcher.credentials import Credentials
from hub.launcher.places import Instance, LauncherError
from hub.launcher.processes import (
    accepts_connections,
    free_port,
    is_alive,
    is_own_process,
    signal_process,
    spawn_server,
    wait_for,
    wait_until_gone,
)

SUPERUSER = "postgres"
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # No socket: a path in a deep clone would be longer than the 107 bytes a socket may have.
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "password_encryption": "scram-sha-256",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; `url` gives addresses of its databases."""

    pid: int
    port: int

    def url(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{quote(role)}:{quote(password)}@127.0.0.1:{self.port}/{database}"


def start_postgres(instance: Instance, credentials: Credentials) -> Postgres:
    """The instance's server: the running one, else a new one; raises LauncherError with its log."""
    runner = choose_runner(instance)
    running = _find_running(runner)
    if running is not None:
        if accepts_connections(running.port):
            return running
        _stop_process(running.pid)
    if not runner.data.exists():
        _create_cluster(runner, credentials)
    port = free_port(_last_port(instance))
    log = instance.log_file("postgres")
    pid = _spawn(runner, port, log, durable=instance.durable)
    url = Postgres(pid, port).url(SUPERUSER, credentials.superuser_password, "postgres")
    wait_for(
        lambda: _answers(url),
        seconds=_START_SECONDS,
        what="PostgreSQL",
        alive=lambda: is_alive(pid),
        log=log,
    )
    _port_file(instance).write_text(str(port))
    return Postgres(pid, port)


def stop_postgres(instance: Instance) -> bool:
    """Stop the instance's server if it runs; whether it did."""
    running = _find_running(choose_runner(instance))
    if running is None:
        return False
    _stop_process(running.pid)
    return True


def find_postgres(instance: Instance) -> Postgres | None:
    """The running server of the instance, without starting one."""
    return _find_running(choose_runner(instance))


def _find_running(runner: Runner) -> Postgres | None:
    # The server itself writes this file first thing: pid, data folder, start time, port.
    try:
        lines = (runner.data / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return Postgres(pid, port) if is_own_process(pid, mention=str(runner.data)) else None


def _stop_process(pid: int) -> None:
    signal_process(pid, signal.SIGINT)  # "fast": ends sessions, writes a checkpoint
    if not wait_until_gone(pid, seconds=_STOP_SECONDS):
        signal_process(pid, signal.SIGQUIT)  # "immediate": recovers from the log at next start
        wait_until_gone(pid, seconds=5)


def _create_cluster(runner: Runner, credentials: Credentials) -> None:
    with tempfile.TemporaryDirectory(dir=runner.data.parent) as folder:
        # initdb works beside and the result is renamed, so a kill leaves no half-made cluster.
        work = Path(folder)
        password_file = work / "password"
        password_file.write_text(credentials.superuser_password)
        if runner.user is not None:
            for path in (work, password_file):
                os.chown(path, runner.user, runner.group or -1)
        made = subprocess.run(
            [
                *runner.program("initdb"),
                f"--pgdata={work / 'data'}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ],
            cwd=work,
            user=runner.user,
            group=runner.group,
            extra_groups=[] if runner.user is not None else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise LauncherError(f"initdb failed:\n{made.stderr.strip()}")
        (work / "data").rename(runner.data)


def _spawn(runner: Runner, port: int, log: Path, *, durable: bool) -> int:
    settings = {**_SETTINGS, "port": str(port)} | ({} if durable else _NOT_DURABLE)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return spawn_server(
        [*runner.program("postgres"), "-D", str(runner.data), *options],
        folder=runner.data,
        log=log,
        user=runner.user,
        group=runner.group,
    )


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _port_file(instance: Instance) -> Path:
    return instance.folder / "postgres.port"


def _last_port(instance: Instance) -> int | None:
    path = _port_file(instance)
    return int(path.read_text()) if path.exists() else None
