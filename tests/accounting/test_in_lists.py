"""Customers, suppliers, products, accounts and terms of QuickBooks, as they come in (Q10, Q12)."""

import time
from decimal import Decimal
from typing import Any

from accounting.domain.states import SyncState
from accounting.models import Link, RemoteChange
from inventory.models import Product
from inventory.services.products import change_product
from ledger.models import Account, PaymentTerm, TaxRule
from network.models import Contact
from network.services.contacts import archive_contact, change_contact
from tenants.models import Activity
from tests.accounting.books import Books
from tests.accounting.making import customer_of, taxed_product

D = Decimal


def contacts(books: Books) -> list[tuple[str, bool, bool, bool]]:
    with books.company.inside():
        rows = Contact.objects.order_by("name_key")
        return [(row.name, row.is_customer, row.is_supplier, row.is_active) for row in rows]


def held(books: Books) -> list[tuple[str, str]]:
    with books.company.inside():
        return list(RemoteChange.objects.order_by("id").values_list("entity", "reason"))


def made(books: Books, entity: str, **body: Any) -> str:
    return str(books.act("create", entity=entity, body=body)["Id"])


def account_there(books: Books, kind: str) -> str:
    rows = [row for row in books.there("Account") if row["AccountType"] == kind]
    return str(rows[0]["Id"])


def test_a_customer_and_a_supplier_made_there_come_in(books: Books) -> None:
    """Q12: with what QuickBooks knows of them; nothing is sent back."""
    address = {"Line1": "1 High Street", "City": "Leeds", "PostalCode": "LS1 1AA"}
    made(
        books,
        "Customer",
        DisplayName="Kestrel Cafés",
        CompanyName="Kestrel Cafés Ltd",
        PrimaryEmailAddr={"Address": "bad address, buy@kestrel.example"},
        PrimaryPhone={"FreeFormNumber": "0113 496 0000"},
        BillAddr=address,
    )
    vendor = made(books, "Vendor", DisplayName="Beans & Co")
    books.sync()
    assert contacts(books) == [
        ("Beans & Co", False, True, True),
        ("Kestrel Cafés", True, False, True),
    ]
    with books.company.inside():
        row = Contact.objects.get(name="Kestrel Cafés")
        said = (row.legal_name, row.email, row.phone, row.billing_address, row.currency)
        assert said == (
            "Kestrel Cafés Ltd",
            "buy@kestrel.example",
            "0113 496 0000",
            "1 High Street\nLeeds\nLS1 1AA",
            "GBP",
        )
    before = books.there("Vendor")
    books.sync()
    assert books.there("Vendor") == before
    (supplier,) = books.documents(kind="supplier")
    assert (supplier.remote_id, supplier.state) == (vendor, SyncState.SYNCED)
    assert supplier.from_there


def test_the_last_change_wins_and_says_what_changed(books: Books) -> None:
    """Q12: changed there after here, theirs counts; changed here after there, ours."""
    customer = customer_of(books, phone="1", email="a@b.example")
    books.sync()
    (there,) = books.there("Customer")
    with books.company.inside():
        change_contact(customer.id, {"phone": "2"})
    books.act(
        "edit_document",
        entity="Customer",
        id=there["Id"],
        changes={"PrimaryPhone": {"FreeFormNumber": "3"}},
    )
    books.sync()
    with books.company.inside():
        assert Contact.objects.get().phone == "3"
        entry = Activity.objects.filter(action="contact.changed").order_by("-id")[0]
        assert entry.changes == {"Phone": ["2", "3"]}
        assert entry.actor_name == "QuickBooks Online"
    books.act(
        "edit_document",
        entity="Customer",
        id=there["Id"],
        changes={"PrimaryPhone": {"FreeFormNumber": "4"}},
    )
    time.sleep(1.1)  # their times are whole seconds
    with books.company.inside():
        change_contact(customer.id, {"phone": "5"})
    books.sync()
    (there,) = books.there("Customer")
    assert there["PrimaryPhone"]["FreeFormNumber"] == "5"
    with books.company.inside():
        assert Contact.objects.get().phone == "5"


def test_what_is_archived_here_never_comes_back(books: Books) -> None:
    """Q12: edited or made active there, it stays archived here."""
    customer = customer_of(books)
    books.sync()
    (there,) = books.there("Customer")
    with books.company.inside():
        archive_contact(customer.id, archived=True)
    books.sync()
    books.act("make_active", entity="Customer", id=there["Id"])
    books.act("rename", entity="Customer", id=there["Id"], name="Back again")
    books.sync()
    assert contacts(books) == [("Kestrel", True, False, False)]
    assert held(books) == []


def test_what_is_made_inactive_there_is_archived_here(books: Books) -> None:
    """Q12: with its own name, not the one that QuickBooks gives it."""
    customer_of(books)
    books.sync()
    (there,) = books.there("Customer")
    books.act("make_inactive", entity="Customer", id=there["Id"])
    books.sync()
    assert contacts(books) == [("Kestrel", True, False, False)]


def test_a_name_that_is_taken_here_waits_for_a_choice(books: Books) -> None:
    """Q12: linked to the one here, or taken over under another name."""
    from accounting.incoming.choices import link_change, take_over_as

    with books.company.inside():
        from accounting.models import Connection

        Connection.objects.update(mode="read")
    first = customer_of(books, "Kestrel")
    customer_of(books, "Finch")
    for name in ("kestrel", "Finch"):
        made(books, "Customer", DisplayName=name)
    books.sync()
    assert held(books) == [("Customer", "name_clash")] * 2
    with books.company.inside():
        one, two = RemoteChange.objects.order_by("id")
        link_change(one.id, first.id)
        take_over_as(two.id, "Finch of Leeds")
    assert held(books) == []
    assert [row[0] for row in contacts(books)] == ["Finch", "Finch of Leeds", "kestrel"]
    linked = [row for row in books.documents(kind="customer") if row.remote_id]
    assert sorted(row.number for row in linked) == ["Finch of Leeds", "kestrel"]


def test_products_come_in_and_change_both_ways(books: Books) -> None:
    """Q12: made there, renamed there, priced here."""
    income = {"value": account_there(books, "Income")}
    made(books, "Item", Name="Delivery", Type="Service", IncomeAccountRef=income, UnitPrice=5)
    made(
        books,
        "Item",
        Name="Paper filters",
        Sku="FILTER",
        Type="NonInventory",
        IncomeAccountRef=income,
    )
    books.sync()
    with books.company.inside():
        rows = Product.objects.order_by("sku")
        assert [(row.sku, row.name, row.kind, row.sale_price) for row in rows] == [
            ("Delivery", "Delivery", "service", D(5)),
            ("FILTER", "Paper filters", "stock", D(0)),
        ]
        filters = Product.objects.get(sku="FILTER")
    there = next(row for row in books.there("Item") if row.get("Sku") == "FILTER")
    books.act("rename", entity="Item", id=there["Id"], name="Paper filters No. 4")
    books.sync()
    with books.company.inside():
        assert Product.objects.get(sku="FILTER").name == "Paper filters No. 4"
        change_product(filters.id, {"sale_price": D("3.50")})
    books.sync()
    there = next(row for row in books.there("Item") if row.get("Sku") == "FILTER")
    assert (there["Name"], there["UnitPrice"]) == ("Paper filters No. 4", D("3.50"))


def test_a_code_that_is_taken_here_waits_for_a_choice(books: Books) -> None:
    """Q12: a product of the same SKU that is not linked is never taken for the same."""
    taxed_product(books)
    income = {"value": account_there(books, "Income")}
    made(
        books,
        "Item",
        Name="Their filters",
        Sku="filter",
        Type="Service",
        IncomeAccountRef=income,
    )
    books.sync()
    assert held(books) == [("Item", "sku_clash")]


def test_accounts_and_terms_follow_theirs(books: Books) -> None:
    """Q10: renamed, added and made inactive there."""
    with books.company.inside():
        term = PaymentTerm.objects.get(name="Net 14")
        linked = Link.objects.get(kind="term", local_id=term.id).remote_id
    books.act("rename", entity="Term", id=linked, name="14 days")
    made(books, "Term", Name="Net 45", DueDays=45)
    id_ = made(
        books,
        "Account",
        Name="Van hire",
        AccountType="Expense",
        AccountSubType="Auto",
        AcctNum="7711",
    )
    books.sync()
    with books.company.inside():
        assert PaymentTerm.objects.get(id=term.id).name == "14 days"
        assert PaymentTerm.objects.get(name="Net 45").days == 45
        account = Account.objects.get(code="7711")
        assert (account.name, account.type, account.is_active) == ("Van hire", "expense", True)
        assert Link.objects.get(kind="account", local_id=account.id).remote_id == id_
    books.act("rename", entity="Account", id=id_, name="Vans")
    books.sync()
    with books.company.inside():
        assert Account.objects.get(code="7711").name == "Vans"
    books.act("make_inactive", entity="Account", id=id_)
    books.sync()
    with books.company.inside():
        account.refresh_from_db()
        assert (account.name, account.is_active) == ("Vans", False)


def test_a_new_tax_code_there_is_a_tax_rule_here(books: Books) -> None:
    """Q10: tax codes have no feed, so the daily reading of lists brings them."""
    from accounting.models import Connection

    with books.company.inside():
        before = set(TaxRule.objects.values_list("name", flat=True))
    agency = books.there("TaxAgency")[0]["Id"]
    rate = {"TaxRateName": "Odd", "RateValue": "7", "TaxAgencyId": agency}
    books.session().make(
        "tax",
        {"TaxCode": "Odd 7", "TaxRateDetails": [{**rate, "TaxApplicableOn": "Sales"}]},
    )
    with books.company.inside():
        Connection.objects.update(lists_read_at=None)
    books.sync()
    with books.company.inside():
        new = TaxRule.objects.exclude(name__in=before)
        assert [(row.name, row.rate) for row in new if row.name == "Odd 7"] == [("Odd 7", D(7))]
