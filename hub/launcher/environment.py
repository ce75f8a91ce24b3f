"""The environment of Wharf's processes. What the caller has set always wins."""

import os
from collections.abc import Mapping
from pathlib import Path

from hub.launcher.places import Instance, LauncherError, var_folder
from hub.launcher.servers import Servers, start_servers

DATABASE_VARIABLES = ("DATABASE_URL", "DISPATCH_DATABASE_URL", "MIGRATOR_DATABASE_URL")
SERVER_VARIABLES = (*DATABASE_VARIABLES, "REDIS_URL", "CELERY_BROKER_URL")
DEFAULT_PORT = 8000


def web_port() -> int:
    """The port of the web server (`WHARF_PORT`, else 8000)."""
    text = os.environ.get("WHARF_PORT") or str(DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LauncherError(f"WHARF_PORT is {text!r}; it must be a port number such as 8000.")
    return int(text)


def start_with_environment(instance: Instance) -> dict[str, str]:
    """Start the servers that the environment does not name; the whole environment to run with."""
    named = {name: value for name in SERVER_VARIABLES if (value := stated(name))}
    given = [name for name in DATABASE_VARIABLES if name in named]
    missing = [name for name in DATABASE_VARIABLES if name not in named]
    if given and missing:
        raise LauncherError(
            f"{' and '.join(given)} is set, so {' and '.join(missing)} must be set too "
            "(or none of them, to use the embedded PostgreSQL)."
        )
    servers = start_servers(instance, with_postgres=not given, with_valkey="REDIS_URL" not in named)
    callers = {name: value for name, value in os.environ.items() if value}
    return {**_settings_of(servers), **callers, **named}


def embedded_environment(instance: Instance) -> dict[str, str]:
    """An environment on embedded servers whatever the caller names: for work that may not touch
    a real database by mistake."""
    return {**os.environ, **_settings_of(start_servers(instance))}


def stated(name: str) -> str:
    """What the caller says: in the variable, or in the file that `NAME_FILE` names."""
    value = os.environ.get(name, "")
    file = os.environ.get(f"{name}_FILE", "")
    return value if value or not file else Path(file).read_text().strip()


def made_here(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that differs from the caller's own."""
    return {
        name: value for name, value in sorted(environment.items()) if os.environ.get(name) != value
    }


def as_migrator(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment for a process that runs migrations."""
    return {**environment, "DATABASE_URL": environment["MIGRATOR_DATABASE_URL"]}


def _settings_of(servers: Servers) -> dict[str, str]:
    made = {
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "SECRET_KEY": servers.credentials.secret_key,
        "WHARF_KEY_RING": servers.credentials.key_ring,
        "WHARF_VAR": str(var_folder()),
        "WHARF_BASE_URL": f"http://127.0.0.1:{web_port()}",
    }
    if servers.database is not None:
        made["DATABASE_URL"] = servers.database.app
        made["DISPATCH_DATABASE_URL"] = servers.database.dispatch
        made["MIGRATOR_DATABASE_URL"] = servers.database.migrator
    if servers.valkey is not None:
        made["REDIS_URL"] = servers.valkey.url(0)
        made["CELERY_BROKER_URL"] = servers.valkey.url(1)
    return made
