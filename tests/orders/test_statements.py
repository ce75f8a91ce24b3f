"""A contact's balance, and the statement that explains it: screen, PDF, e-mail."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader

from orders.models import CreditSide
from orders.open_items import balances_of
from orders.services.credit_notes import authorise_credit_note, credit_invoice
from orders.services.payments import bank_credit_note, void_payment
from orders.statements import statement_of
from tenants.models import MailMessage
from tests.cast import make_company
from tests.orders.business import DAY, Business
from tests.orders.pages import text_of
from tests.orders.test_money_pages import invoiced

D = Decimal
SPAN = f"since={DAY - timedelta(days=3)}&until={DAY}"


@pytest.fixture
def shop() -> Business:
    return Business()


def traded(shop: Business) -> None:
    """120 invoiced and paid with 150, 60 invoiced, of which 24 are credited and 10 banked."""
    first, second = invoiced(shop), invoiced(shop, "5")
    shop.pay_invoice(first, "150", "120")
    wrong = shop.pay_invoice(second, "7")
    with shop.company.inside():
        void_payment(wrong.id)
        note = authorise_credit_note(credit_invoice(second.id, values={"issued_on": DAY}).id)
        bank_credit_note(note.id, D(10), on=DAY)


def test_the_statement_ends_at_the_contacts_balance(shop: Business) -> None:
    """O5: invoices, credit notes and payments; void and banked ones do not count twice."""
    traded(shop)
    with shop.company.inside():
        (balance,) = balances_of(shop.customer.id, DAY)
        found = statement_of(shop.customer, "GBP", DAY, DAY)
        after = statement_of(shop.customer, "GBP", DAY + timedelta(days=1), DAY + timedelta(days=9))
    assert (balance.side, balance.open, balance.unused) == (CreditSide.SALE, D(60), D(90))
    assert [line.amount for line in found.lines] == [D(120), D(60), D(-150), D(-60)]
    assert found.opening == D(0)
    assert found.closing == after.opening == balance.balance == D(-30)
    assert after.lines == ()


def test_the_contact_page_says_what_is_owed(shop: Business) -> None:
    """O5: balance, overdue, unused credit, and the way to the statement."""
    invoiced(shop)
    page = text_of(shop.company.browser(), f"/contacts/{shop.customer.id}/")
    assert "Owes you" in page and "120.00 GBP" in page and "overdue" in page
    assert f'href="/contacts/{shop.customer.id}/statement/"' in page
    supplier = text_of(shop.company.browser(), f"/contacts/{shop.supplier.id}/")
    assert "Nothing is open." in supplier and "/statement/" not in supplier


def test_the_statement_is_shown_printed_and_mailed(shop: Business) -> None:
    """O5, O8: to the contact's addresses for statements."""
    traded(shop)
    client = shop.company.browser()
    where = f"/contacts/{shop.customer.id}/statement/"
    shown = text_of(client, f"{where}?{SPAN}")
    assert "Brought forward" in shown and "Open on this day" in shown
    assert "Write a date such as" in text_of(client, f"{where}?since=soon")
    printed = client.get(f"{where}pdf/?{SPAN}").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)
    assert "Statement" in text and "Brought forward" in text and "Over 90 days" in text

    window = f"{where}email/?{SPAN}"
    assert "Statement from" in text_of(client, window)
    letter = {"to": "", "cc": "", "subject": "S", "body": "B"}
    refused = client.post(window, letter)
    assert refused.status_code == 422
    assert "has no address for statements" in refused.content.decode()
    assert client.post(window, {**letter, "to": "books@example.com"}).status_code == 302
    shop.company.drain()
    with shop.company.inside():
        mail = MailMessage.objects.latest("id")
        assert (mail.to, mail.state) == (["books@example.com"], "sent")


def test_who_may_see_a_statement(shop: Business) -> None:
    """A2: read-only looks and mails nothing; a stranger finds nothing."""
    where = f"/contacts/{shop.customer.id}/statement/"
    reader = shop.company.browser(shop.company.teammate)
    assert text_of(reader, where)
    assert reader.post(f"{where}email/", {}).status_code == 403
    assert make_company("Stranger").browser().get(where).status_code == 404
    warehouse = shop.company.browser(shop.company.member("warehouse"))
    assert warehouse.get(where).status_code == 403
    assert "Balance" not in text_of(warehouse, f"/contacts/{shop.customer.id}/")


def test_a_program_reads_and_sends_a_statement(shop: Business) -> None:
    """O5, O8: the page's numbers as data and PDF; the e-mail goes to the addresses given."""
    traded(shop)
    client = shop.company.api()
    where = f"/api/v1/contacts/{shop.customer.id}/statement"
    found = client.get(f"{where}?{SPAN}").json()
    assert (found["opening"], found["closing"], found["currency"]) == ("0.0000", "-30.0000", "GBP")
    amounts = [(line["kind"], line["amount"]) for line in found["lines"]]
    assert amounts == [
        ("invoice", "120.0000"),
        ("invoice", "60.0000"),
        ("payment", "-150.0000"),
        ("credit_note", "-60.0000"),
    ]
    assert found["lines"][-1]["balance"] == "-30.0000"
    assert found["aged"]["total"] == "10.0000"
    assert client.get(f"{where}/pdf?{SPAN}").content.startswith(b"%PDF")

    for wrong, field in (("since=soon", "since"), ("currency=pounds", "currency")):
        refused = client.get(f"{where}?{wrong}")
        assert (refused.status_code, list(refused.json()["fields"])) == (400, [field])
    nobody = client.post(f"{where}/send?{SPAN}", {}, format="json")
    assert (nobody.status_code, list(nobody.json()["fields"])) == (400, ["to"])
    sent = client.post(f"{where}/send?{SPAN}", {"to": ["books@example.com"]}, format="json")
    assert sent.status_code == 202
    shop.company.drain()
    with shop.company.inside():
        mail = MailMessage.objects.get(id=sent.json()["mail"])
        assert (mail.to, mail.state) == (["books@example.com"], "sent")


def test_anothers_statement_is_not_found_by_a_program(shop: Business) -> None:
    """A4: like a contact that does not exist."""
    stranger = make_company("Stranger").api()
    where = f"/api/v1/contacts/{shop.customer.id}/statement"
    assert stranger.get(where).status_code == stranger.get(f"{where}/pdf").status_code == 404
    assert stranger.post(f"{where}/send", {}, format="json").status_code == 404
