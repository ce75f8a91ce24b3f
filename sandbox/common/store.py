"""The store of a sandbox: one SQLite file, several companies in it, one transaction a request.

A record is a JSON object of a kind and an id with a version and the moment of its last change.
Keys make records findable (and unique where the vendor wants it) without reading them all.
Numbers with a point are Decimals, in and out.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simplejson

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    company TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    version INTEGER NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (company, kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_changed ON record (company, kind, updated, id);
CREATE TABLE IF NOT EXISTS lookup (
    company TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (company, name, value, kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lookup_of_record ON lookup (company, kind, id);
CREATE TABLE IF NOT EXISTS setting (
    company TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (company, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS posting (
    company TEXT NOT NULL, source_kind TEXT NOT NULL, source_id TEXT NOT NULL,
    day TEXT NOT NULL, account TEXT NOT NULL, amount INTEGER NOT NULL, memo TEXT NOT NULL,
    marks TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS posting_source ON posting (company, source_kind, source_id);
CREATE INDEX IF NOT EXISTS posting_account ON posting (company, account, day);
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    status INTEGER NOT NULL, seconds REAL NOT NULL, sent TEXT NOT NULL, answered TEXT NOT NULL
);
"""
COLUMNS = "id, body, version, created, updated, deleted"


@dataclass(frozen=True, slots=True)
class Record:
    """A stored object. `created` and `updated` are seconds since 1970 of the sandbox's clock."""

    id: str
    body: dict[str, Any]
    version: int
    created: float
    updated: float
    deleted: bool


def dump(value: Any) -> str:
    """JSON as it is kept."""
    return simplejson.dumps(value, use_decimal=True, separators=(",", ":"))


def load(text: str) -> Any:
    """What `dump` wrote."""
    return simplejson.loads(text, use_decimal=True)


class Store:
    """See the module. `path` None: in memory, for tests."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path or ":memory:", isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(SCHEMA)
        columns = self.connection.execute("PRAGMA table_info(posting)")
        if "marks" not in [row[1] for row in columns]:  # a store of before there were marks
            self.connection.execute("ALTER TABLE posting ADD marks TEXT NOT NULL DEFAULT '{}'")
        self._settings: dict[tuple[str, str], Any] = {}

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an exception undoes everything and goes on."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            self._settings.clear()
            raise
        self.connection.execute("COMMIT")

    @contextmanager
    def part(self) -> Iterator[None]:
        """A savepoint: one item of a batch that may fail without the others."""
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK TO part")
            self._settings.clear()
            raise
        finally:
            self.connection.execute("RELEASE part")

    # --- Records -----------------------------------------------------------------------------
    def put(
        self,
        company: str,
        kind: str,
        id_: str,
        body: dict[str, Any],
        *,
        at: float,
        keys: Iterable[tuple[str, str]] = (),
        deleted: bool = False,
    ) -> Record:
        """Write a record, the next version of it if there is one; `keys` replace its keys."""
        (version, created) = self.connection.execute(
            "INSERT INTO record (company, kind, id, body, version, created, updated, deleted)"
            " VALUES (?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT (company, kind, id) DO UPDATE SET"
            " body = excluded.body, version = version + 1, updated = excluded.updated,"
            " deleted = excluded.deleted RETURNING version, created",
            (company, kind, id_, dump(body), at, at, deleted),
        ).fetchone()
        if version:
            self.connection.execute(
                "DELETE FROM lookup WHERE company = ? AND kind = ? AND id = ?", (company, kind, id_)
            )
        self.connection.executemany(
            "INSERT OR IGNORE INTO lookup (company, name, value, kind, id) VALUES (?, ?, ?, ?, ?)",
            [(company, name, value, kind, id_) for name, value in keys],
        )
        return Record(id_, body, version, created, at, deleted)

    def amend(self, company: str, kind: str, id_: str, body: dict[str, Any]) -> None:
        """Write a body anew without a new version or moment: what the vendor works out itself."""
        self.connection.execute(
            "UPDATE record SET body = ? WHERE company = ? AND kind = ? AND id = ?",
            (dump(body), company, kind, id_),
        )

    def get(self, company: str, kind: str, id_: str) -> Record | None:
        """One record, deleted ones too."""
        row = self.connection.execute(
            f"SELECT {COLUMNS} FROM record WHERE company = ? AND kind = ? AND id = ?",
            (company, kind, id_),
        ).fetchone()
        return None if row is None else _record(row)

    def found(self, company: str, name: str, value: str) -> list[tuple[str, str]]:
        """Kind and id of every record with that key."""
        return list(
            self.connection.execute(
                "SELECT kind, id FROM lookup WHERE company = ? AND name = ? AND value = ?",
                (company, name, value),
            )
        )

    def keys(self, company: str, kind: str, id_: str) -> list[tuple[str, str]]:
        """The keys that a record was written with."""
        return list(
            self.connection.execute(
                "SELECT name, value FROM lookup WHERE company = ? AND kind = ? AND id = ?",
                (company, kind, id_),
            )
        )

    def records(
        self,
        company: str,
        kind: str,
        *,
        since: float | None = None,
        deleted: bool = False,
        where: str = "",
        values: Sequence[Any] = (),
        order: str = "CAST(id AS INTEGER), id",
        limit: int = -1,
        offset: int = 0,
    ) -> list[Record]:
        """Records of a kind. `where` and `order` are SQL of the sandbox's own making."""
        condition, all_values = _condition(company, kind, since, where, values, deleted=deleted)
        rows = self.connection.execute(
            f"SELECT {COLUMNS} FROM record WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
            (*all_values, limit, offset),
        )
        return [_record(row) for row in rows]

    def count(self, company: str, kind: str, *, where: str = "", values: Sequence[Any] = ()) -> int:
        """How many there are that are not deleted."""
        condition, all_values = _condition(company, kind, None, where, values, deleted=False)
        row = self.connection.execute(f"SELECT count(*) FROM record WHERE {condition}", all_values)
        return int(row.fetchone()[0])

    # --- Settings and sequences ----------------------------------------------------------------
    def setting(self, company: str, name: str, default: Any = None) -> Any:
        """A small value of a company, or of the sandbox (company "")."""
        key = (company, name)
        if key not in self._settings:
            row = self.connection.execute(
                "SELECT value FROM setting WHERE company = ? AND name = ?", key
            ).fetchone()
            self._settings[key] = None if row is None else load(row[0])
        found = self._settings[key]
        return default if found is None else found

    def set(self, company: str, name: str, value: Any) -> None:
        """Keep a small value."""
        self.connection.execute(
            "INSERT INTO setting (company, name, value) VALUES (?, ?, ?)"
            " ON CONFLICT (company, name) DO UPDATE SET value = excluded.value",
            (company, name, dump(value)),
        )
        self._settings[(company, name)] = value

    def next(self, company: str, name: str, first: int = 1) -> int:
        """The next number of a sequence."""
        number = int(self.setting(company, name, first))
        self.set(company, name, number + 1)
        return number

    def companies(self) -> list[str]:
        """Every company that has a setting or a record."""
        rows = self.connection.execute(
            "SELECT DISTINCT company FROM setting WHERE company <> ''"
            " UNION SELECT DISTINCT company FROM record WHERE company <> '' ORDER BY 1"
        )
        return [row[0] for row in rows]

    def forget(self, company: str | None = None) -> None:
        """Empty a company, or everything."""
        for table in ("record", "lookup", "setting", "posting"):
            if company is None:
                self.connection.execute(f"DELETE FROM {table}")
            else:
                self.connection.execute(f"DELETE FROM {table} WHERE company = ?", (company,))
        if company is None:
            self.connection.execute("DELETE FROM request")
        self._settings.clear()


def _record(row: Sequence[Any]) -> Record:
    return Record(row[0], load(row[1]), row[2], row[3], row[4], bool(row[5]))


def _condition(
    company: str,
    kind: str,
    since: float | None,
    where: str,
    values: Sequence[Any],
    *,
    deleted: bool,
) -> tuple[str, list[Any]]:
    parts = ["company = ? AND kind = ?"]
    all_values: list[Any] = [company, kind]
    if not deleted:
        parts.append("NOT deleted")
    if since is not None:
        parts.append("updated >= ?")
        all_values.append(since)
    if where:
        parts.append(f"({where})")
        all_values += values
    return " AND ".join(parts), all_values
