"""Replacing products there, and finding journals that are there twice (Q19, Q22)."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounting.domain.duplicates import find_duplicates
from accounting.domain.incoming import IncomingEntry
from accounting.domain.states import Kind, RunState, SyncState
from accounting.models import Connection, SyncDocument, SyncRun
from accounting.services.duplicate_journals import delete_journal, journals_there
from accounting.services.replacing import clashing_names, start_replacing
from hub.errors import Conflict, InvalidInput
from ledger.domain.accounts import AccountRole
from ledger.models import Account
from ledger.services.manual_journals import TypedLine, post_typed
from tests.accounting.books import LANES, Books
from tests.accounting.making import customer_of, invoice_of, taxed_product

D = Decimal
DUPLICATES = "/integrations/quickbooks/duplicates/"
REPLACE = "/integrations/quickbooks/replace/"


def entry(id_: str, amount: str = "5", number: str = "", day: int = 1) -> IncomingEntry:
    return IncomingEntry(
        kind=Kind.JOURNAL,
        entity="JournalEntry",
        id=id_,
        number=number,
        on=date(2026, 5, day),
        sides=(("1", D(amount)), ("2", -D(amount))),
    )


def test_what_is_alike_is_a_likely_duplicate() -> None:
    """Q22: the same date, accounts and amounts; ours is never called one."""
    found = find_duplicates(
        [
            entry("9"),
            entry("4"),
            entry("5", "7"),
            entry("6", "7"),
            entry("7", "8", number="JE-1", day=3),
            entry("8", "5", day=2),
        ],
        {"4": "Journal JE-1", "99": "x"},
    )
    assert [(one.entry.id, one.is_ours, one.reason) for one in found] == [
        ("6", False, "Same date, accounts and amounts as journal 5."),
        ("9", False, "Same date, accounts and amounts as Journal JE-1, which Wharf made."),
        ("4", True, ""),
        ("5", False, ""),
        ("8", False, ""),
        ("7", False, ""),
    ]


def test_the_number_of_ours_speaks_for_a_duplicate() -> None:
    """Q22: another journal with the number of one of ours."""
    found = find_duplicates(
        [entry("4", number="JE-1"), entry("5", "9", number="JE-1")], {"4": "Journal JE-1"}
    )
    assert [(one.entry.id, one.reason) for one in found] == [
        ("5", "It has the number of Journal JE-1, which Wharf made."),
        ("4", ""),
    ]


def a_journal_twice(books: Books) -> tuple[str, str]:
    """One of ours, and its copy that somebody made there: their ids."""
    with books.company.inside():
        bank = Account.objects.get(role=AccountRole.BANK).id
        cost = Account.objects.get(role=AccountRole.COGS).id
        post_typed(
            timezone.localdate(),
            [TypedLine(cost, debit="50"), TypedLine(bank, credit="50")],
            "Rent",
            "GBP",
        )
    books.sync()
    (there,) = books.there("JournalEntry")
    lines = json.loads(json.dumps(there["Line"], default=float))
    copied = [{key: line[key] for key in line if key not in ("Id", "LineNum")} for line in lines]
    body = {"Line": copied, "TxnDate": there["TxnDate"]}
    made = books.act("create", entity="JournalEntry", body=body)
    return str(there["Id"]), str(made["Id"])


def test_a_duplicate_journal_is_found_and_deleted_there(books: Books) -> None:
    """Q22: read there, told apart, deleted there by its button; ours cannot be."""
    mine, copy = a_journal_twice(books)
    today = timezone.localdate()
    tenant, connection = books.company.id, books.connection_id
    found = journals_there(tenant, connection, today - timedelta(days=2), today)
    assert [(one.entry.id, one.is_ours, bool(one.reason)) for one in found] == [
        (copy, False, True),
        (mine, True, False),
    ]
    with pytest.raises(Conflict):
        delete_journal(tenant, connection, mine)
    web = books.company.browser()
    page = web.get(DUPLICATES, {"since": today.isoformat(), "until": today.isoformat()})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Likely a duplicate" in text
    assert f"?journal={copy}&amp;" in text
    assert f"?journal={mine}&amp;" not in text
    values = {"journal": copy, "since": today.isoformat(), "until": today.isoformat()}
    asked = web.get(f"{DUPLICATES}delete/", values).content.decode()
    assert "Delete this journal there?" in asked
    assert len(books.there("JournalEntry")) == 2
    answer = web.post(f"{DUPLICATES}delete/", values)
    assert answer.status_code == 302
    assert [row["Id"] for row in books.there("JournalEntry")] == [mine]
    books.sync()
    assert [row.state for row in books.documents(kind="journal")] == [SyncState.SYNCED]


def test_a_bad_period_is_refused(books: Books) -> None:
    """Q22: named by its field, and nothing is read."""
    web = books.company.browser()
    for since, until in (("x", "y"), ("2026-05-02", "2026-05-01"), ("2020-01-01", "2026-01-01")):
        assert web.get(DUPLICATES, {"since": since, "until": until}).status_code == 422
    assert web.get(DUPLICATES).status_code == 200
    with pytest.raises(InvalidInput):
        journals_there(books.company.id, books.connection_id, date(2026, 5, 2), date(2026, 5, 1))


def sold(books: Books) -> list[dict[str, Any]]:
    """Two products that stand there, one of them in an invoice; the items as they are."""
    taxed_product(books, "FILTER")
    taxed_product(books, "KETTLE")
    invoice_of(books, customer_of(books), [("FILTER", "2", "5"), ("KETTLE", "1", "9")])
    books.sync()
    return [row for row in books.there("Item") if row.get("Sku")]


def items(books: Books) -> list[tuple[str, str, bool]]:
    rows = [
        dict(one.body)
        for one in books.session().all("Item", "Active IN (true,false)")
        if one.body.get("Sku")
    ]
    return sorted((str(row["Sku"]), str(row["Type"]), bool(row["Active"])) for row in rows)


def test_products_there_are_replaced_by_those_of_here(books: Books) -> None:
    """Q19: the old ones are put aside, new ones made under their names; documents go on."""
    before = {row["Sku"]: row["Id"] for row in sold(books)}
    web = books.company.browser()
    assert "Replace products" in web.get(REPLACE).content.decode()
    assert "Replace all products?" in web.get(f"{REPLACE}begin/").content.decode()
    assert web.post(f"{REPLACE}begin/").status_code == 302
    with books.company.inside(), pytest.raises(Conflict):
        start_replacing(books.connection())
    books.company.drain(lanes=LANES)
    after = {row["Sku"]: (row["Id"], row["Name"]) for row in books.there("Item") if "Sku" in row}
    assert {sku: name for sku, (_id, name) in after.items()} == {
        "FILTER": "Product FILTER",
        "KETTLE": "Product KETTLE",
    }
    assert all(before[sku] != id_ for sku, (id_, _name) in after.items())
    with books.company.inside():
        run = SyncRun.objects.order_by("-id")[0]
        assert (run.state, run.error) == (RunState.DONE, "")
    assert "2 products in" in web.get(REPLACE).content.decode()
    books.sync()
    assert len(items(books)) == 4
    states = {row.state for row in books.documents(kind="product")}
    assert states == {SyncState.SYNCED}


def test_names_that_clash_stop_it_before_anything_is_done(books: Books) -> None:
    """Q19: the first 100 characters, whatever their case; the page names them."""
    long = "x" * 100
    books.company.product("ONE", f"{long} one")
    books.company.product("TWO", f"{long.upper()} two")
    with books.company.inside():
        assert [one.skus for one in clashing_names()] == [("ONE", "TWO")]
        with pytest.raises(InvalidInput) as refused:
            start_replacing(books.connection())
        assert refused.value.fields["products"] == [f"{long}: ONE, TWO"]
        assert SyncRun.objects.count() == 0
    text = books.company.browser().get(REPLACE).content.decode()
    assert "ONE, TWO" in text


def test_it_goes_on_where_it_stopped(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Q19: cut off after the first was put aside; begun again, none is doubled or lost."""
    from accounting.services import replacing, stock_import
    from tenants.models import Job

    sold(books)
    with books.company.inside():
        start_replacing(books.connection())
    real, calls = stock_import.retire, []

    def cut_off(work: Any, row: Any, there: Any) -> None:
        calls.append(row.number)
        if len(calls) == 2:
            raise RuntimeError("the worker was killed")
        real(work, row, there)

    monkeypatch.setattr(replacing, "retire", cut_off)
    books.company.drain(lanes=("sync",))
    assert len(calls) == 2
    monkeypatch.setattr(replacing, "retire", real)
    with books.company.inside():
        assert SyncDocument.objects.filter(facts__has_key="retiring").count() == 1
        Job.objects.filter(state="queued").update(not_before=timezone.now())
    books.company.drain(lanes=LANES)
    assert items(books) == [
        ("FILTER", "Service", False),
        ("FILTER", "Service", True),
        ("KETTLE", "Service", False),
        ("KETTLE", "Service", True),
    ]
    with books.company.inside():
        assert SyncRun.objects.order_by("-id")[0].state == RunState.DONE


def test_reading_only_replaces_nothing(books: Books) -> None:
    """Q19: a connection that only reads, or one that is paused, refuses."""
    with books.company.inside():
        Connection.objects.update(mode="read")
        with pytest.raises(Conflict):
            start_replacing(books.connection())


def test_programs_replace_products_and_delete_duplicates(books: Books) -> None:
    """Q19, Q22: the same by the API, with the scope for integrations."""
    mine, copy = a_journal_twice(books)
    here = "/api/v1/integrations/quickbooks"
    api = books.company.api()
    today = timezone.localdate().isoformat()
    found = api.get(f"{here}/duplicate-journals", {"since": today, "until": today}).json()
    assert [(row["id"], row["is_ours"]) for row in found["results"]] == [
        (copy, False),
        (mine, True),
    ]
    assert found["results"][0]["sides"][0]["amount"] in ("50.0", "50", "50.00", "-50.0", "-50")
    refused = api.post(f"{here}/duplicate-journals/delete", {"journal": mine}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "ours")
    done = api.post(f"{here}/duplicate-journals/delete", {"journal": copy}, format="json")
    assert done.status_code == 200
    gone = api.post(f"{here}/duplicate-journals/delete", {"journal": copy}, format="json")
    assert gone.status_code == 404
    bad = api.get(f"{here}/duplicate-journals", {"since": "x", "until": today})
    assert (bad.status_code, list(bad.json()["fields"])) == (400, ["since"])
    assert api.get(f"{here}/replace-products").json() == {"clashes": [], "job": None}
    begun = api.post(f"{here}/replace-products")
    assert begun.status_code == 202
    assert api.get(f"{here}/replace-products").json()["job"] == begun.json()["job"]
    books.company.drain(lanes=LANES)


def test_a_name_that_is_taken_is_decided_in_the_browser_and_by_programs(books: Books) -> None:
    """Q12: linked or renamed on a page; left out by the API, it does not come again by itself."""
    with books.company.inside():
        Connection.objects.update(mode="read")
    for name in ("Kestrel", "Finch", "Wren"):
        customer_of(books, name)
        books.act("create", entity="Customer", body={"DisplayName": name})
    books.sync()
    api, web = books.company.api(), books.company.browser()
    here = "/api/v1/integrations/quickbooks/incoming"
    rows = api.get(here).json()["results"]
    assert [row["reason"] for row in rows] == ["name_clash"] * 3
    first, second, third = (row["id"] for row in rows)
    page = f"/integrations/quickbooks/incoming/{first}/decide/"
    assert "Link to Kestrel" in web.get(page).content.decode()
    detail = web.get(f"/integrations/quickbooks/incoming/{first}/").content.decode()
    assert page in detail
    assert web.post(page, {"link": "1"}).status_code == 302
    other = f"/integrations/quickbooks/incoming/{second}/decide/"
    assert web.post(other, {"name": ""}).status_code == 422
    assert web.post(other, {"name": "Wren"}).status_code == 422
    assert web.post(other, {"name": "Finch of Leeds"}).status_code == 302
    refused = api.post(f"{here}/{third}/decide", {}, format="json")
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["link"])
    assert api.post(f"{here}/{third}/decide", {"dismiss": True}, format="json").status_code == 204
    books.sync()
    assert api.get(here).json()["results"] == []
    linked = [row.number for row in books.documents(kind="customer") if row.remote_id]
    assert sorted(linked) == ["Finch of Leeds", "Kestrel"]
