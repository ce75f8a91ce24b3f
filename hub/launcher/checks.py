"""`make check`: every check of the code that needs no test, all of them even when one fails."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from hub.launcher.environment import as_migrator, embedded_environment
from hub.launcher.places import ROOT, Instance
from hub.launcher.servers import stop_servers

_PACKAGES = (
    *("hub", "tenants", "ledger", "network", "inventory", "orders", "accounting", "demo", "bench"),
    "tests",
)
# As it runs for customers, so that `check --deploy` sees what they would.
_PRODUCTION = {
    "WHARF_BASE_URL": "https://wharf.example",
    "WHARF_ALLOWED_HOSTS": "wharf.example",
    "WHARF_DEBUG": "false",
    "WHARF_DEMO": "false",
    "WHARF_FAULTS": "",
    "EMAIL_URL": "smtp://127.0.0.1:25",
}


def run_checks(instance: Instance) -> int:
    """Run every check on a database of its own; the exit status says whether all passed."""
    environment = {**embedded_environment(instance), **_PRODUCTION}
    try:
        failed = [
            name
            for name, command, variables in _steps(environment)
            if not _passes(name, command, variables)
        ]
    finally:
        stop_servers(instance)
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


Step = tuple[str, Sequence[str], Mapping[str, str]]


def _steps(environment: Mapping[str, str]) -> list[Step]:
    tools = Path(sys.executable).parent
    manage = [sys.executable, "manage.py"]
    packages = [name for name in _PACKAGES if (ROOT / name).exists()]
    return [
        ("ruff check", [str(tools / "ruff"), "check", "--quiet", "."], environment),
        ("ruff format", [str(tools / "ruff"), "format", "--check", "--quiet", "."], environment),
        ("mypy", [str(tools / "mypy"), *packages], environment),
        ("floors", [str(tools / "lint-imports"), "--no-cache"], environment),
        ("no addresses", [sys.executable, "-m", "hub.launcher.addresses"], environment),
        ("compose file", [sys.executable, "-m", "hub.launcher.compose_check"], environment),
        ("templates", [str(tools / "djlint"), "templates", "--lint", "--quiet"], environment),
        (
            "migrate",
            [*manage, "migrate", "--skip-checks", "--verbosity=0"],
            as_migrator(environment),
        ),
        ("migrations complete", [*manage, "makemigrations", "--check", "--dry-run"], environment),
        (
            "deployment",
            [*manage, "check", "--deploy", "--fail-level=WARNING", "--database=default"],
            environment,
        ),
    ]


def _passes(name: str, command: Sequence[str], environment: Mapping[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    passed = done.returncode == 0
    print(f"{'ok    ' if passed else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)")
    if not passed:
        print(f"{done.stdout}{done.stderr}".rstrip(), flush=True)
    return passed
