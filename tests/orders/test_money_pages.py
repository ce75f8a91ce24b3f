"""Payments, credits and deposits in the browser: what a bookkeeper does, sees and may."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ledger.domain.accounts import AccountRole
from ledger.services.rates import save_rate
from orders.models import Bill, CreditNote, Invoice, Payment, Settlement
from orders.open_items import item_of
from orders.services.credit_notes import authorise_credit_note, credit_invoice
from orders.services.invoices import authorise_invoice, create_invoice
from orders.services.lines import LineInput
from orders.services.settlements import settle, unsettle
from tests.cast import make_company
from tests.orders.business import DAY, Business
from tests.orders.pages import fresh, text_of

D = Decimal
PAID_ON = DAY.isoformat()


@pytest.fixture
def shop() -> Business:
    return Business()


def invoiced(shop: Business, quantity: str = "10", price: str = "10") -> Invoice:
    """An authorised invoice of services: 120.00 with tax unless told otherwise."""
    with shop.company.inside():
        line = LineInput(product=shop.freight.id, quantity=quantity, unit_price=price)
        invoice = create_invoice(shop.customer.id, {"issued_on": DAY}, [line])
        return authorise_invoice(invoice.id)


def typed(shop: Business, amount: str, **more: Any) -> dict[str, Any]:
    return {"amount": amount, "paid_on": PAID_ON, "account": str(shop.bank), **more}


def last(shop: Business, model: Any) -> Any:
    with shop.company.inside():
        return model.objects.select_related("contact").latest("id")


# --- Paying ----------------------------------------------------------------------------------
def test_an_invoice_is_paid_in_part_then_in_full(shop: Business) -> None:
    """O5: open and paid amounts, what settled it, and the list of payments."""
    invoice, client = invoiced(shop), shop.company.browser()
    page = f"/invoices/{invoice.id}/"
    assert f'href="{page}pay/"' in text_of(client, page)
    assert 'value="120.00"' in text_of(client, f"{page}pay/")

    assert client.post(f"{page}pay/", typed(shop, "50", reference="BACS 7")).status_code == 302
    shown = text_of(client, page)
    first = last(shop, Payment)
    assert f'href="/payments/{first.id}/"' in shown and "70.00" in shown
    assert 'value="70.00"' in text_of(client, f"{page}pay/")
    assert client.post(f"{page}pay/", typed(shop, "70.00")).status_code == 302

    assert fresh(shop.company, invoice).status == "paid"
    assert shop.balance(AccountRole.RECEIVABLE) == D(0)
    listed = text_of(client, "/payments/")
    assert first.number in listed and "BACS 7" in listed
    shop.check()


def test_a_refused_payment_keeps_what_was_typed(shop: Business) -> None:
    """O5: the message stands at its field."""
    invoice, client = invoiced(shop), shop.company.browser()
    for amount, words in (
        ("", "This field is required."),
        ("-5", "This must be greater than 0."),
        ("1.005", "GBP has 2 decimals."),
        ("twelve", "Enter a number such as 12.50"),
    ):
        answer = client.post(f"/invoices/{invoice.id}/pay/", typed(shop, amount, reference="REF"))
        assert answer.status_code == 422, amount
        assert words in answer.content.decode() and 'value="REF"' in answer.content.decode()
    with shop.company.inside():
        assert Payment.objects.count() == 0


def test_more_than_open_is_kept_as_credit_and_used_later(shop: Business) -> None:
    """O5: over-payment; the credit is offered on the next invoice."""
    first, client = invoiced(shop), shop.company.browser()
    assert "More than is open is kept as credit" in text_of(client, f"/invoices/{first.id}/pay/")
    client.post(f"/invoices/{first.id}/pay/", typed(shop, "150"))
    payment = last(shop, Payment)
    assert (payment.status, payment.used) == ("authorised", D(120))

    second = invoiced(shop, "5")
    page = f"/invoices/{second.id}/"
    shown = text_of(client, page)
    assert "Unused credit of" in shown and 'value="30.00"' in shown
    refused = client.post(f"{page}settle/", {"other": f"payment:{payment.id}", "amount": "31"})
    assert refused.status_code == 422
    assert "Only 30.00 GBP of" in refused.content.decode()
    later = DAY + timedelta(days=9)
    use = {"other": f"payment:{payment.id}", "amount": "30", "settled_on": later.isoformat()}
    client.post(f"{page}settle/", use)
    with shop.company.inside():
        assert Settlement.objects.latest("id").settled_on == later

    assert fresh(shop.company, second).settled == D(30)
    assert fresh(shop.company, payment).status == "settled"
    assert shop.balance(AccountRole.CUSTOMER_CREDITS) == D(0)
    shop.check()


def test_one_settlement_is_taken_back(shop: Business) -> None:
    """O5: the invoice is open again and the money is credit; void takes all of it back."""
    invoice, client = invoiced(shop), shop.company.browser()
    payment = shop.pay_invoice(invoice, "120")
    with shop.company.inside():
        settlement = Settlement.objects.get()
    back = f"/settlements/{settlement.id}/take-back/?next=/invoices/{invoice.id}/"
    assert back.replace("&", "&amp;") in text_of(client, f"/invoices/{invoice.id}/")

    assert client.get(back).status_code == 405
    assert client.post(back).headers["Location"] == f"/invoices/{invoice.id}/"
    assert fresh(shop.company, invoice).status == "authorised"
    assert shop.balance(AccountRole.CUSTOMER_CREDITS) == D(-120)
    shop.check()
    answer = client.post(back, follow=True)
    assert "This was taken back already." in answer.content.decode()
    shop.check()

    asked = text_of(client, f"/payments/{payment.id}/void/")
    assert "loses unused credit of 120.00 GBP" in asked
    client.post(f"/payments/{payment.id}/void/")
    assert fresh(shop.company, payment).status == "void"
    assert shop.balances() == {
        "receivable": D(120),
        "sales": D(-100),
        "tax_payable": D(-20),
    }
    shop.check()


def test_taking_back_foreign_money_leaves_no_cent(shop: Business) -> None:
    """O5: rates differ; the gain goes with the settlement, in any order."""
    with shop.company.inside():
        save_rate("USD", DAY, D("0.80"), "GBP")
        lines = [LineInput(description="Advice", quantity="1", unit_price="33.33")]
        made = create_invoice(shop.customer.id, {"currency": "USD", "issued_on": DAY}, lines)
        invoice = authorise_invoice(made.id)
    client = shop.company.browser()
    page = f"/invoices/{invoice.id}/"
    assert "GBP for 1 USD" in text_of(client, f"{page}pay/")
    client.post(f"{page}pay/", typed(shop, "11.11", rate="0.777"))
    client.post(f"{page}pay/", typed(shop, "12.12", rate="0.91"))
    with shop.company.inside():
        first, second = Settlement.objects.order_by("id")
        unsettle(first.id)
        unsettle(second.id)
        payments = list(Payment.objects.order_by("id"))
    shop.check_book()
    with shop.company.inside():
        for payment in payments:
            payment.refresh_from_db()
            settle(item_of(payment).key, item_of(invoice).key, payment.amount)
    client.post(f"{page}pay/", typed(shop, str(fresh(shop.company, invoice).total - D("23.23"))))
    assert fresh(shop.company, invoice).status == "paid"
    assert shop.balance(AccountRole.RECEIVABLE) == D(0)
    assert shop.balance(AccountRole.CUSTOMER_CREDITS) == D(0)
    shop.check_book()


def test_a_bill_is_paid_and_the_payment_voided(shop: Business) -> None:
    """O5: void names its effects, and takes an approver."""
    bill = shop.bill(shop.order("10", "2"))
    client = shop.company.browser()
    assert client.post(f"/bills/{bill.id}/pay/", typed(shop, "24")).status_code == 302
    assert fresh(shop.company, bill).status == "paid"
    payment = last(shop, Payment)
    asked = text_of(client, f"/payments/{payment.id}/void/")
    assert f"{bill.number} is open again: 24.00 GBP." in asked
    assert "is reversed." in asked
    client.post(f"/payments/{payment.id}/void/")
    assert fresh(shop.company, bill).status == "approved"
    answer = client.post(f"/payments/{payment.id}/void/", follow=True)
    assert "is void already" in answer.content.decode()
    shop.check()


def test_one_payment_for_several_invoices_fills_the_oldest_first(shop: Business) -> None:
    """O5: New payment: the contact's open documents are ticked."""
    invoices = [invoiced(shop, "1", "100"), invoiced(shop, "1", "100"), invoiced(shop, "1", "100")]
    client = shop.company.browser()
    assert "Show open documents" in text_of(client, "/payments/new/")
    assert client.get("/payments/new/?contact=Nobody&way=in").status_code == 422
    start = f"/payments/new/?contact={shop.customer.id}&way=in"
    shown = text_of(client, start)
    assert all(one.number in shown for one in invoices)

    picked = [f"invoice:{one.id}" for one in invoices[:2]]
    answer = client.post(start, typed(shop, "150", documents=picked))
    assert answer.status_code == 302
    assert [fresh(shop.company, one).settled for one in invoices] == [D(120), D(30), D(0)]
    answer = client.post(start, typed(shop, "150", documents=[picked[0]]))
    assert answer.status_code == 422
    assert "One of them is not open any more." in answer.content.decode()
    shop.check()


def test_a_deposit_waits_for_the_invoice(shop: Business) -> None:
    """O4, O5: a deposit on an authorised order is credit until it is used."""
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("5")
    client = shop.company.browser()
    page = f"/sales/{sale.id}/"
    assert f'href="{page}deposit/"' in text_of(client, page)
    client.post(f"{page}deposit/", typed(shop, "20"))
    payment = last(shop, Payment)
    assert payment.order == sale.id
    assert shop.balance(AccountRole.CUSTOMER_CREDITS) == D(-20)
    assert f"Deposit on</dt><dd>{sale.number}" in text_of(client, f"/payments/{payment.id}/")
    invoice = shop.invoice(sale)
    assert payment.number in text_of(client, f"/invoices/{invoice.id}/")
    order = shop.order("1", "2")
    client.post(f"/purchases/{order.id}/deposit/", typed(shop, "2"))
    assert shop.balance(AccountRole.SUPPLIER_DEPOSITS) == D(2)
    shop.check()


# --- Credit notes ----------------------------------------------------------------------------
def credit_form(note_lines: list[tuple[Any, str, str, str]], **head: str) -> dict[str, str]:
    data = {
        "lines-TOTAL_FORMS": str(len(note_lines)),
        "lines-INITIAL_FORMS": str(len(note_lines)),
        "issued_on": PAID_ON,
        **head,
    }
    for index, (line, quantity, returned, price) in enumerate(note_lines):
        data[f"lines-{index}-line_id"] = str(line.line_id)
        data[f"lines-{index}-quantity"] = quantity
        data[f"lines-{index}-returned"] = returned
        data[f"lines-{index}-unit_price"] = price
    return data


def sold(shop: Business) -> Invoice:
    """Five sold and shipped for 60.00 of ten bought."""
    shop.receive(shop.order("10", "2"))
    sale = shop.sale("5")
    shop.ship(sale)
    return shop.invoice(sale)


def test_an_invoice_is_credited_with_goods_that_come_back(shop: Business) -> None:
    """O5: quantity, returned to stock and price; authorise, use, take back, undo, void."""
    invoice, client = sold(shop), shop.company.browser()
    page = f"/invoices/{invoice.id}/credit/"
    assert "Returned to stock" in text_of(client, page)
    with shop.company.inside():
        line = invoice.lines.get()
    answer = client.post(page, credit_form([(line, "6", "7", "10")], reason="Damaged"))
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "5 of it are not credited yet." in shown and 'value="Damaged"' in shown
    client.post(page, credit_form([(line, "2", "1", "9")], reason="Damaged"))
    note = last(shop, CreditNote)
    where = f"/credit-notes/{note.id}/"
    assert (note.total, note.reason) == (D("21.60"), "Damaged")
    client.post(f"{where}edit/", credit_form([(line, "2", "2", "10")]))
    assert fresh(shop.company, note).total == D(24)

    client.post(f"{where}authorise/")
    assert shop.level() == (D(7), D(0), D(0))
    shown = text_of(client, where)
    assert "Open documents of" in shown and invoice.number in shown
    client.post(f"{where}settle/", {"other": f"invoice:{invoice.id}", "amount": "24"})
    assert fresh(shop.company, note).status == "settled"
    assert fresh(shop.company, invoice).settled == D(24)
    with shop.company.inside():
        settlement = Settlement.objects.get()
    client.post(f"/settlements/{settlement.id}/take-back/")
    assert "2 of BEANS" in text_of(client, f"{where}undo/")
    client.post(f"{where}undo/")
    assert fresh(shop.company, note).status == "draft"
    assert shop.level() == (D(5), D(0), D(0))
    client.post(f"{where}void/")
    assert fresh(shop.company, note).status == "void"
    shop.check()


def test_a_credit_note_is_refunded_or_kept(shop: Business) -> None:
    """O5: money back, and customer credit."""
    invoice, client = sold(shop), shop.company.browser()
    shop.pay_invoice(invoice, "60")
    with shop.company.inside():
        note = authorise_credit_note(credit_invoice(invoice.id).id)
    where = f"/credit-notes/{note.id}/"
    assert "Refund" in text_of(client, where)
    assert client.post(f"{where}refund/", typed(shop, "61")).status_code == 422
    client.post(f"{where}refund/", typed(shop, "20"))
    client.post(f"{where}keep/", {"amount": ""})
    assert fresh(shop.company, note).status == "settled"
    kept = last(shop, Payment)
    assert kept.amount == D(40)
    shown = text_of(client, f"/payments/{kept.id}/")
    assert "Credit note kept as credit" in shown
    client.post(f"/payments/{kept.id}/refund/", typed(shop, "15"))
    assert shop.balance(AccountRole.CUSTOMER_CREDITS) == D(-25)
    answer = client.post(f"/payments/{kept.id}/void/", follow=True)
    assert "was paid back. Void the refund first." in answer.content.decode()
    shop.check()


def test_a_bill_is_credited_and_goods_are_sent_back(shop: Business) -> None:
    """O3, O5: the supplier's credit lowers what is owed; no PDF of what others print."""
    order = shop.order("10", "2")
    shop.receive(order)
    bill = shop.bill(order)
    client = shop.company.browser()
    assert "Sent back" in text_of(client, f"/bills/{bill.id}/credit/")
    with shop.company.inside():
        line = bill.lines.get()
    client.post(f"/bills/{bill.id}/credit/", credit_form([(line, "4", "4", "2")]))
    note = last(shop, CreditNote)
    where = f"/supplier-credits/{note.id}/"
    client.post(f"{where}authorise/")
    assert shop.level() == (D(6), D(0), D(0))
    assert shop.balance(AccountRole.PAYABLE) == D("-14.40")
    assert client.get(f"/credit-notes/{note.id}/").headers["Location"] == where
    assert client.post(f"/credit-notes/{note.id}/void/").status_code == 404
    assert client.get(f"/credit-notes/{note.id}/pdf/").status_code == 404
    client.post(f"/bills/{bill.id}/settle/", {"other": f"credit_note:{note.id}", "amount": "9.60"})
    assert fresh(shop.company, bill).settled == D("9.60")
    assert note.number in text_of(client, "/supplier-credits/")
    assert note.number not in text_of(client, "/credit-notes/")
    shop.check()


def test_a_credit_note_leaves_as_pdf_by_email(shop: Business) -> None:
    """O5, O8: printed in the house's template, mailed to the list for invoices."""
    invoice, client = sold(shop), shop.company.browser()
    with shop.company.inside():
        note = authorise_credit_note(credit_invoice(invoice.id).id)
    where = f"/credit-notes/{note.id}/"
    assert client.get(f"{where}pdf/").content.startswith(b"%PDF")
    assert "Send via network" not in text_of(client, f"{where}email/")
    answer = client.post(
        f"{where}email/",
        {"to": "x@example.com", "subject": "S", "body": "B", "via_email": "on"},
    )
    assert answer.status_code == 302
    shop.company.drain()
    assert fresh(shop.company, note).emailed_at is not None


def test_a_credit_note_on_its_own(shop: Business) -> None:
    """O5: with the line editor."""
    client = shop.company.browser()
    answer = client.post(
        "/credit-notes/new/",
        {
            "contact": "Café",
            "issued_on": PAID_ON,
            "reason": "Goodwill",
            "lines-TOTAL_FORMS": "1",
            "lines-INITIAL_FORMS": "0",
            "lines-0-description": "Goodwill",
            "lines-0-quantity": "1",
            "lines-0-unit_price": "10",
        },
    )
    note = last(shop, CreditNote)
    assert answer.headers["Location"] == f"/credit-notes/{note.id}/"
    assert (note.reason, note.invoice_id, note.total) == ("Goodwill", None, D(12))
    assert client.get(f"/credit-notes/{note.id}/edit/").status_code == 200


# --- Who may ---------------------------------------------------------------------------------
def test_who_may_touch_money(shop: Business) -> None:
    """A2: the accountant pays, read-only looks, a stranger finds nothing."""
    invoice = invoiced(shop)
    page = f"/invoices/{invoice.id}/"
    accountant = shop.company.browser(shop.company.member("accountant"))
    reader = shop.company.browser(shop.company.teammate)
    stranger = make_company("Stranger").browser()
    assert "Record payment" not in text_of(reader, page)
    assert reader.post(f"{page}pay/", typed(shop, "1")).status_code == 403
    assert stranger.post(f"{page}pay/", typed(shop, "1")).status_code == 404
    assert accountant.post(f"{page}pay/", typed(shop, "1")).status_code == 302
    payment = last(shop, Payment)
    assert text_of(reader, f"/payments/{payment.id}/")
    assert reader.get(f"/payments/{payment.id}/void/").status_code == 403
    assert stranger.get(f"/payments/{payment.id}/").status_code == 404
    assert stranger.post(f"/payments/{payment.id}/void/").status_code == 404
    with shop.company.inside():
        settlement = Settlement.objects.get()
        assert Bill.objects.count() == 0
    assert reader.post(f"/settlements/{settlement.id}/take-back/").status_code == 403
    assert stranger.post(f"/settlements/{settlement.id}/take-back/").status_code == 404
    assert fresh(shop.company, invoice).settled == D(1)
