"""One import from the file to the rows: upload, match the columns, check, and write it whole.

Checking is a job that reads the file row by row, keeps what is right in `tenants_importrow` and
what is wrong in the import; writing is another that turns all rows into the real ones by a few
statements in one transaction. So a file of any size needs little memory, progress is shown, and
either everything is imported or nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from hub.errors import Conflict, InvalidInput, NotFound, WharfError
from hub.ids import new_id
from tenants.actor import current_actor
from tenants.boundary import current_tenant
from tenants.imports.attributes import columns_of
from tenants.imports.kinds import Checker, ImportKind, Staged, guess_mapping, import_kind
from tenants.imports.tables import LARGEST_BYTES, open_table, refused
from tenants.jobs import GiveUp, Run
from tenants.models import Import, ImportRow, ImportState, StoredFile
from tenants.services.activity import log_activity
from tenants.services.jobs import enqueue

CHECK_JOB, APPLY_JOB = "imports.check", "imports.apply"
BATCH = 2_000
MOST_FAULTS_KEPT = 500
SAMPLE_ROWS = 3

STAGE = """
INSERT INTO tenants_importrow (id, tenant_id, of_import_id, number, values)
SELECT uuidv7(), %s, %s, number, values
FROM jsonb_to_recordset(%s::jsonb) AS staged (number int, values jsonb)
"""


def import_or_404(import_id: UUID, *, lock: bool = False) -> Import:
    """The only door from an id to an import; raises NotFound."""
    rows = Import.objects.select_related("file")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(id=import_id).first()
    if found is None:
        raise NotFound("This import does not exist.")
    return found


def begin_import(kind_name: str, upload: "File[bytes]") -> Import:
    """Keep the file and guess which column is which. Raises InvalidInput naming `file`."""
    kind = import_kind(kind_name)
    if (upload.size or 0) > LARGEST_BYTES:
        raise refused(f"The file is larger than {LARGEST_BYTES // 1_000_000} MB. Split it.")
    header, sample = _look(upload)
    stored = _store(upload, kind.name)
    row = Import(
        kind=kind.name,
        file=stored,
        header=header,
        sample=sample,
        mapping=guess_mapping(columns_of(kind), header),
        created_by=current_actor().id,
        created_by_name=current_actor().name[:160],
    )
    row.save(force_insert=True)
    log_activity("import.begun", f"{kind.label}: {stored.name} uploaded", about=row)
    return row


def _look(upload: "File[bytes]") -> tuple[list[str], list[list[str]]]:
    source: Any = upload.file
    source.seek(0)
    with open_table(source) as table:
        sample = [cells for _number, cells in islice(table.rows, SAMPLE_ROWS)]
    if not sample:
        raise refused("The file has titles and no rows.")
    source.seek(0)
    return table.header, sample


def _store(upload: "File[bytes]", purpose: str) -> StoredFile:
    file_id = new_id()
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    ending = "xlsx" if (upload.name or "").lower().endswith(".xlsx") else "csv"
    path = default_storage.save(f"{current_tenant()}/imports/{file_id}.{ending}", upload)
    stored = StoredFile(
        id=file_id,
        name=f"{purpose}.{ending}",
        content_type="application/octet-stream",
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        path=path,
        purpose="import",
    )
    stored.save(force_insert=True)
    return stored


def map_columns(
    import_id: UUID, mapping: Mapping[str, int | None], *, on: date | None = None
) -> Import:
    """Say which column is which and check the file. Raises InvalidInput, Conflict.

    May be done again after faults were found; what was checked before is forgotten.
    """
    row = import_or_404(import_id, lock=True)
    if row.state not in (ImportState.MAPPING, ImportState.FAULTY, ImportState.CHECKED):
        raise Conflict("This import is running or done. Begin another one.", code="not_open")
    kind = import_kind(row.kind)
    chosen = _checked_mapping(kind, row, mapping)
    if kind.asks_date and on is None:
        message = f"Enter the date: {kind.asks_date.lower()}."
        raise InvalidInput(message, fields={"on": [message]})
    job = enqueue(CHECK_JOB, {"import": row.id}, title=f"Check {kind.label.lower()}")
    Import.objects.filter(id=row.id).update(
        mapping=chosen, on=on, state=ImportState.CHECKING, job=job.id, fault_count=0, faults=[]
    )
    row.refresh_from_db()
    return row


def _checked_mapping(
    kind: ImportKind, row: Import, mapping: Mapping[str, int | None]
) -> dict[str, int]:
    fields: dict[str, list[str]] = {}
    columns = columns_of(kind)
    known = {column.name for column in columns}
    chosen = {name: index for name, index in mapping.items() if index is not None and name in known}
    for column in columns:
        if column.required and column.name not in chosen:
            fields[column.name] = [f"Choose the column that holds “{column.label}”."]
    for name, index in chosen.items():
        if not 0 <= index < len(row.header):
            fields[name] = ["The file has no such column."]
        elif list(chosen.values()).count(index) > 1:
            fields[name] = ["This column is chosen twice."]
    if fields:
        raise InvalidInput("Some columns are not matched; see below.", fields=fields)
    return chosen


def start_import(import_id: UUID) -> Import:
    """Write the checked rows. Raises Conflict when the file has faults or is not checked."""
    row = import_or_404(import_id, lock=True)
    if row.state != ImportState.CHECKED:
        raise Conflict(
            "This file is not ready: check it, and correct what is wrong in it.", code="not_ready"
        )
    job = enqueue(APPLY_JOB, {"import": row.id}, title=f"Import {import_kind(row.kind).label}")
    Import.objects.filter(id=row.id).update(state=ImportState.APPLYING, job=job.id)
    row.refresh_from_db()
    return row


# --- The check, as a job ---------------------------------------------------------------------
def run_check(run: Run) -> None:
    """Job `imports.check`."""
    with run.transaction():
        row = import_or_404(UUID(run.payload["import"]))
        ImportRow.objects.filter(of_import=row).delete()
        check = _Check(run, row, import_kind(row.kind).begin(frozenset(row.mapping)))
    try:
        with default_storage.open(row.file.path) as source:
            check.read(source)
    except InvalidInput as error:
        if error.code != "bad_file":
            raise
        check.note(0, "", error.message)
    with run.finishing() as result:
        check.record()
        result["text"] = check.words(import_kind(row.kind).noun)


class _Check:
    """One check: reads the file in batches, stages what is right, counts what is wrong."""

    def __init__(self, run: Run, row: Import, checker: Checker) -> None:
        self.run, self.row, self.checker = run, row, checker
        self.mapping: dict[str, int] = dict(row.mapping)
        self.rows = self.new = self.changed = self.fault_count = 0
        self.faults: list[list[Any]] = []

    def note(self, number: int, column: str, message: str) -> None:
        """One more fault; the first ones are kept word for word."""
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS_KEPT:
            self.faults.append([number, column, message[:300]])

    def words(self, noun: str) -> str:
        """What came of it, for the job's card."""
        if self.fault_count:
            return f"{self.fault_count:,} faults in {self.rows:,} rows; nothing was imported."
        return f"{self.rows:,} {noun} are right: {self.new:,} new, {self.changed:,} changed."

    def read(self, source: IO[bytes]) -> None:
        """The whole file, batch by batch."""
        with open_table(source) as table:
            while batch := list(islice(table.rows, BATCH)):
                staged = [
                    {"number": number, "values": values}
                    for number, cells in batch
                    if (values := self._check_row(number, cells)) is not None
                ]
                if staged and not self.fault_count:
                    self._stage(staged)
                step = f"{self.rows:,} rows checked"
                if self.run.progress(self.rows, 0, step) == "cancel":
                    raise GiveUp("Somebody stopped the check.")

    def _check_row(self, number: int, cells: list[str]) -> dict[str, Any] | None:
        self.rows += 1
        checked = self.checker.check({name: cells[index] for name, index in self.mapping.items()})
        for fault in checked.faults:
            self.note(number, fault.column, fault.message)
        if checked.faults:
            return None
        self.changed += checked.changes
        self.new += not checked.changes
        return checked.values

    def _stage(self, staged: list[dict[str, Any]]) -> None:
        with self.run.transaction(), connection.cursor() as cursor:
            cursor.execute(STAGE, [current_tenant(), self.row.id, json.dumps(staged)])

    def record(self) -> None:
        """Write what was found to the import; rows of a faulty file are not kept."""
        state = ImportState.FAULTY if self.fault_count else ImportState.CHECKED
        if state == ImportState.FAULTY:
            ImportRow.objects.filter(of_import=self.row).delete()
        Import.objects.filter(id=self.row.id).update(
            state=state,
            rows=self.rows,
            new_rows=self.new,
            changed_rows=self.changed,
            fault_count=self.fault_count,
            faults=self.faults,
        )


# --- The writing, as a job -------------------------------------------------------------------
def run_apply(run: Run) -> None:
    """Job `imports.apply`: all rows in one transaction, which also marks the job finished."""
    run.progress(0, 1, "Writing")
    try:
        with run.finishing() as result:
            row = import_or_404(UUID(run.payload["import"]), lock=True)
            kind = import_kind(row.kind)
            text = kind.apply(Staged(row.id, frozenset(row.mapping), row.on))
            ImportRow.objects.filter(of_import=row).delete()
            Import.objects.filter(id=row.id).update(state=ImportState.DONE, result=text)
            log_activity("import.done", text, about=row)
            result["text"] = text
    except WharfError as error:
        # What the books refuse now they refuse again; the file stays, to be corrected.
        with run.transaction():
            Import.objects.filter(id=run.payload["import"]).update(
                state=ImportState.FAULTY,
                fault_count=1,
                faults=[[0, "", error.message[:300]]],
            )
        raise GiveUp(error.message) from error


def give_up(run: Run, reason: str) -> None:
    """The job ended without an import; its page says why."""
    Import.objects.filter(
        id=run.payload["import"], state__in=[ImportState.CHECKING, ImportState.APPLYING]
    ).update(state=ImportState.FAILED, result=reason)
