"""Where an instance of the embedded servers keeps its files, and the lock that guards them."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class LauncherError(Exception):
    """The launcher cannot go on; the message is for the person at the terminal."""


def var_folder() -> Path:
    """The folder for everything that is made at run time (`WHARF_VAR`, else `var/`)."""
    return Path(os.environ.get("WHARF_VAR") or ROOT / "var").absolute()


@dataclass(frozen=True, slots=True)
class Instance:
    """One set of servers with its own data: `demo`, or one for tests."""

    folder: Path
    durable: bool = True
    """Off, PostgreSQL does not wait for the disk: for tests, whose data nobody will miss."""

    @property
    def secrets_file(self) -> Path:
        return self.folder / "secrets.json"

    @property
    def postgres_data(self) -> Path:
        return self.folder / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.folder / "valkey"

    def log_file(self, name: str) -> Path:
        """The log of one process; its folder exists afterwards."""
        logs = self.folder / "log"
        logs.mkdir(parents=True, exist_ok=True)
        return logs / f"{name}.log"

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    def remove(self) -> None:
        """Delete the instance's files; its servers must be stopped."""
        shutil.rmtree(self.folder, ignore_errors=True)


def named_instance(name: str = "demo") -> Instance:
    return Instance(var_folder() / name)


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold an exclusive lock on a file; gives False at once if it is held and `wait` is off.

    The kernel frees it when the process dies, however it dies, so it is never stale.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
