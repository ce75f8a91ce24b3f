"""Long lists as files: a job reads the list anew, batch by batch, and keeps the file some days.

The list is read by keyset pages, each in a transaction of its own and each with the rights that
the person has then. A file of any length so needs little memory and holds no old snapshot open;
a row that changes its place meanwhile is in the file where it was met.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Self
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from hub.errors import InvalidInput, NotFound, PermissionDenied
from hub.ids import new_id
from hub.pagination import keyset_page
from hub.ui.export import CONTENT_TYPES, XLSX_ROWS, RowFile, row_file
from hub.ui.list_parts import Extract, extract
from hub.ui.shelf import kept_query
from tenants.actor import Actor
from tenants.boundary import current_tenant
from tenants.jobs import GiveUp, Run
from tenants.lists import ListSource, extended, list_source
from tenants.models import ListExport, StoredFile
from tenants.selectors import MembershipInForce, key_in_force, membership_in_force
from tenants.services.activity import log_activity
from tenants.services.jobs import enqueue
from tenants.services.notifications import notify

EXPORT_JOB, FORGET_JOB = "lists.export", "lists.forget_export"
READY = "export_ready"
KEPT_FOR = timedelta(days=7)
BATCH = 2_000
LONGEST_QUERY = 2_000
MOST_ROWS = {"csv": 5_000_000, "xlsx": XLSX_ROWS - 1}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a file is: a person's or a key's. Nobody else can fetch it."""

    user_id: UUID | None = None
    key_id: UUID | None = None

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """The owner of what this actor asks for. Raises PermissionDenied for the system's own."""
        if actor.kind == "user":
            return cls(user_id=actor.id)
        if actor.kind == "api_key":
            return cls(key_id=actor.id)
        raise PermissionDenied("Only people and keys ask for files.")

    def rights(self) -> MembershipInForce | None:
        """What the owner may do now; None for one that is gone."""
        if self.user_id is not None:
            return membership_in_force(self.user_id)
        return key_in_force(self.key_id) if self.key_id is not None else None

    @property
    def address(self) -> str:
        """Where a file is fetched, with its id for `{}`."""
        return "/exports/{}/" if self.user_id is not None else "/api/v1/exports/{}/file"


def begin_export(list_key: str, query: str, file_format: str, owner: Owner) -> ListExport:
    """Ask for a list as a file.

    Raises NotFound for no such list, InvalidInput for a format, PermissionDenied for a list that
    the owner may not open.
    """
    source = list_source(list_key)
    member = owner.rights()
    if member is None or not source.allowed(member):
        raise PermissionDenied(f"You may not open “{source.title}”.")
    if file_format not in CONTENT_TYPES:
        message = "Choose csv or xlsx."
        raise InvalidInput(message, fields={"format": [message]})
    kept = kept_query(QueryDict(query))
    if len(kept) > LONGEST_QUERY:
        # Cut short it would ask for more than the person sees.
        raise InvalidInput("This address is too long to be exported. Take away a filter.")
    export = ListExport(
        list_key=source.key,
        query=kept,
        file_format=file_format,
        user_id=owner.user_id,
        key_id=owner.key_id,
    )
    title = f"Export {source.title.lower()} as {file_format.upper()}"
    export.job = enqueue(EXPORT_JOB, {"export": export.id}, title=title).id
    export.save(force_insert=True)
    log_activity("list.exported", title, label=source.title)
    return export


def own_export_or_404(export_id: UUID, owner: Owner) -> ListExport:
    """One's own export, ready or not, until it is forgotten; raises NotFound."""
    whose = Q(user_id=owner.user_id) & Q(key_id=owner.key_id)
    found = (
        ListExport.objects.select_related("file")
        .filter(whose, id=export_id)
        .exclude(expires_at__lte=timezone.now())
        .first()
    )
    if found is None:
        raise NotFound("This file does not exist (any more). Export the list again.")
    return found


def open_export(export_id: UUID, owner: Owner) -> tuple[ListExport, "File[bytes]"]:
    """One's own file, opened. Raises NotFound, PermissionDenied where the list is closed now."""
    export = own_export_or_404(export_id, owner)
    source, member = list_source(export.list_key), owner.rights()
    if member is None or not source.allowed(member):
        raise PermissionDenied(f"You may not open “{source.title}” any more.")
    if export.file is None:
        raise NotFound("This file is not ready yet.")
    try:
        return export, default_storage.open(export.file.path)
    except FileNotFoundError as error:
        raise NotFound("This file is not in the storage any more.") from error


# --- The job ---------------------------------------------------------------------------------
def run_export(run: Run) -> None:
    """Job `lists.export`."""
    with run.transaction():
        export = ListExport.objects.filter(id=UUID(run.payload["export"])).first()
    if export is None:
        raise GiveUp("The organisation does not have this export any more.")
    with tempfile.TemporaryFile() as target:
        rows = _write(run, export, target)
        _keep(run, export, target, rows)


def _opened(export: ListExport) -> tuple[ListSource, Extract]:
    """The list as the person may see it now; GiveUp where they may not."""
    source = list_source(export.list_key)
    member = Owner(export.user_id, export.key_id).rights()
    if member is None or not source.allowed(member):
        raise GiveUp(f"You may not open “{source.title}” any more.")
    params = QueryDict(export.query)
    listing, rows = extended(member, *source.open(member, params))
    return source, extract(listing, params, rows)


def _write(run: Run, export: ListExport, target: IO[bytes]) -> int:
    """All rows, batch by batch; gives how many."""
    written: RowFile | None = None
    done, total, cursor = 0, 0, ""
    while True:
        with run.transaction():
            source, wanted = _opened(export)
            if written is None:
                written = row_file(export.file_format, target, source.title, wanted.header)
                total = wanted.rows.order_by().count()
            page = keyset_page(wanted.rows, order=wanted.order, limit=BATCH, cursor=cursor)
            written.add(wanted.line(row) for row in page.rows)
        done += len(page.rows)
        _check_length(done, export.file_format)
        if run.progress(done, max(done, total), "rows written") == "cancel":
            raise GiveUp("Somebody stopped the export.")
        if not page.next_cursor:
            break
        cursor = page.next_cursor
    written.close()
    return done


def _check_length(done: int, file_format: str) -> None:
    most = MOST_ROWS[file_format]
    if done <= most:
        return
    if file_format == "xlsx":
        raise GiveUp(
            f"A sheet of Excel holds {XLSX_ROWS:,} rows, and this list has more. "
            "Export it as CSV, or narrow it with a filter."
        )
    raise GiveUp(f"A file holds at most {most:,} rows. Narrow the list with a filter.")


def _keep(run: Run, export: ListExport, target: IO[bytes], rows: int) -> None:
    """Store the file and tell the person; a file that was stored in vain is taken away again."""
    size = target.tell()
    target.seek(0)
    digest = hashlib.sha256()
    while chunk := target.read(2**20):
        digest.update(chunk)
    target.seek(0)
    wanted = f"{run.tenant_id}/exports/{new_id()}.{export.file_format}"
    path = default_storage.save(wanted, File(target))
    try:
        with run.finishing() as result:
            _record(export, path, size, digest.hexdigest())
            owner = Owner(export.user_id, export.key_id)
            url = owner.address.format(export.id)
            text = f"{rows:,} rows. The file is kept for {KEPT_FOR.days} days."
            result.update(text=text, link=["Download the file", url])
            title = list_source(export.list_key).title
            if owner.user_id is not None:
                notify(READY, f"{title}: your file is ready", url=url, only=[owner.user_id])
    except BaseException:
        default_storage.delete(path)
        raise


def _record(export: ListExport, path: str, size: int, digest: str) -> None:
    stored = StoredFile(
        name=f"{export.list_key}.{export.file_format}",
        content_type={**CONTENT_TYPES, "pdf": "application/pdf"}[export.file_format],
        size=size,
        sha256=digest,
        path=path,
        purpose="export",
    )
    stored.save(force_insert=True)
    ends = timezone.now() + KEPT_FOR
    ListExport.objects.filter(id=export.id).update(file=stored, expires_at=ends)
    enqueue(FORGET_JOB, {"export": export.id}, visible=False, not_before=ends, wakes=False)


def keep_file(list_key: str, file_format: str, content: bytes, owner: Owner) -> str:
    """Keep a file that was made of a list's rows, such as a print; gives its address.

    Inside the transaction that ends the job.
    """
    export = ListExport(
        list_key=list_key, file_format=file_format, user_id=owner.user_id, key_id=owner.key_id
    )
    export.save(force_insert=True)
    wanted = f"{current_tenant()}/exports/{new_id()}.{file_format}"
    path = default_storage.save(wanted, ContentFile(content))
    _record(export, path, len(content), hashlib.sha256(content).hexdigest())
    return owner.address.format(export.id)


def run_forget(run: Run) -> None:
    """Job `lists.forget_export`: the file and its rows go."""
    with run.finishing():
        rows = ListExport.objects.filter(id=UUID(run.payload["export"]))
        export = rows.select_related("file").first()
        if export is None or export.file is None:
            return
        stored = export.file
        rows.delete()
        stored.delete()
        transaction.on_commit(lambda: default_storage.delete(stored.path), robust=True)
