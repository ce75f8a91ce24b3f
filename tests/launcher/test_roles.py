"""The three roles of the database have exactly the rights that the design gives them."""

import psycopg
import pytest
from psycopg import errors

from hub.launcher.roles import APP, DISPATCH, MIGRATOR, prepare_database
from tests.support.servers import TestServers

ATTRIBUTES = """
SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication
FROM pg_roles WHERE rolname LIKE 'wharf%' ORDER BY rolname
"""


def test_roles_have_the_attributes_of_the_design(fresh_database: dict[str, str]) -> None:
    """Only the migrator passes row-level security, and nobody may make roles or databases."""
    with psycopg.connect(fresh_database["MIGRATOR_DATABASE_URL"]) as connection:
        rows = connection.execute(ATTRIBUTES).fetchall()

    assert rows == [
        (APP, True, False, False, False, False, False),
        (DISPATCH, True, False, False, False, False, False),
        (MIGRATOR, True, False, True, False, False, False),
    ]


@pytest.mark.parametrize("variable", ["DATABASE_URL", "DISPATCH_DATABASE_URL"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE ROLE mine",
        "SET ROLE wharf_migrator",
    ],
)
def test_serving_roles_may_create_nothing(
    fresh_database: dict[str, str], variable: str, statement: str
) -> None:
    """What serves requests can neither make objects nor become a stronger role."""
    with (
        psycopg.connect(fresh_database[variable]) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_what_the_migrator_makes_is_the_applications_and_not_the_dispatchers(
    fresh_database: dict[str, str],
) -> None:
    """Default rights: rows, sequences and functions for wharf_app, nothing for wharf_dispatch."""
    with psycopg.connect(fresh_database["MIGRATOR_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE thing (id int GENERATED ALWAYS AS IDENTITY, name text)")
        connection.execute("CREATE SEQUENCE thing_numbers")
        connection.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")

    with psycopg.connect(fresh_database["DATABASE_URL"]) as connection:
        connection.execute("INSERT INTO thing (name) VALUES ('a')")
        connection.execute("UPDATE thing SET name = 'b'")
        rows = connection.execute("SELECT name, nextval('thing_numbers'), one() FROM thing")
        assert rows.fetchall() == [("b", 1, 1)]
        assert connection.execute("DELETE FROM thing").rowcount == 1
    for statement in ("SELECT * FROM thing", "SELECT nextval('thing_numbers')", "SELECT one()"):
        with (
            psycopg.connect(fresh_database["DISPATCH_DATABASE_URL"]) as connection,
            pytest.raises(errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_the_application_may_not_empty_or_change_tables(fresh_database: dict[str, str]) -> None:
    """TRUNCATE and ALTER pass row-level security by, so they are the migrator's alone."""
    with psycopg.connect(fresh_database["MIGRATOR_DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE thing (id int)")

    for statement in ("TRUNCATE thing", "ALTER TABLE thing ADD name text", "DROP TABLE thing"):
        with (
            psycopg.connect(fresh_database["DATABASE_URL"]) as connection,
            pytest.raises(errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


def test_preparing_again_changes_nothing(test_servers: TestServers) -> None:
    """Every start prepares the database, so the second time must be harmless."""
    name = "test_prepared_twice"
    prepare_database(test_servers.postgres, test_servers.credentials, name)

    urls = prepare_database(test_servers.postgres, test_servers.credentials, name)

    with psycopg.connect(urls.app) as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding),"
            " (SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension),"
            " current_setting('jit'), current_setting('TimeZone')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    test_servers.drop(name)
    assert row == ("b", "C.UTF-8", "UTF8", ["btree_gist", "pg_trgm", "plpgsql"], "off", "UTC")
