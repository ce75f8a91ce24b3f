"""The sync history and what a person may do about a document (Q25)."""

from decimal import Decimal
from uuid import UUID

import pytest

from accounting.domain.states import Kind, SyncState
from accounting.models import Exchange, Link, SyncDocument
from hub.errors import Conflict
from tests.accounting.books import Books
from tests.accounting.making import customer_of, invoice_of, taxed_product

HISTORY = "/integrations/quickbooks/history/"


def broken(books: Books) -> SyncDocument:
    """An invoice that needs attention, because its tax rule is not mapped."""
    taxed_product(books)
    customer = customer_of(books)
    with books.company.inside():
        Link.objects.filter(kind="tax").delete()
    invoice_of(books, customer, [("FILTER", "2", "10")])
    books.sync()
    row = books.documents(kind=Kind.INVOICE)[0]
    assert (row.state, row.reason) == (SyncState.ATTENTION, "tax_not_mapped")
    return row


def remap(books: Books) -> None:
    """Map the tax rules again, past the mapping page."""
    from accounting.services.mapping import ours_of, theirs_of

    with books.company.inside():
        connection = books.connection()
        theirs = {one.rate: one.id for one in theirs_of(connection, "tax") if one.rate is not None}
        Link.objects.bulk_create(
            (
                Link(
                    connection=connection, kind="tax", local_id=rule.id, remote_id=theirs[rule.rate]
                )
                for rule in ours_of("tax")
                if rule.rate in theirs
            ),
            ignore_conflicts=True,
        )


def test_a_document_needs_attention_is_mended_and_retried_in_the_browser(books: Books) -> None:
    """Q25: the list groups by cause and leads to the mapping; retried, the document arrives."""
    row = broken(books)
    web = books.company.browser()
    page = web.get(HISTORY).content.decode()
    assert row.number in page and "Retry all like this" in page
    assert "/settings/account-mapping/?kind=tax" in page
    entry = f"{HISTORY}{row.id}/"
    shown = web.get(entry).content.decode()
    assert "is not mapped" in shown and "Needs attention" in shown
    remap(books)
    assert web.post(f"{entry}retry/").status_code == 302
    books.sync()
    row = books.documents(kind=Kind.INVOICE)[0]
    assert row.state == SyncState.SYNCED
    shown = web.get(entry).content.decode()
    assert "Open in QuickBooks Online" in shown
    completed = web.get(f"{HISTORY}?tab=completed").content.decode()
    assert f"txnId={row.remote_id}" in completed


def test_all_of_one_cause_are_retried_at_once(books: Books) -> None:
    """Q25: Retry all like this takes every document of the cause, and no other."""
    row = broken(books)
    customer = customer_of(books, "Second")
    invoice_of(books, customer, [("FILTER", "1", "5")])
    books.sync()
    with books.company.inside():
        other = SyncDocument.objects.filter(kind=Kind.CUSTOMER).first()
        assert other is not None
        SyncDocument.objects.filter(id=other.id).update(
            state=SyncState.ATTENTION, reason="name_taken", message="Taken."
        )
    web = books.company.browser()
    answer = web.post(f"{HISTORY}retry/", {"reason": row.reason}, follow=True)
    assert "2 documents go with the next sync." in answer.content.decode()
    states = [one.state for one in books.documents(kind=Kind.INVOICE)]
    assert states == [SyncState.PENDING, SyncState.PENDING]
    assert books.documents(id=other.id)[0].state == SyncState.ATTENTION
    assert web.post(f"{HISTORY}retry/", {"reason": "x" * 50}).status_code == 400


def test_skip_needs_a_reason_and_can_be_taken_back(books: Books) -> None:
    """Q25: a skipped document says who skipped it and why, and stays out until taken in again."""
    row = broken(books)
    web = books.company.browser()
    entry = f"{HISTORY}{row.id}/"
    assert web.get(f"{entry}skip/").status_code == 200
    assert web.post(f"{entry}skip/", {"reason": " "}).status_code == 422
    assert web.post(f"{entry}skip/", {"reason": "Written off by hand"}).status_code == 302
    row = books.documents(id=row.id)[0]
    assert row.state == SyncState.SKIPPED and "Written off by hand" in row.message
    remap(books)
    books.sync()
    assert books.documents(id=row.id)[0].state == SyncState.SKIPPED
    assert web.post(f"{entry}unskip/").status_code == 302
    books.sync()
    assert books.documents(id=row.id)[0].state == SyncState.SYNCED


def test_a_verb_that_comes_too_late_changes_nothing(books: Books) -> None:
    """Q25: each verb is a compare-and-swap: what is synced cannot be retried."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    books.sync()
    row = books.documents(kind=Kind.INVOICE)[0]
    web = books.company.browser()
    for verb in ("retry", "unskip", "keep", "take"):
        answer = web.post(f"{HISTORY}{row.id}/{verb}/")
        assert answer.status_code == 409, verb
        assert "Reload the page" in answer.content.decode()
    assert books.documents(id=row.id)[0].state == SyncState.SYNCED


def test_matching_takes_the_one_that_is_there(books: Books) -> None:
    """Q25: Match to… offers what has the number there; matched, nothing is sent twice."""
    row = broken(books)
    with books.company.inside():
        party = SyncDocument.objects.get(kind=Kind.CUSTOMER)
    existing = _invoice_there(books, row.number, party.remote_id)
    web = books.company.browser()
    entry = f"{HISTORY}{row.id}/"
    shown = web.get(f"{entry}match/?look=1").content.decode()
    assert existing in shown
    wrong = web.post(f"{entry}match/", {"remote_id": "99999"})
    assert wrong.status_code == 422 and "There is none with the id 99999" in wrong.content.decode()
    hostile = web.post(f"{entry}match/", {"remote_id": "1' OR '1'='1"})
    assert hostile.status_code == 422
    assert web.post(f"{entry}match/", {"remote_id": existing}).status_code == 302
    row = books.documents(id=row.id)[0]
    assert (row.remote_id, row.state) == (existing, SyncState.SYNCED)
    before = len(books.there("Invoice"))
    remap(books)
    books.sync()
    assert len(books.there("Invoice")) == before


def _item(books: Books) -> str:
    return next(str(item["Id"]) for item in books.there("Item"))


def _invoice_there(books: Books, number: str, customer: str) -> str:
    """An invoice that somebody made there by hand; gives its id."""
    from accounting.domain.answers import Order
    from accounting.domain.states import Verb

    payload = {
        "DocNumber": number,
        "CustomerRef": {"value": customer},
        "TxnTaxDetail": {"TotalTax": 0},
        "GlobalTaxCalculation": "NotApplicable",
        "Line": [
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": "24.00",
                "SalesItemLineDetail": {"ItemRef": {"value": _item(books)}},
            }
        ],
    }
    outcome = books.session().send([Order(Verb.CREATE, "Invoice", payload, "by-hand")])[0]
    assert outcome.there is not None, outcome.verdict
    return outcome.there.id


def test_sending_again_as_new_warns_and_counts_a_generation(books: Books) -> None:
    """Q25: what is gone there is sent again as new; what exists needs a confirmation."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    books.sync()
    row = books.documents(kind=Kind.INVOICE)[0]
    web = books.company.browser()
    warned = web.get(f"{HISTORY}{row.id}/resend/").content.decode()
    assert "it counts twice" in warned
    from accounting.services.sync_documents import resend

    with books.company.inside(), pytest.raises(Conflict, match="exists there"):
        resend(row.id)
    books.act("delete", entity="Invoice", id=row.remote_id)
    with books.company.inside():
        SyncDocument.objects.filter(id=row.id).update(state=SyncState.REMOTE_GONE)
    assert web.post(f"{HISTORY}{row.id}/resend/").status_code == 302
    books.sync()
    again = books.documents(id=row.id)[0]
    assert again.state == SyncState.SYNCED and again.remote_id != row.remote_id
    assert len(books.there("Invoice")) == 1


def test_the_exchange_shows_what_was_said_without_secrets(books: Books) -> None:
    """Q25: the log of a document's exchange is readable with the permission, without tokens."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    books.sync()
    row = books.documents(kind=Kind.INVOICE)[0]
    web = books.company.browser()
    shown = web.get(f"{HISTORY}{row.id}/").content.decode()
    with books.company.inside():
        call = Exchange.objects.filter(documents__contains=[str(row.id)]).order_by("-id").first()
    assert call is not None and f"/integrations/quickbooks/exchanges/{call.id}/" in shown
    body = web.get(f"/integrations/quickbooks/exchanges/{call.id}/").content.decode()
    assert row.number in body
    assert "Bearer" not in body and "access_token" not in body
    stranger = books.company.browser(books.company.teammate)
    assert stranger.get(f"/integrations/quickbooks/exchanges/{call.id}/").status_code == 403


def test_the_runs_say_what_they_did(books: Books) -> None:
    """Q14: each run is listed with its counts, and opens."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    books.sync()
    run = books.runs()[0]
    web = books.company.browser()
    assert f"/runs/{run.id}/" in web.get("/integrations/quickbooks/runs/").content.decode()
    page = web.get(f"/integrations/quickbooks/runs/{run.id}/").content.decode()
    assert "Sync now" in page and "Sent" in page
    assert web.get(f"/integrations/quickbooks/runs/{UUID(int=5)}/").status_code == 404


def test_search_finds_whole_numbers_ours_and_theirs(books: Books) -> None:
    """Q25: the history is searched by our number and by theirs."""
    taxed_product(books)
    invoice_of(books, customer_of(books), [("FILTER", "1", "10")])
    books.sync()
    row = books.documents(kind=Kind.INVOICE)[0]
    web = books.company.browser()
    for text in (row.number, row.number.lower(), row.remote_id):
        page = web.get(HISTORY, {"tab": "all", "q": text}).content.decode()
        assert str(row.id) in page, text
    assert str(row.id) not in web.get(HISTORY, {"tab": "all", "q": "nothing"}).content.decode()
    file = web.get(HISTORY, {"tab": "all", "format": "csv"})
    assert row.number in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert row.total == Decimal("12.0000")
