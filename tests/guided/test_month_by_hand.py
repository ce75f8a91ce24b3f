"""The month of docs/worked-example.md, entered by hand in a browser.

Callum founds a company of his own and types every step of the page; then he reads the reports.
The numbers are the page's, which were computed by hand.
"""

import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.guided.people import Person
from tests.support.browser import assert_accessible
from tests.support.demo import Demo
from tests.support.worked_example import table

# A long walk; `make test` has the one of the README and the accountant's.
pytestmark = [pytest.mark.browser, pytest.mark.battery]
CALLUM = "callum@harbourroasters.example"


def day(number: int) -> str:
    return f"2026-05-{number:02d}"


class Bookkeeper(Person):
    """Somebody who types a month of trade, page by page; addresses are the documents' own."""

    def fill(self, **fields: str) -> None:
        """Fill fields by their names."""
        for name, value in fields.items():
            field = self.page.locator(f"main [name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def done(self, name: str) -> str:
        """Press a button, wait for the page it leads to, and give its address."""
        before = self.page.url
        self.press(name)
        self.page.wait_for_url(lambda url: url != before)
        assert not self.page.get_by_text("There is a problem").count(), self.page.url
        return self.page.url

    def verb(self, name: str) -> None:
        """Press a button that leads back to the same document."""
        self.press(name)
        expect(self.page.get_by_role("button", name=name, exact=True)).to_have_count(0)

    def found_company(self) -> None:
        """A company of his own, in pounds."""
        self.page.goto("/organisations/new/")
        self.fill(name="May Trading", legal_name="May Trading Ltd", company_email="may@example.com")
        self.fill(country="GB", timezone="Europe/London")
        self.done("Set up organisation")

    def lists(self) -> None:
        """Two products, two suppliers, a customer, and the month's rates."""
        for sku in ("BEANS", "FILTERS"):
            self.page.goto("/products/new/")
            self.fill(sku=sku, name=f"Product {sku}")
            self.done("Create product")
        for name, kind, currency in (
            ("Mill", "is_supplier", "GBP"),
            ("Café", "is_customer", "GBP"),
            ("Overseas", "is_supplier", "USD"),
        ):
            self.page.goto("/contacts/new/")
            self.fill(name=name, currency=currency)
            self.page.locator(f"main [name={kind}]").check()
            self.done("Create contact")
        for first, rate in ((1, "0.80"), (30, "0.78")):
            self.page.goto("/settings/exchange-rates/")
            self.fill(currency="USD", valid_from=day(first), rate=rate)
            self.press("Save rate")
            self.page.get_by_role("row", name=re.compile(rate.rstrip("0"))).wait_for()

    def owner_pays_in(self) -> None:
        """A journal by hand: 10,000.00."""
        self.page.goto("/journals/new/")
        self.fill(posted_on=day(1), memo="The owner pays in")
        self.choose("lines-0-account", "1000 Bank")
        self.fill(**{"lines-0-debit": "10000"})
        self.press("Add line")
        self.choose("lines-1-account", "3000 Owner's equity")
        self.fill(**{"lines-1-credit": "10000"})
        self.done("Post journal")

    def choose(self, name: str, label: str) -> None:
        """An option by its words."""
        self.page.locator(f"main [name={name}]").select_option(label=label)

    def order(
        self, side: str, contact: str, on: int, *lines: tuple[str, str, str], tax: str = ""
    ) -> str:
        """An authorised order, each line a quantity, a price and a SKU; gives its address."""
        self.page.goto(f"/{side}/new/")
        self.fill(contact=contact, issued_on=day(on))
        for row, (quantity, price, sku) in enumerate(lines):
            if row:
                self.press("Add line")
            self.line(row, sku=sku, quantity=quantity, unit_price=price)
            if tax:
                self.choose(f"lines-{row}-tax_rule", tax)
        address = self.done("Save order")
        self.verb("Authorise order")
        return address

    def line(self, row: int, **cells: str) -> None:
        """Cells of a line."""
        self.fill(**{f"lines-{row}-{name}": value for name, value in cells.items()})

    def part(self, address: str, page: str, on: int, *cells: tuple[str, ...], date: str) -> None:
        """The page that receives, ships or bills a part: its day, then what is typed row by row."""
        self.page.goto(f"{address}{page}/")
        self.fill(**{date: day(on)})
        for name, values in zip(("quantity", "price"), zip(*cells, strict=True), strict=False):
            fields = self.page.locator(f"main [name^={name}-]")
            for row, value in enumerate(values):
                fields.nth(row).fill(value)

    def receive(self, order: str, on: int, *quantities: str) -> None:
        """Receive an order, or so much of each line."""
        self.part(order, "receive", on, *[(one,) for one in quantities], date="happened_on")
        self.done("Receive")

    def bill(self, order: str, on: int, *cells: tuple[str, ...], freight: str = "") -> str:
        """Bill an order: quantity and price of each line, and freight spread by value."""
        self.part(order, "bill", on, *cells, date="issued_on")
        address = self.done("Draft bill")
        if freight:
            self.page.goto(f"{address}edit/")
            self.press("Add line")
            row = self.page.locator("main [name$=-quantity]").count() - 1
            self.line(row, description="Freight", quantity="1", unit_price=freight, spread="value")
            self.choose(f"lines-{row}-tax_rule", "20% VAT")
            self.done("Save bill")
        self.verb("Approve bill")
        return address

    def sell(self, on: int, *lines: tuple[str, str, str]) -> str:
        """Order, ship and invoice on one day; gives the invoice's address."""
        order = self.order("sales", "Café", on, *lines)
        self.part(order, "ship", on, date="happened_on")
        self.done("Ship now")
        self.part(order, "invoice-part", on, date="issued_on")
        address = self.done("Draft invoice")
        self.verb("Authorise invoice")
        return address

    def pay(self, document: str, on: int, amount: str, page: str = "pay") -> None:
        """Record money about a document."""
        self.page.goto(f"{document}{page}/")
        self.fill(paid_on=day(on), amount=amount)
        self.done("Record deposit" if page == "deposit" else "Record payment")

    def credit(self, document: str, on: int, quantity: str, kind: str) -> str:
        """Credit so much of the only line, all of it returned; gives the note's address."""
        self.page.goto(f"{document}credit/")
        self.fill(issued_on=day(on))
        self.line(0, quantity=quantity, returned=quantity)
        address = self.done("Save credit note")
        self.verb(kind)
        return address

    def use_credit(self, document: str, on: int, number: str, amount: str) -> None:
        """Use a credit for an invoice or bill."""
        self.page.goto(f"{document}settle/")
        options = self.page.locator("main [name=other] option")
        self.fill(other=option_of(options.all(), number), amount=amount, settled_on=day(on))
        self.done("Use credit")

    def broken(self, on: int, sku: str, quantity: str) -> None:
        """An adjustment."""
        self.page.goto("/stock/adjustments/new/")
        self.fill(happened_on=day(on))
        self.line(0, sku=sku, quantity=quantity)
        self.done("Save adjustment")
        self.page.get_by_text("Authorise adjustment…").first.click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Authorise adjustment", exact=True).click()
        self.sees("Authorised")


def option_of(options: list[Any], number: str) -> str:
    """The value of the option that names a document."""
    return next(str(one.get_attribute("value")) for one in options if number in one.inner_text())


def type_the_month(callum: Bookkeeper) -> None:
    """Steps 1 to 20 of the page."""
    callum.owner_pays_in()
    first = callum.order("purchases", "Mill", 4, ("100", "2", "BEANS"), ("50", "1", "FILTERS"))
    callum.receive(first, 4, "60", "50")
    first_bill = callum.bill(first, 6, ("60", "2.10"), ("50", "1"), freight="17.60")
    one = callum.sell(8, ("30", "5", "BEANS"), ("10", "2", "FILTERS"))
    second_bill = callum.bill(first, 11, ("40", "2.10"))
    callum.receive(first, 12)
    two = callum.sell(15, ("50", "5", "BEANS"))
    callum.pay(one, 18, "204")
    callum.credit(two, 19, "5", "Authorise credit")
    late = callum.order("purchases", "Mill", 20, ("20", "2.50", "BEANS"))
    callum.receive(late, 20)
    three = callum.sell(21, ("30", "5.20", "BEANS"))
    far = callum.order("purchases", "Overseas", 22, ("100", "1.50", "FILTERS"), tax="Zero rated")
    callum.receive(far, 22)
    far_bill = callum.bill(far, 22, ("100", "1.50"))
    callum.bill(late, 25, ("20", "2.90"))
    callum.pay(first_bill, 26, "232.32")
    callum.pay(first, 26, "50", page="deposit")
    callum.use_credit(second_bill, 27, "PAY-", "50")
    callum.use_credit(two, 28, "CN-00001", "30")
    callum.pay(two, 28, "400")
    callum.use_credit(three, 29, "PAY-", "130")
    callum.broken(29, "FILTERS", "-2")
    callum.credit(second_bill, 29, "4", "Authorise credit")
    callum.pay(far_bill, 30, "150")
    last = callum.order("purchases", "Mill", 30, ("10", "3", "BEANS"))
    callum.receive(last, 30)


def rows_of(callum: Bookkeeper, report: str, last_day: str) -> list[list[str]]:
    """The rows of a report of May as they stand on the screen, without thousands' commas."""
    callum.page.goto(f"/reports/{report}/?since={day(1)}&{last_day}={day(31)}")
    found = []
    for row in callum.page.locator("main table tbody tr").all():
        cells = [" ".join(cell.split()) for cell in row.locator("th, td").all_inner_texts()]
        found.append(
            [cell.replace(",", "") if re.search(r"\d\.\d\d", cell) else cell for cell in cells]
        )
    return found


def test_an_accountant_enters_the_month_by_hand(demo: Demo, chromium: Browser) -> None:
    """O3 to O7: trial balance, valuation, GRNI, what is owed: all as computed by hand."""
    errors: list[str] = []
    callum = Bookkeeper(demo, chromium, CALLUM, errors)
    callum.sign_in()
    callum.found_company()
    callum.lists()
    type_the_month(callum)
    balances = [row for row in rows_of(callum, "trial-balance", "on") if any(row[1:])]
    balances[-1][0] = "total"
    assert balances == table("Trial balance at 31 May 2026")
    assert_accessible(callum.page)

    stock = rows_of(callum, "stock-valuation", "on")
    valued = table("Stock valuation at 31 May 2026")
    assert [[row[0].split()[0], row[1], row[3]] for row in stock[1:3]] == valued[:2]
    worth = valued[2][2]
    assert [row[3] for row in stock[4:]] == [worth, worth]  # all stock, and the account

    cost = rows_of(callum, "cost-of-goods-sold", "until")
    in_book = {row[0]: row[1] or row[2] for row in balances}
    assert [row[3] for row in cost[-2:]] == [in_book["5000 Cost of goods sold"]] * 2

    left = dict(table("Open documents at 31 May 2026"))
    owed = rows_of(callum, "aged-receivables", "on")[-1][-1]
    assert owed == in_book["1100 Accounts receivable"] == left["INV-00003"]
    owing = rows_of(callum, "aged-payables", "on")
    assert [row[-1] for row in owing] == [in_book["2000 Accounts payable"]] * 2
    of_bills = Decimal(left["BILL-00002"]) + Decimal(left["BILL-00004"])
    assert owing[-1][1:3] == [str(of_bills), "\N{MINUS SIGN}" + left["SCN-00001"]]
    assert errors == []
