"""The embedded servers: started, adopted, stopped, and none left behind."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import redis

from hub.launcher import accounts
from hub.launcher.places import Instance
from hub.launcher.postgres import SUPERUSER, find_postgres
from hub.launcher.processes import is_alive, wait_until_gone
from hub.launcher.servers import Servers, start_servers, stop_servers


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """Servers of their own; stopped after the test however it ends."""
    made = Instance(tmp_path / "deep" / ("x" * 120), durable=False)
    yield made
    stop_servers(made)


def _pids(servers: Servers) -> tuple[int, int]:
    assert servers.postgres is not None
    assert servers.valkey is not None
    return servers.postgres.pid, servers.valkey.pid


def _remember(servers: Servers) -> None:
    """Leave a mark in both servers."""
    assert servers.database is not None
    assert servers.valkey is not None
    with psycopg.connect(servers.database.migrator) as connection:
        connection.execute("CREATE TABLE mark AS SELECT 7 AS number")
    with redis.Redis.from_url(servers.valkey.url()) as client:
        client.set("mark", "7")


def _recall(servers: Servers) -> tuple[int, bytes]:
    assert servers.database is not None
    assert servers.valkey is not None
    with psycopg.connect(servers.database.app) as connection:
        row = connection.execute("SELECT number FROM mark").fetchone()
    assert row is not None
    with redis.Redis.from_url(servers.valkey.url()) as client:
        return row[0], client.get("mark")


def test_servers_start_in_a_deep_folder_stop_and_keep_their_data(instance: Instance) -> None:
    """Started again, it keeps its data; a path longer than a socket may have is no obstacle."""
    first = start_servers(instance)
    _remember(first)
    assert stop_servers(instance) is True
    assert [is_alive(pid) for pid in _pids(first)] == [False, False]
    assert stop_servers(instance) is False

    second = start_servers(instance)

    assert _recall(second) == (7, b"7")
    assert second.credentials == first.credentials


def test_running_servers_are_used_and_not_started_twice(instance: Instance) -> None:
    """A killed launcher leaves its servers; the next start finds them by their own pid files."""
    first = start_servers(instance)

    second = start_servers(instance)

    assert _pids(second) == _pids(first)


def test_killed_servers_do_not_block_the_next_start(instance: Instance) -> None:
    """After SIGKILL of both servers their stale pid files are passed over and the data is there."""
    instance = replace(instance, durable=True)
    first = start_servers(instance)
    _remember(first)
    assert first.valkey is not None
    with redis.Redis.from_url(first.valkey.url()) as client:
        client.waitaof(1, 0, 2000)
    for pid in _pids(first):
        os.kill(pid, signal.SIGKILL)
        assert wait_until_gone(pid, seconds=10)

    second = start_servers(instance)

    assert _recall(second) == (7, b"7")


def test_a_pid_file_that_names_somebody_elses_process_is_not_believed(instance: Instance) -> None:
    """Process ids are reused: a stranger with the number of our server is left alone."""
    start_servers(instance)
    stop_servers(instance)
    pid_file = accounts.choose_runner(instance).data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n0\n5432\n")

    assert find_postgres(instance) is None
    pid_file.unlink()


def test_secrets_are_readable_by_their_owner_alone(instance: Instance) -> None:
    """Passwords and keys lie in one file of mode 0600, inside a folder of mode 0700."""
    start_servers(instance, with_valkey=False)

    assert stat.S_IMODE(instance.secrets_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(instance.folder.stat().st_mode) == 0o700


def test_servers_listen_on_this_machine_alone(instance: Instance) -> None:
    """Neither server can be reached from another machine, and neither lets anybody in unasked."""
    servers = start_servers(instance)
    assert servers.postgres is not None
    assert servers.valkey is not None

    superuser = servers.postgres.url(SUPERUSER, servers.credentials.superuser_password, "postgres")
    with psycopg.connect(superuser) as connection:
        row = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        ).fetchone()
    assert row == ("127.0.0.1", "")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(servers.postgres.url("wharf_app", "wrong", "wharf"))
    with redis.Redis.from_url(servers.valkey.url()) as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=servers.valkey.port).ping()


def test_valkey_keeps_what_it_was_told(instance: Instance) -> None:
    """The broker's wake-ups survive a restart and are never thrown out to make room."""
    servers = start_servers(instance, with_postgres=False)
    assert servers.valkey is not None

    with redis.Redis.from_url(servers.valkey.url()) as client:
        settings = client.config_get("appendonly", "maxmemory-policy")

    assert settings == {"appendonly": "yes", "maxmemory-policy": "noeviction"}


@pytest.fixture
def _no_account_left() -> Iterator[None]:
    """Takes away the account and its folder where the test made them."""
    present = {entry.pw_name for entry in pwd.getpwall()}
    was_there = accounts.ACCOUNT in present
    yield
    if not was_there:
        subprocess.run(["userdel", accounts.ACCOUNT], check=True, capture_output=True)
        shutil.rmtree(accounts.ACCOUNT_HOME)


@pytest.mark.battery
@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs the account")
@pytest.mark.usefixtures("_no_account_left")
def test_postgres_runs_under_an_account_of_its_own_where_namespaces_are_off(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root, without user namespaces: the account, its own copy of the programs, its folder."""
    monkeypatch.setattr(accounts, "_namespace_works", lambda *_: False)

    servers = start_servers(instance, with_valkey=False)

    assert servers.postgres is not None
    owner = Path(f"/proc/{servers.postgres.pid}").stat().st_uid
    assert owner == pwd.getpwnam(accounts.ACCOUNT).pw_uid
    assert stop_servers(instance) is True
