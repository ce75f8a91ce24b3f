"""The wall between organisations, tried at every table, route, method and role."""

from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from hub.walls import refuse_gaps
from network.models import Connection
from tenants import checks
from tenants.boundary import tenant_context
from tenants.checks import DOORS, GLOBAL_TABLES, boundary_faults
from tests.world import World, migrator, tables


def test_the_boundary_holds() -> None:
    """A1: policies, forced security, role, keys, doors, views."""
    assert boundary_faults() == []


def test_every_table_is_global_on_purpose_or_has_its_organisation() -> None:
    """A1: a new table is one or the other."""
    with migrator() as database:
        found = tables(database)
    assert {table for table, column in found if not column} == set(GLOBAL_TABLES)


def test_the_doors_are_those_that_are_listed() -> None:
    """A1: every SECURITY DEFINER function is known, and open to the application only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig, has_function_privilege('public', p.oid, 'EXECUTE'),"
            " has_function_privilege('wharf_dispatch', p.oid, 'EXECUTE') FROM pg_proc p"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        rows = cursor.fetchall()
    assert {row[0] for row in rows} == set(DOORS)
    assert [row for row in rows if row[2] or row[3]] == []
    assert all(any(option.startswith("search_path=") for option in row[1]) for row in rows)


def test_a_gap_in_the_wall_is_found() -> None:
    """A1: the check sees a table without policy, a narrow key, and an unknown door."""
    with migrator() as database, database.cursor() as cursor:
        cursor.execute("CREATE TABLE leak (id uuid PRIMARY KEY, tenant_id uuid)")
        cursor.execute("CREATE TABLE leak_too (tenant_id uuid, leak_id uuid REFERENCES leak (id))")
        cursor.execute(
            "CREATE FUNCTION leak_door() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
        )
        try:
            faults = "\n".join(boundary_faults())
        finally:
            cursor.execute("DROP FUNCTION leak_door(); DROP TABLE leak_too; DROP TABLE leak")
    assert "table leak has no forced row-level security" in faults
    assert "foreign key leak_too_leak_id_fkey from leak_too to leak leaves out tenant_id" in faults
    assert "function leak_door goes through the wall" in faults
    assert "function leak_door has no fixed search_path" in faults
    assert checks.boundary_faults() == []


def test_a_right_to_change_frozen_rows_is_found() -> None:
    """A1: a dump that is restored over rights that are there already gives it back."""
    with migrator() as database, database.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON tenants_joblog TO wharf_app")
        try:
            faults = boundary_faults()
        finally:
            cursor.execute("REVOKE UPDATE ON tenants_joblog FROM wharf_app")
    assert faults == ["rows of tenants_joblog can be changed"]
    assert boundary_faults() == []


def test_nothing_starts_on_a_wall_with_a_gap() -> None:
    """A1: web and workers end at start while there is a gap, and start without one."""
    refuse_gaps()
    with migrator() as database, database.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON tenants_joblog TO wharf_app")
        try:
            with pytest.raises(SystemExit, match="have a gap"):
                refuse_gaps()
        finally:
            cursor.execute("REVOKE UPDATE ON tenants_joblog FROM wharf_app")


def test_a_database_that_is_away_does_not_keep_web_and_workers_from_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A1: they answer 503 until it is back, instead of ending for good."""

    def away(**_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("hub.walls.run_checks", away)
    refuse_gaps()


def test_every_reference_inside_an_organisation_carries_it() -> None:
    """A1: each composite key pairs tenant_id with tenant_id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT con.conrelid::regclass::text, con.confrelid::regclass::text,"
            " (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(con.conkey)"
            "  WITH ORDINALITY k(c, n) JOIN pg_attribute a"
            "  ON a.attrelid = con.conrelid AND a.attnum = k.c),"
            " (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(con.confkey)"
            "  WITH ORDINALITY k(c, n) JOIN pg_attribute a"
            "  ON a.attrelid = con.confrelid AND a.attnum = k.c)"
            " FROM pg_constraint con WHERE con.contype = 'f'"
        )
        keys = cursor.fetchall()
    with migrator() as database:
        tenant_tables = {table for table, column in tables(database) if column == "tenant_id"}
    inner = [key for key in keys if key[0] in tenant_tables and key[1] in tenant_tables]
    assert len(inner) > 20
    for table, target, columns, targets in inner:
        assert "tenant_id" in columns, (table, target)
        assert targets[columns.index("tenant_id")] == "tenant_id", (table, target)


def test_without_an_organisation_every_table_is_empty_and_closed(victim: World) -> None:
    """A1: raw SQL as wharf_app: 0 rows; no update, no delete, no insert, on every table."""
    with migrator() as database:
        found = [(table, column) for table, column in tables(database) if column]
        filled_tables = [
            table for table, _ in found if database.execute(f'SELECT 1 FROM "{table}"').fetchone()
        ]
    assert len(filled_tables) > 25
    for table, column in found:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,), table
        for statement in (
            f'UPDATE "{table}" SET {column} = {column}',
            f'DELETE FROM "{table}"',
        ):
            assert _changed(statement) in (0, "42501"), statement
        # A row that is good but for its organisation: the policy refuses it, no other rule.
        inserted = _changed(f'INSERT INTO "{table}" ({column}) VALUES (%s)', victim.company.id)
        assert inserted == "42501", (table, inserted)


def _changed(statement: str, *values: UUID) -> int | str:
    """How many rows it changed, or the SQLSTATE that it was refused with; nothing stays."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
            return int(cursor.rowcount)
    except Exception as error:  # noqa: BLE001 - the state is what is asked for
        return str(getattr(error.__cause__, "sqlstate", "")) or repr(error)


def test_inside_one_organisation_no_row_of_another_is_seen_or_made(
    victim: World, attacker: World
) -> None:
    """A1: reads, updates, inserts and moves of rows, with the other's id, table by table."""
    with migrator() as database:
        found = [(table, column) for table, column in tables(database) if column]
    for table, column in found:
        with tenant_context(attacker.company.id), connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE {column} <> %s', [attacker.company.id]
            )
            assert cursor.fetchone() == (0,), table
        with tenant_context(attacker.company.id):
            moved = _changed(f'UPDATE "{table}" SET {column} = %s', victim.company.id)
            assert moved in (0, "42501"), (table, moved)


def test_a_reference_to_another_organisations_row_is_refused(
    victim: World, attacker: World
) -> None:
    """A1: the composite key stands where row-level security cannot look."""
    with (
        pytest.raises(Exception, match="violates foreign key"),
        tenant_context(attacker.company.id),
    ):
        Connection(contact_id=victim.things["contact"], status="waiting").save(force_insert=True)


@pytest.mark.parametrize("table", ["tenants_activity", "tenants_joblog", "orders_documentversion"])
def test_the_record_cannot_be_rewritten(attacker: World, table: str) -> None:
    """A1, A3: no update, no delete, no truncate, in its own organisation."""
    for statement in (
        f'UPDATE "{table}" SET tenant_id = tenant_id',
        f'DELETE FROM "{table}"',
        f'TRUNCATE "{table}"',
    ):
        with tenant_context(attacker.company.id):
            assert _changed(statement) == "42501", statement


def test_the_dispatcher_sees_where_jobs_are_and_nothing_else() -> None:
    """A1: its own columns of one table; no writing."""
    with psycopg.connect(settings.DISPATCH_DATABASE_URL, autocommit=True) as database:
        row = database.execute(
            "SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a"
            " WHERE a.attrelid = 'tenants_job'::regclass AND a.attnum > 0"
            " AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')"
        ).fetchone()
        assert row == (["id", "kind", "lane", "leased_until", "not_before", "state", "tenant_id"],)
        others = database.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p', 'v') AND c.relname <> 'tenants_job'"
            " AND (has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE')"
            "      OR has_table_privilege(c.oid, 'DELETE, TRUNCATE'))"
        ).fetchall()
        assert others == []
        for statement in (
            "SELECT payload FROM tenants_job",
            "SELECT title FROM tenants_job",
            "UPDATE tenants_job SET state = 'done'",
            "DELETE FROM tenants_job",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(statement)
