"""The database of Wharf and its three roles, with exactly the rights that each needs.

`wharf_migrator` owns the database and what migrations make in it; it passes row-level security.
`wharf_app` serves web and workers; it owns nothing and may create nothing. `wharf_dispatch`
gets nothing here: a migration grants it the columns of the job list.
Everything can be run again: it brings an existing database to the same state.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from hub.launcher.credentials import Credentials
from hub.launcher.postgres import SUPERUSER, Postgres

DATABASE = "wharf"
MIGRATOR = "wharf_migrator"
APP = "wharf_app"
DISPATCH = "wharf_dispatch"
EXTENSIONS = ("pg_trgm", "btree_gist")

_ATTRIBUTES = {
    MIGRATOR: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS",
    APP: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
    DISPATCH: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS",
}

_DATABASE_RIGHTS = """
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO wharf_app, wharf_dispatch;
"""

# Migrations take rights away again where a table is append-only, and say who may call a
# function: the default is the application, not everybody.
_SCHEMA_RIGHTS = """
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO wharf_app, wharf_dispatch;
ALTER DEFAULT PRIVILEGES FOR ROLE wharf_migrator IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO wharf_app;
ALTER DEFAULT PRIVILEGES FOR ROLE wharf_migrator IN SCHEMA public
    GRANT USAGE ON SEQUENCES TO wharf_app;
ALTER DEFAULT PRIVILEGES FOR ROLE wharf_migrator REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE wharf_migrator IN SCHEMA public
    GRANT EXECUTE ON FUNCTIONS TO wharf_app;
"""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One database, seen by each role."""

    migrator: str
    app: str
    dispatch: str


def prepare_database(
    postgres: Postgres, credentials: Credentials, database: str = DATABASE
) -> DatabaseUrls:
    """Make roles, database, extensions and rights of an embedded server where they are missing."""
    passwords = {
        MIGRATOR: credentials.migrator_password,
        APP: credentials.app_password,
        DISPATCH: credentials.dispatch_password,
    }
    superuser = postgres.url(SUPERUSER, credentials.superuser_password, "postgres")
    prepare_roles_and_rights(superuser, passwords, database)
    return urls_of(postgres, credentials, database)


def prepare_roles_and_rights(
    superuser_url: str, passwords: Mapping[str, str], database: str
) -> None:
    """Make what is missing on any server; `passwords` has one for each of the three roles."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _prepare_roles(connection, passwords)
        if not _database_exists(connection, database):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(database), sql.Identifier(MIGRATOR)
                )
            )
        _grant_database(connection, database)
    with psycopg.connect(superuser_url, dbname=database, autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(
                    sql.Identifier(extension)
                )
            )
        connection.execute(_SCHEMA_RIGHTS)


def clone_database(
    postgres: Postgres, credentials: Credentials, *, template: str, database: str
) -> DatabaseUrls:
    """Copy a database file by file, replacing an earlier copy; nobody may be connected to it."""
    with _as_superuser(postgres, credentials, "postgres") as connection:
        _drop(connection, database)
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(database),
                sql.Identifier(MIGRATOR),
                sql.Identifier(template),
            )
        )
        _grant_database(connection, database)  # rights on a database are not copied with it
    return urls_of(postgres, credentials, database)


def drop_database(postgres: Postgres, credentials: Credentials, database: str) -> None:
    """Drop a database and end the sessions in it; a missing one is no fault."""
    with _as_superuser(postgres, credentials, "postgres") as connection:
        _drop(connection, database)


def database_names(postgres: Postgres, credentials: Credentials) -> list[str]:
    """Every database of the server but its own templates."""
    with _as_superuser(postgres, credentials, "postgres") as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")
        return sorted(row[0] for row in rows)


def rename_database(postgres: Postgres, credentials: Credentials, *, old: str, new: str) -> None:
    """Give a finished database its name; nobody may be connected to it."""
    with _as_superuser(postgres, credentials, "postgres") as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(old), sql.Identifier(new)
            )
        )


def urls_of(postgres: Postgres, credentials: Credentials, database: str) -> DatabaseUrls:
    return DatabaseUrls(
        migrator=postgres.url(MIGRATOR, credentials.migrator_password, database),
        app=postgres.url(APP, credentials.app_password, database),
        dispatch=postgres.url(DISPATCH, credentials.dispatch_password, database),
    )


def _as_superuser(
    postgres: Postgres, credentials: Credentials, database: str
) -> psycopg.Connection[tuple[str, ...]]:
    url = postgres.url(SUPERUSER, credentials.superuser_password, database)
    return psycopg.connect(url, autocommit=True)


def _prepare_roles(
    connection: psycopg.Connection[tuple[str, ...]], passwords: Mapping[str, str]
) -> None:
    present = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, attributes in _ATTRIBUTES.items():
        verb = "ALTER" if role in present else "CREATE"
        connection.execute(
            sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                sql.SQL(verb),
                sql.Identifier(role),
                sql.SQL(attributes),
                sql.Literal(passwords[role]),
            )
        )


def _database_exists(connection: psycopg.Connection[tuple[str, ...]], database: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
    return found.fetchone() is not None


def _grant_database(connection: psycopg.Connection[tuple[str, ...]], database: str) -> None:
    connection.execute(sql.SQL(_DATABASE_RIGHTS).format(database=sql.Identifier(database)))


def _drop(connection: psycopg.Connection[tuple[str, ...]], database: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    )
