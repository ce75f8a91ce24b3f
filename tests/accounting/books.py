"""An organisation that is connected to a company in the QuickBooks sandbox, for tests."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from accounting.domain.answers import Tokens
from accounting.domain.states import ConnectionState, RunKind, SyncState
from accounting.engine.lists import EVERY_LIST, keep_company, keep_lists
from accounting.models import Connection, SyncDocument, SyncRun
from accounting.quickbooks.session import QuickBooksSession
from accounting.services.connecting import attach, begin_connection
from accounting.services.mapping import mapping_rows, ours_of, save_mapping, theirs_of
from accounting.services.runs import start_run
from tenants.models import Job, JobState
from tests.cast import Company, make_company
from tests.sandbox.running import Running

LANES = ("courier", "mail", "bulk", "sync")


@dataclass
class Books:
    """A company of the cast, its connection, and the company in the sandbox."""

    company: Company
    connection_id: UUID
    realm: str
    sandbox: Running

    def act(self, verb: str, **values: Any) -> Any:
        """What a person does in QuickBooks' screens."""
        return self.sandbox.control(f"act/{verb}", {"realm": self.realm, **values})

    def sync(self) -> None:
        """Press Sync now and let the workers work."""
        with self.company.inside():
            start_run(Connection.objects.get(id=self.connection_id), RunKind.MANUAL)
        self.company.drain(lanes=LANES)

    def let_time_pass(self) -> None:
        """What waits for its time is due now, and is done."""
        with self.company.inside():
            sending = SyncDocument.objects.filter(state=SyncState.SENDING)
            sending.update(sent_at="2026-01-01T00:00Z")
            SyncDocument.objects.update(not_before=Now())
            Job.objects.filter(state=JobState.QUEUED).update(not_before=Now())
        self.company.drain(lanes=LANES)

    def connection(self) -> Connection:
        """The row of the connection; inside the organisation's transaction."""
        return Connection.objects.get(id=self.connection_id)

    def runs(self) -> list[SyncRun]:
        """Runs, oldest first."""
        with self.company.inside():
            return list(SyncRun.objects.order_by("id"))

    def autosync(self, *, on: bool = True) -> None:
        """Let it run by itself, or not."""
        with self.company.inside():
            Connection.objects.update(options={"autosync": {"on": on}})

    def documents(self, **wanted: Any) -> list[SyncDocument]:
        """Sync rows, oldest first."""
        with self.company.inside():
            return list(SyncDocument.objects.filter(**wanted).order_by("rank", "id"))

    def session(self) -> QuickBooksSession:
        """A look at what stands there, past the engine."""
        token = self.sandbox.control("act/connect", {"realm": self.realm})["access_token"]
        return QuickBooksSession(self.realm, lambda _refused: token, lambda _heard: None, _no_wait)

    def there(self, entity: str) -> list[dict[str, Any]]:
        """Every object of a kind there."""
        return [dict(one.body) for one in self.session().all(entity)]


def _no_wait(_lane: str) -> None:
    return None


def connected_books(sandbox: Running, *, country: str = "GB", **fill: Any) -> Books:
    """Connected and mapped, both ways, without walking the wizard."""
    filled = sandbox.control("fill", {"country": country, "demo": False, **fill})
    realm = filled["realmId"]
    company = make_company("Books")
    given = sandbox.control("act/connect", {"realm": realm})
    books = Books(company, UUID(int=0), realm, sandbox)
    there = books.session()
    now = timezone.now()
    tokens = Tokens(
        given["access_token"],
        given["refresh_token"],
        now + timedelta(seconds=int(given["expires_in"])),
        now + timedelta(days=100),
    )
    with company.inside():
        connection = begin_connection("quickbooks")
        remote = there.company()
        attach(connection, remote, tokens)
        keep_company(connection, remote)
        books.connection_id = connection.id
    map_everything(books, there)
    with company.inside():
        Connection.objects.filter(id=books.connection_id).update(
            state=ConnectionState.ACTIVE, connected_at=now, cursor={"changes": now.isoformat()}
        )
    return books


def map_everything(books: Books, there: QuickBooksSession) -> None:
    """Make there what is missing, then map it all."""
    rows = there.lists(EVERY_LIST)
    with books.company.inside():
        connection = Connection.objects.get(id=books.connection_id)
        keep_lists(connection, rows)
        accounts = mapping_rows(connection, "account")
    proposed = {row.ours.id: row.proposal for row in accounts if row.proposal}
    for row in accounts:
        if row.ours.id not in proposed:
            type_there, subtype = row.ours.made_as
            values = {"Name": row.ours.name, "AccountType": type_there}
            made = there.make("account", {**values, "AccountSubType": subtype})
            rows.append(made)
            proposed[row.ours.id] = made.id
    with books.company.inside():
        rules = ours_of("tax")
        theirs = {one.rate: one.id for one in theirs_of(connection, "tax") if one.rate is not None}
        taxes = {rule.id: theirs[rule.rate] for rule in rules if rule.rate in theirs}
        terms = {}
        known = {one.name: one.id for one in theirs_of(connection, "term")}
        missing = [term for term in ours_of("term") if term.name not in known]
    for term in missing:
        made = there.make("term", {"Name": term.name[:31], "DueDays": term.days or 0})
        rows.append(made)
    with books.company.inside():
        keep_lists(connection, rows)
        known = {one.name: one.id for one in theirs_of(connection, "term")}
        terms = {term.id: known[term.name] for term in ours_of("term") if term.name in known}
        save_mapping(connection, "account", proposed)
        save_mapping(connection, "tax", taxes)
        save_mapping(connection, "term", terms)


def amounts(rows: list[dict[str, Any]]) -> list[Decimal]:
    """Totals of objects there."""
    return [Decimal(str(row["TotalAmt"])) for row in rows]
