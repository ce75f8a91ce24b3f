"""Both embedded servers of an instance, started and stopped together."""

from dataclasses import dataclass

from hub.launcher.credentials import Credentials, load_or_create
from hub.launcher.places import Instance, locked
from hub.launcher.postgres import Postgres, start_postgres, stop_postgres
from hub.launcher.roles import DatabaseUrls, prepare_database
from hub.launcher.valkey import Valkey, start_valkey, stop_valkey


@dataclass(frozen=True, slots=True)
class Servers:
    """The running servers; a server that the environment replaces is None."""

    credentials: Credentials
    postgres: Postgres | None
    database: DatabaseUrls | None
    valkey: Valkey | None


def start_servers(
    instance: Instance, *, with_postgres: bool = True, with_valkey: bool = True
) -> Servers:
    """Start what is wanted and not yet running, with roles and database in place.

    Safe to call from several processes at once; servers of a killed run are used again.
    """
    instance.create()
    with locked(instance.folder / "servers.lock"):
        credentials = load_or_create(instance.secrets_file)
        postgres = start_postgres(instance, credentials) if with_postgres else None
        database = prepare_database(postgres, credentials) if postgres else None
        valkey = start_valkey(instance, credentials) if with_valkey else None
    return Servers(credentials, postgres, database, valkey)


def stop_servers(instance: Instance) -> bool:
    """Stop the servers that run; whether there were any."""
    if not instance.secrets_file.exists():
        return False
    with locked(instance.folder / "servers.lock"):
        credentials = load_or_create(instance.secrets_file)
        stopped = [stop_valkey(instance, credentials), stop_postgres(instance)]
    return any(stopped)
