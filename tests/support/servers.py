"""The servers of a test run, the migrated template, and a clone of it for each test process.

The process that was started by hand owns the servers: it starts them, migrates the template once
per version of the migrations, and stops them. Test processes of pytest-xdist find them running.
Tests always use embedded servers: an address that happens to be in the environment may be
somebody's real database.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import redis

from hub.launcher.credentials import Credentials
from hub.launcher.fingerprints import fingerprint
from hub.launcher.places import ROOT, Instance, locked
from hub.launcher.postgres import Postgres
from hub.launcher.roles import (
    DatabaseUrls,
    clone_database,
    database_names,
    drop_database,
    prepare_database,
    rename_database,
)
from hub.launcher.servers import start_servers, stop_servers
from hub.launcher.valkey import DATABASES, Valkey

VAR = ROOT / "var" / "test"
INSTANCE = Instance(VAR / "servers", durable=False)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
APPS = ("hub", "tenants", "ledger", "network", "inventory", "orders", "accounting", "demo", "bench")
_VALKEY_DATABASES_EACH = 16


@dataclass(slots=True)
class TestServers:
    """The running servers, seen from one test process."""

    __test__ = False

    credentials: Credentials
    postgres: Postgres
    valkey: Valkey
    template: str
    stack: ExitStack = field(default_factory=ExitStack)
    _clones: int = 0
    _valkey_databases: int = 0

    def clone(self) -> tuple[str, DatabaseUrls]:
        """A fresh copy of the migrated template; its name and addresses."""
        self._clones += 1
        name = f"test_{WORKER or 'main'}_{self._clones}"
        return name, clone_database(
            self.postgres, self.credentials, template=self.template, database=name
        )

    def drop(self, name: str) -> None:
        drop_database(self.postgres, self.credentials, name)

    def environment(self, urls: DatabaseUrls) -> dict[str, str]:
        """What a process needs to work on a clone, with Valkey databases of its own, emptied."""
        return {
            "DJANGO_SETTINGS_MODULE": "hub.settings",
            "DATABASE_URL": urls.app,
            "DISPATCH_DATABASE_URL": urls.dispatch,
            "MIGRATOR_DATABASE_URL": urls.migrator,
            "REDIS_URL": self._next_valkey_url(),
            "CELERY_BROKER_URL": self._next_valkey_url(),
            "SECRET_KEY": self.credentials.secret_key,
            "WHARF_KEY_RING": self.credentials.key_ring,
            "WHARF_VAR": str(VAR),
            "WHARF_BASE_URL": "http://127.0.0.1:8000",
            "WHARF_ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
            "WHARF_FAULTS": "",
            "WHARF_LOG_LEVEL": "WARNING",
            "EMAIL_URL": "mailbox://",
        }

    def _next_valkey_url(self) -> str:
        # The owner has the first sixteen, test process n those after it; the last ones come
        # round again, which the emptying makes harmless.
        start = 0 if not WORKER else (int(WORKER.removeprefix("gw")) + 1) * _VALKEY_DATABASES_EACH
        assert start + _VALKEY_DATABASES_EACH <= DATABASES, "more test processes than databases"
        number = self._valkey_databases
        if number >= _VALKEY_DATABASES_EACH:
            number = 2 + (number - 2) % (_VALKEY_DATABASES_EACH - 2)
        self._valkey_databases += 1
        url = self.valkey.url(start + number)
        with redis.Redis.from_url(url) as client:
            client.flushdb()
        return url


def open_servers() -> TestServers:
    """Start the servers (owner) or find them (test process of xdist)."""
    stack = ExitStack()
    if not WORKER:
        stack.enter_context(_sole_run())
        stack.callback(stop_servers, INSTANCE)
    running = start_servers(INSTANCE)
    assert running.postgres is not None
    assert running.valkey is not None
    template = f"template_{migrations_fingerprint()}"
    opened = TestServers(running.credentials, running.postgres, running.valkey, template, stack)
    if not WORKER:
        _prepare_template(opened)
    return opened


def close_servers(servers: TestServers) -> None:
    """Stop what this process started: nothing, for a test process of xdist."""
    servers.stack.close()


class _sole_run:  # noqa: N801 - reads as a function in `with`
    """Two runs in one clone would drop each other's databases: the second one waits."""

    def __enter__(self) -> None:
        self._lock = locked(VAR / "run.lock", wait=False)
        if not self._lock.__enter__():
            print("Another test run uses this folder; waiting for it …", file=sys.stderr)
            self._lock = locked(VAR / "run.lock")
            self._lock.__enter__()

    def __exit__(self, *_: object) -> None:
        self._lock.__exit__(None, None, None)


def _prepare_template(servers: TestServers) -> None:
    names = database_names(servers.postgres, servers.credentials)
    for name in names:
        if name.startswith("test_") or (name.startswith("template_") and name != servers.template):
            servers.drop(name)
    if servers.template in names:
        return
    building = "test_building"
    urls = prepare_database(servers.postgres, servers.credentials, building)
    migrate(servers.environment(urls))
    rename_database(servers.postgres, servers.credentials, old=building, new=servers.template)


def migrate(environment: dict[str, str], *arguments: str) -> None:
    """Run `manage.py migrate` as the migrator; its output is in the error when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            **environment,
            "DATABASE_URL": environment["MIGRATOR_DATABASE_URL"],
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"migrate failed:\n{done.stdout}{done.stderr}")


def migrations_fingerprint() -> str:
    """A name for what the migrations make: they, what they import, the rights, the versions."""
    files = {
        ROOT / "hub" / "settings.py",
        ROOT / "hub" / "launcher" / "roles.py",
        ROOT / "hub" / "launcher" / "postgres.py",
        ROOT / "requirements" / "dev.lock",
    }
    waiting = [path for app in APPS for path in (ROOT / app / "migrations").glob("*.py")]
    while waiting:
        path = waiting.pop()
        if path not in files:
            files.add(path)
            waiting.extend(_imported_files(path))
    return fingerprint(sorted(files))


def _imported_files(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            modules = [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
        elif isinstance(node, ast.Import):
            modules = [name.name for name in node.names]
        else:
            continue
        for module in modules:
            if module.split(".")[0] not in APPS:
                continue
            base = ROOT.joinpath(*module.split("."))
            yield from (
                found for found in (base.with_suffix(".py"), base / "__init__.py") if found.exists()
            )
