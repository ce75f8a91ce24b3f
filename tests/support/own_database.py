"""A PostgreSQL of a test's own, which it may stop, fill up and start again.

Inside the `with` block the test process itself works on it too, so that what tests make with the
cast lands there.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from hub.launcher import postgres
from hub.launcher.accounts import Runner, choose_runner
from hub.launcher.places import Instance
from hub.launcher.postgres import SUPERUSER, Postgres, start_postgres, stop_postgres
from hub.launcher.processes import wait_until_gone
from hub.launcher.roles import MIGRATOR, DatabaseUrls, prepare_database, urls_of
from tests.support.servers import INSTANCE, TestServers


class OwnDatabase:
    """A durable server with one migrated database; `environment` is for processes on it.

    `small_disk`: the database's files (not the server's log) lie on a disk of so many megabytes.
    """

    def __init__(self, folder: Path, servers: TestServers, *, small_disk: int = 0) -> None:
        # Durable, unlike the tests' usual one: what was committed must survive.
        self.instance = Instance(folder)
        self.servers = servers
        self.instance.create()
        self.small_disk = SmallDisk(folder / "small-disk", small_disk) if small_disk else None
        self.postgres = self._started()
        prepare_database(self.postgres, servers.credentials, "unused")  # for its roles
        if self.small_disk:
            self.as_superuser(f"CREATE TABLESPACE small LOCATION '{self.small_disk.space}'")
        template = urls_of(servers.postgres, servers.credentials, servers.template)
        dumped = folder / "template.dump"
        dump(template.migrator, dumped)
        self.urls = self.restore(dumped, "wharf")

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with the addresses of the database."""
        return {**os.environ, **addresses(self.urls)}

    def restore(self, dumped: Path, database: str) -> DatabaseUrls:
        """A new database from a dump, as docs/restore.md says."""
        credentials = self.servers.credentials
        urls = urls_of(self.postgres, credentials, database)
        where = "small" if self.small_disk else "pg_default"
        self.as_superuser(
            f"CREATE DATABASE {database} OWNER {MIGRATOR} TEMPLATE template0 TABLESPACE {where}"
        )
        options = ["--exit-on-error", "--no-comments", f"--dbname={urls.migrator}", str(dumped)]
        run_program("pg_restore", *options)
        return prepare_database(self.postgres, credentials, database)

    def stop_at_once(self) -> None:
        """What `pg_ctl stop -m immediate` does: no checkpoint, every session is cut."""
        os.kill(self.postgres.pid, signal.SIGQUIT)
        assert wait_until_gone(self.postgres.pid, seconds=10)
        connection.close()  # cut like everybody's

    def start_again(self) -> None:
        """Start it on the same port; it recovers from its log."""
        port = self.postgres.port
        self.postgres = self._started()
        assert self.postgres.port == port

    def close(self) -> None:
        stop_postgres(self.instance)

    def as_superuser(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run one statement outside a transaction; a few connections are kept for this role."""
        password = self.servers.credentials.superuser_password
        url = self.postgres.url(SUPERUSER, password, database)
        with psycopg.connect(url, autocommit=True) as superuser:
            done = superuser.execute(statement.encode())
            return done.fetchall() if done.description else []

    def _started(self) -> Postgres:
        with pytest.MonkeyPatch.context() as patch:
            if self.small_disk:
                patch.setattr(postgres, "choose_runner", self.small_disk.runner)
            return start_postgres(self.instance, self.servers.credentials)


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system in memory, seen by one PostgreSQL alone and gone with it.

    It is mounted in a name space of the server's own, which an ordinary user may do as well.
    """

    folder: Path
    megabytes: int

    @property
    def space(self) -> Path:
        return self.folder / "space"

    def runner(self, instance: Instance) -> Runner:
        """How to run PostgreSQL with the disk; skips the test where the kernel forbids it."""
        self.folder.mkdir(exist_ok=True)
        usual = choose_runner(instance)
        as_root = ("unshare", "--user", "--map-root-user", "--mount")
        mount = f'mount -t tmpfs -o size={self.megabytes}m tmpfs "$0" && mkdir -m 700 "$0/space"'
        mounted = (*as_root, "sh", "-c", f'{mount} && exec "$@"', str(self.folder))
        tried = subprocess.run([*mounted, "true"], capture_output=True, check=False)
        if usual.user is not None or tried.returncode != 0:
            pytest.skip("a disk of its own needs user name spaces")
        # PostgreSQL refuses the root of the name space, too.
        myself = ("unshare", "--user", f"--map-user={os.geteuid()}", f"--map-group={os.getegid()}")
        return replace(usual, prefix=(*mounted, *(usual.prefix or myself)))


@contextmanager
def own_database(
    folder: Path, servers: TestServers, *, small_disk: int = 0
) -> Iterator[OwnDatabase]:
    """Start one and work on it; stopped and left behind at the end."""
    own = OwnDatabase(folder, servers, small_disk=small_disk)
    try:
        with django_on(own.urls):
            yield own
    finally:
        own.close()


@contextmanager
def django_on(urls: DatabaseUrls) -> Iterator[None]:
    """This process's Django works on another database meanwhile."""
    before = dict(connection.settings_dict)
    parts = urlsplit(urls.app)
    connection.close()
    connection.settings_dict.update(NAME=parts.path.lstrip("/"), PORT=str(parts.port))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(NAME=before["NAME"], PORT=before["PORT"])


def addresses(urls: DatabaseUrls) -> dict[str, str]:
    """The variables of the environment that name a database."""
    return {
        "DATABASE_URL": urls.app,
        "DISPATCH_DATABASE_URL": urls.dispatch,
        "MIGRATOR_DATABASE_URL": urls.migrator,
    }


def dump(url: str, file: Path) -> None:
    """Write a dump of the database, read as its migrator."""
    run_program("pg_dump", "--format=custom", f"--file={file}", url)


def run_program(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's client programs; what it says is in the error."""
    program = choose_runner(INSTANCE).install / "bin" / name
    done = subprocess.run(
        [str(program), *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, f"{name}: {done.stderr}"
