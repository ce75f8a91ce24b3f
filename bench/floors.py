"""The floors: the same rows with plain psycopg, one connection, one multi-row INSERT per table.

Rows are taken from what Wharf itself wrote a moment before and written again under new ids, in
the same number of transactions, so the floor never falls behind the product.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.types.json import Jsonb

from hub.ids import new_id


class Floor:
    """One connection as `wharf_app`, and rows to write again."""

    def __init__(self) -> None:
        database = settings.DATABASES["default"]
        self.connection = psycopg.connect(
            host=database["HOST"],
            port=database["PORT"],
            dbname=database["NAME"],
            user=database["USER"],
            password=database["PASSWORD"],
            autocommit=True,
        )

    def rows(self, tenant_id: UUID, table: str, where: str, values: Sequence[Any]) -> "Rows":
        """Rows that Wharf wrote, to be written again."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            self._enter(cursor, tenant_id)
            cursor.execute(f"SELECT * FROM {table} WHERE {where}", values)  # noqa: S608
            assert cursor.description is not None
            columns = [column.name for column in cursor.description]
            found = cursor.fetchall()
        assert found, f"{table}: nothing to copy"
        return Rows(table, columns, found)

    def transaction(self, tenant_id: UUID, parts: Sequence["Rows | Statement"]) -> None:
        """One transaction: BEGIN, set_config, a statement per part, COMMIT."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            self._enter(cursor, tenant_id)
            for part in parts:
                part.run(cursor)

    def _enter(self, cursor: psycopg.Cursor[Any], tenant_id: UUID) -> None:
        cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant_id)])


class Statement:
    """A statement that is no INSERT: taking a number, changing a status."""

    def __init__(self, text: str, values: Sequence[Any]) -> None:
        self.text, self.values = text, values

    def run(self, cursor: psycopg.Cursor[Any]) -> None:
        """Run it."""
        cursor.execute(self.text, self.values)


class Rows:
    """Rows of one table; each run writes copies of them under ids of their own."""

    def __init__(self, table: str, columns: list[str], found: list[tuple[Any, ...]]) -> None:
        self.table, self.columns, self.found = table, columns, found
        # What must be unique gets a new value in each copy; documents and their lines keep
        # together through `renew`.
        self.renew: dict[str, dict[Any, Any]] = {}

    def run(self, cursor: psycopg.Cursor[Any]) -> None:
        """One multi-row INSERT."""
        copies = [self._copy(row) for row in self.found]
        one = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(self.columns)))
        statement = sql.SQL("INSERT INTO {} ({}) VALUES {}").format(
            sql.Identifier(self.table),
            sql.SQL(", ").join(sql.Identifier(name) for name in self.columns),
            sql.SQL(", ").join([one] * len(copies)),
        )
        cursor.execute(statement, [value for row in copies for value in row])

    def _copy(self, row: tuple[Any, ...]) -> list[Any]:
        values = []
        for name, value in zip(self.columns, row, strict=True):
            if name in self.renew:
                value = self.renew[name].setdefault(value, _fresh(value))
            elif isinstance(value, dict | list):
                value = Jsonb(value)
            values.append(value)
        return values


def _fresh(value: Any) -> Any:
    if isinstance(value, UUID):
        return new_id()
    return f"F{new_id().hex[-20:]}"


def renewed(*names: str) -> dict[str, dict[Any, Any]]:
    """Fresh look-up tables for columns that must be unique in each copy."""
    return {name: {} for name in names}
