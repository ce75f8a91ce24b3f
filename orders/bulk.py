"""Verbs for many documents: authorise, e-mail, print.

Each document is done in a transaction of its own, in which its outcome is recorded too: a failure
of one neither stops the others nor leaves one half done, and a job that a dead worker left goes on
with the next document. What the person or key may do is asked when a document's turn comes.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from pypdf import PdfReader, PdfWriter

from hub.errors import Conflict, InvalidInput, NotFound, PermissionDenied, WharfError
from hub.ui.list_parts import extract
from orders.models import TradeDocument
from orders.presenters.kinds import BILL, KINDS, Kind
from orders.presenters.list_sources import open_documents
from orders.services.printing import pdf_of_document
from orders.services.sending import Sending, send_document, suggested_letter, usable_connection
from orders.verbs import Verb, verb_named
from tenants.actor import Actor, acting_as, current_actor
from tenants.domain.permissions import Level
from tenants.jobs import GiveUp, Run
from tenants.lists import extended
from tenants.models import ApiKey, Job, User
from tenants.retrying import untied
from tenants.selectors import MembershipInForce, membership_in_force
from tenants.services.jobs import enqueue
from tenants.services.list_exports import Owner, keep_file
from tenants.services.notifications import notify
from tenants.services.organisations import current_organisation

BULK_JOB = "orders.bulk"
FINISHED = "bulk_finished"
AT_ONCE = 5  # up to so many are done while the person waits
MOST = 1_000
TRIES_OF_ONE = 2


@dataclass(frozen=True, slots=True)
class BulkVerb:
    """One verb for many: its words, its right, and what it does to one document."""

    name: str
    label: str
    done: str
    level: Level
    icon: str


BULK_VERBS = {
    verb.name: verb
    for verb in (
        BulkVerb("authorise", "Authorise", "authorised", Level.APPROVE, "circle-check"),
        BulkVerb("email", "E-mail", "sent", Level.EDIT, "mail"),
        BulkVerb("print", "Print", "printed", Level.VIEW, "printer"),
    )
}


def bulk_verbs(kind: Kind) -> list[BulkVerb]:
    """What can be done to many documents of the kind. What others print is not sent or printed."""
    return [verb for verb in BULK_VERBS.values() if kind.sendable or verb.name == "authorise"]


def bulk_verb(kind: Kind, name: str) -> BulkVerb:
    """One of them; raises InvalidInput naming `action`."""
    found = next((verb for verb in bulk_verbs(kind) if verb.name == name), None)
    if found is None:
        message = f"Choose one of {', '.join(verb.name for verb in bulk_verbs(kind))}."
        raise InvalidInput(message, fields={"action": [message]})
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one document."""

    label: str
    text: str
    url: str
    ok: bool

    @property
    def row(self) -> list[str]:
        """As a job keeps it."""
        return [self.label, self.text, self.url]


# --- Who asks -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Asker:
    """The person or the key that asked, with what they may do now."""

    actor: Actor
    member: MembershipInForce | None
    scopes: frozenset[str]

    def check(self, kind: Kind, verb: BulkVerb) -> None:
        """Raise PermissionDenied unless the verb is allowed now."""
        if self.member is None:
            way = "read" if verb.level == Level.VIEW else "write"
            allowed = f"{kind.area}:{way}" in self.scopes
        elif verb.name == "authorise":
            allowed = _authorising(kind).allowed(self.member, kind.area)
        else:
            allowed = self.member.can(kind.area, verb.level)
        if not allowed:
            raise PermissionDenied(f"You may not {verb.label.lower()} a {kind.title.lower()}.")


def asker_of(actor: Actor) -> Asker:
    """The actor's rights as they are now. Raises GiveUp where nothing is left of them."""
    if actor.kind == "user" and actor.id is not None:
        member = membership_in_force(actor.id)
        if member is not None and User.objects.filter(id=actor.id, is_active=True).exists():
            return Asker(actor, member, frozenset())
    elif actor.kind == "api_key" and actor.id is not None:
        key = ApiKey.objects.filter(id=actor.id, revoked_at=None).first()
        if key is not None:
            return Asker(actor, None, frozenset(key.scopes))
    raise GiveUp("Who asked for this does not belong to the organisation any more.")


# --- One document ---------------------------------------------------------------------------
def _authorising(kind: Kind) -> Verb:
    return verb_named(kind.model, "approve" if kind is BILL else "authorise")


def _authorise(kind: Kind, document: TradeDocument) -> str:
    if kind is BILL and document.status != "draft":
        raise Conflict(
            f"{document.number} is {kind.status(document).label.lower()}. Only drafts are approved "
            "together; what partners sent waits in the inbox."
        )
    _authorising(kind).run(document.id, {})
    return "approved" if kind is BILL else "authorised"


def _email(_kind: Kind, document: TradeDocument) -> str:
    connection = usable_connection(document)
    to = suggested_letter(document, current_organisation()).to
    via = [way for way, usable in (("email", to), ("network", connection)) if usable]
    if not via:
        raise InvalidInput("no e-mail address, and not connected over the network")
    sent = send_document(type(document), document.id, Sending(via=via))
    words = [f"by e-mail to {', '.join(sent.mail.to)}"] if sent.mail is not None else []
    if connection is not None:
        words.append(f"over the network to {connection.partner_name}")
    return f"sent {' and '.join(words)}"


def _printed(_kind: Kind, _document: TradeDocument) -> str:
    return "printed"


_DO: dict[str, Callable[[Kind, TradeDocument], str]] = {
    "authorise": _authorise,
    "email": _email,
    "print": _printed,
}


def do_one(kind: Kind, verb: BulkVerb, document_id: UUID, asker: Asker) -> Done:
    """Do it to one document inside the current transaction; raises what the verb raises."""
    asker.check(kind, verb)
    document = kind.find(document_id)
    text = _DO[verb.name](kind, document)
    return Done(document.number, text, kind.url(document), ok=True)


def refused(kind: Kind, document_id: UUID, error: WharfError) -> Done:
    """What is said of a document that was left as it is."""
    try:
        document = kind.find(document_id)
    except NotFound:
        return Done(kind.title, "It does not exist (any more).", "", ok=False)
    return Done(document.number, error.message, kind.url(document), ok=False)


# --- Which documents ------------------------------------------------------------------------
def chosen_ids(kind: Kind, ids: Sequence[str | UUID]) -> list[UUID]:
    """The ticked documents, each once. Raises InvalidInput naming `ids`."""
    try:
        found = list(dict.fromkeys(UUID(str(one)) for one in ids[: MOST + 1]))
    except ValueError:
        raise _refuse("One of the ids is none.") from None
    if not found:
        raise _refuse(f"Tick at least one {kind.title.lower()}.")
    if len(found) > MOST:
        raise _refuse(f"At most {MOST:,} at once.")
    return found


def matching_ids(kind: Kind, query: str, member: MembershipInForce) -> list[UUID]:
    """All documents that the list of this address shows. Raises InvalidInput above the bound."""
    listing, rows = extended(member, *open_documents(kind))
    wanted = extract(listing, QueryDict(query), rows).rows
    found = list(wanted.order_by("id").values_list("id", flat=True)[: MOST + 1])
    if len(found) > MOST:
        raise _refuse(f"More than {MOST:,} match. Narrow the list with a filter first.")
    return found


def _refuse(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"ids": [message]})


# --- As a job -------------------------------------------------------------------------------
def begin_bulk(kind: Kind, verb: BulkVerb, ids: Sequence[UUID]) -> Job:
    """Ask for it as a job; the outcome of each document is in its result."""
    actor = current_actor()
    noun = kind.title.lower() if len(ids) == 1 else kind.list_title.lower()
    return enqueue(
        BULK_JOB,
        {
            "kind": kind.key,
            "action": verb.name,
            "ids": list(ids),
            "actor": {"kind": actor.kind, "id": actor.id, "name": actor.name, "via": actor.via},
        },
        title=f"{verb.label} {len(ids):,} {noun}",
    )


def run_bulk(run: Run) -> None:
    """Job `orders.bulk`."""
    work = _Work(run)
    work.go()
    with work.inside(run.finishing()):
        run.result.update(work.result())


class _Work:
    """One run of the job: goes on where an earlier one was left."""

    def __init__(self, run: Run) -> None:
        payload = run.payload
        self.run = run
        self.kind = next(kind for kind in KINDS if kind.key == payload["kind"])
        self.verb = BULK_VERBS[payload["action"]]
        self.ids = [UUID(text) for text in payload["ids"]]
        who = payload["actor"]
        own_id = UUID(who["id"]) if who["id"] else None
        self.actor = Actor(who["kind"], own_id, who["name"], who["via"])
        with run.transaction():
            kept, trying = run.ours().values_list("result", "progress_done").get()
        # Printing leaves nothing behind that must not be done twice.
        fresh = self.verb.name == "print"
        self.outcomes: list[list[str]] = [] if fresh else kept.get("outcomes", [])
        self.failures: list[list[str]] = [] if fresh else kept.get("failures", [])
        self.trying = trying
        self.pages = PdfWriter() if fresh else None

    @contextmanager
    def inside(self, opened: Any) -> Iterator[None]:
        """The transaction, as who asked."""
        with acting_as(self.actor), opened:
            yield

    def go(self) -> None:
        """Each document that is left, in turn."""
        for number in range(len(self.outcomes) + len(self.failures), len(self.ids)):
            step = f"{len(self.failures)} left as they are" if self.failures else ""
            if self.run.progress(number, len(self.ids), step) == "cancel":
                raise GiveUp(f"Somebody stopped it after {number} of {len(self.ids)}.")
            self._take(self.ids[number], number)
        self.run.progress(len(self.ids), len(self.ids), "")

    def _take(self, document_id: UUID, number: int) -> None:
        if number == self.trying and self.run.attempt > TRIES_OF_ONE:
            # It has brought down the job before; the others shall not wait for it.
            fault = WharfError("Something went wrong on our side. Open it and try it there.")
            with self.inside(self.run.transaction()):
                self._record(refused(self.kind, document_id, fault))
            return
        try:
            untied(lambda: self._do(document_id))
        except GiveUp:
            raise
        except WharfError as error:
            with self.inside(self.run.transaction()):
                self._record(refused(self.kind, document_id, error))

    def _do(self, document_id: UUID) -> None:
        with self.inside(self.run.transaction()):
            done = do_one(self.kind, self.verb, document_id, asker_of(self.actor))
            if self.pages is not None:
                _append(self.pages, self.kind.find(document_id))
            self._record(done)

    def _record(self, done: Done) -> None:
        """In the transaction that did it; the lists here follow once it has committed."""
        outcomes, failures = list(self.outcomes), list(self.failures)
        (outcomes if done.ok else failures).append(done.row)
        self.run.ours().update(result={"outcomes": outcomes, "failures": failures})

        def keep() -> None:
            self.outcomes, self.failures = outcomes, failures

        transaction.on_commit(keep)

    def result(self) -> dict[str, Any]:
        """What the card says; told to who asked as well."""
        done, left = len(self.outcomes), len(self.failures)
        text = f"{done:,} {self.verb.done}."
        if left:
            text += f" {left:,} left as they are; below is why."
        result: dict[str, Any] = {
            "text": text,
            "outcomes": self.outcomes,
            "failures": self.failures,
        }
        if self.pages is not None and done:
            result["link"] = ["Open the PDF", self._kept()]
        if self.actor.kind == "user" and self.actor.id is not None:
            url = f"/settings/jobs/{self.run.job_id}/"
            notify(FINISHED, f"{self.kind.list_title}: {text}", url=url, only=[self.actor.id])
        return result

    def _kept(self) -> str:
        assert self.pages is not None
        content = io.BytesIO()
        self.pages.write(content)
        return keep_file(self.kind.list_name, "pdf", content.getvalue(), Owner.of(self.actor))


def _append(pages: PdfWriter, document: TradeDocument) -> None:
    pages.append(PdfReader(io.BytesIO(pdf_of_document(document))), import_outline=False)


def print_together(documents: Sequence[TradeDocument]) -> bytes:
    """One PDF with all of them, in this order."""
    pages = PdfWriter()
    for document in documents:
        _append(pages, document)
    content = io.BytesIO()
    pages.write(content)
    return content.getvalue()
