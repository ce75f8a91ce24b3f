"""A PostgreSQL of a test's own, which it may stop, fill up and start again.

Inside the `with` block the test process itself works on it too, so that what tests make with the
cast lands there.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connection
from psycopg import sql

from hub.launcher.accounts import choose_runner
from hub.launcher.places import Instance
from hub.launcher.postgres import SUPERUSER, Postgres, start_postgres, stop_postgres
from hub.launcher.processes import wait_until_gone
from hub.launcher.roles import MIGRATOR, DatabaseUrls, prepare_database, urls_of
from tests.support.servers import INSTANCE, TestServers


class OwnDatabase:
    """A durable server with one migrated database; `environment` is for processes on it."""

    def __init__(self, folder: Path, servers: TestServers) -> None:
        # Durable, unlike the tests' usual one: what was committed must survive.
        self.instance = Instance(folder)
        self.servers = servers
        self.instance.create()
        self.postgres = self._started()
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
        if database == "wharf":
            prepare_database(self.postgres, credentials, "unused")  # makes the roles
        urls = urls_of(self.postgres, credentials, database)
        self.as_superuser(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(database), sql.Identifier(MIGRATOR)
            )
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

    def as_superuser(self, *statements: Any, database: str = "postgres") -> None:
        """Run statements, each by itself."""
        password = self.servers.credentials.superuser_password
        url = self.postgres.url(SUPERUSER, password, database)
        with psycopg.connect(url, autocommit=True) as superuser:
            for statement in statements:
                superuser.execute(statement)

    def _started(self) -> Postgres:
        return start_postgres(self.instance, self.servers.credentials)


@contextmanager
def own_database(folder: Path, servers: TestServers) -> Iterator[OwnDatabase]:
    """Start one and work on it; stopped and left behind at the end."""
    own = OwnDatabase(folder, servers)
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
