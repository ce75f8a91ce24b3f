"""Lines of bills and invoices with an account of their own, or spread over the goods."""

from decimal import Decimal
from typing import Any

import pytest

from hub.errors import InvalidInput
from ledger.domain.accounts import AccountRole, AccountType
from ledger.models import Account
from ledger.selectors import balances_of_roles
from ledger.services.books import save_account
from orders.models import Bill, BillLine, CostSpread
from orders.services.bills import approve_bill, create_bill, undo_bill
from orders.services.invoices import authorise_invoice, create_invoice
from orders.services.lines import LineInput
from tests.orders.business import DAY, Business
from tests.orders.pages import text_of

D = Decimal


@pytest.fixture
def shop() -> Business:
    return Business()


def rent(shop: Business) -> Account:
    with shop.company.inside():
        return save_account(None, {"code": "6991", "name": "Rent", "type": AccountType.EXPENSE})


def editor(*lines: dict[str, str], **head: str) -> dict[str, str]:
    """What the line editor posts."""
    typed = {"issued_on": "2026-05-06", "due_on": "2026-06-06", **head}
    typed |= {"lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": "0"}
    for number, line in enumerate(lines):
        typed |= {f"lines-{number}-{name}": value for name, value in line.items()}
    return typed


def test_a_bill_in_the_browser_spreads_freight_over_its_goods(shop: Business) -> None:
    """O3: freight by value becomes part of the cost of the beans; the rest has its account."""
    account = rent(shop)
    browser = shop.company.browser()
    form = text_of(browser, "/bills/new/")
    assert "Cost of goods" in form
    assert "6991 Rent" in form
    typed = editor(
        {"sku": "BEANS", "quantity": "10", "unit_price": "2"},
        {"sku": "FREIGHT", "quantity": "1", "unit_price": "5", "spread": "value"},
        {
            "description": "May",
            "quantity": "1",
            "unit_price": "7",
            "account": str(account.id),
        },
        contact="Mill",
    )
    answer = browser.post("/bills/new/", typed)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    with shop.company.inside():
        bill = Bill.objects.get()
        assert [line.spread for line in bill.lines.all()] == ["", "value", ""]
        approve_bill(bill.id)
        assert BillLine.objects.get(bill=bill, sku="BEANS").goods_value == D(25)
    shown = text_of(browser, f"/bills/{bill.id}/")
    assert "Posted to 6991 Rent" in shown
    assert "Part of the cost of the goods, by value" in shown
    assert 'value="value" selected' in text_of_edit(shop, bill)
    shop.check()


def text_of_edit(shop: Business, bill: Bill) -> str:
    """The editor of the bill, undone."""
    with shop.company.inside():
        undo_bill(bill.id)
    return text_of(shop.company.browser(), f"/bills/{bill.id}/edit/")


def test_an_invoice_line_is_posted_to_its_own_account(shop: Business) -> None:
    """O6: the line's account comes before the product's and the usual one."""
    with shop.company.inside():
        income = save_account(None, {"code": "4991", "name": "Hire", "type": AccountType.REVENUE})
        invoice = create_invoice(
            shop.customer.id,
            {"issued_on": DAY},
            [LineInput(description="Hire", quantity="1", unit_price="9", account=income.id)],
        )
        authorise_invoice(invoice.id)
        assert balances_of_roles([AccountRole.SALES])[AccountRole.SALES] == D(0)
    shop.check()


def refused(shop: Business, **values: Any) -> dict[str, list[str]]:
    """What is wrong with a bill of one such line."""
    with shop.company.inside(), pytest.raises(InvalidInput) as caught:
        create_bill(
            shop.supplier.id, {}, [LineInput(**{"quantity": "1", "unit_price": "2", **values})]
        )
    return caught.value.fields


def test_what_cannot_be_an_account_or_a_spread_is_said_at_the_field(shop: Business) -> None:
    """O3: goods to stock only, no account that follows from documents, no spread elsewhere."""
    with shop.company.inside():
        payable = Account.objects.get(role=AccountRole.PAYABLE)
    account = rent(shop)
    assert list(refused(shop, description="x", account=payable.id)) == ["lines.0.account"]
    assert list(refused(shop, product=shop.beans.id, account=account.id)) == ["lines.0.account"]
    assert list(refused(shop, product=shop.beans.id, spread="value")) == ["lines.0.spread"]
    assert list(refused(shop, description="x", spread="colour")) == ["lines.0.spread"]
    with shop.company.inside(), pytest.raises(InvalidInput) as caught:
        create_invoice(
            shop.customer.id,
            {},
            [LineInput(description="x", quantity="1", unit_price="1", spread=CostSpread.VALUE)],
        )
    assert list(caught.value.fields) == ["lines.0.spread"]


def test_the_api_takes_an_account_by_code_and_gives_it_back(shop: Business) -> None:
    """O3, O6: `account` and `spread` on the lines of bills; an unknown code is named."""
    account = rent(shop)
    api = shop.company.api()
    body = {
        "contact": str(shop.supplier.id),
        "lines": [
            {"product": str(shop.beans.id), "quantity": "1", "price": "2"},
            {"product": "FREIGHT", "quantity": "1", "price": "5", "spread": "quantity"},
            {"description": "May", "quantity": "1", "price": "7", "account": "6991"},
        ],
    }
    lines = api.post("/api/v1/bills", body, format="json").json()["lines"]
    assert [line["spread"] for line in lines] == ["", "quantity", ""]
    assert [line["account"] for line in lines] == [None, None, str(account.id)]
    body["lines"] = [{"description": "x", "quantity": "1", "price": "1", "account": "nope"}]
    answer = api.post("/api/v1/bills", body, format="json")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["lines.0.account"]
