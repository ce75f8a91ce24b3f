"""xero-python, unpatched but for addresses: consent, tokens, and a round of every resource."""

import base64
import datetime as dt
import hashlib
import re
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from xero_python import accounting as model
from xero_python.exceptions import AccountingBadRequestException, HTTPStatusException

from tests.sandbox.running import Running
from tests.sandbox.xero.client import (
    CLIENT,
    SECRET,
    Company,
    accounting,
    company,
    identity,
    sdk,
)

DAY, DUE = dt.date(2026, 5, 4), dt.date(2026, 6, 4)
REDIRECT = "http://127.0.0.1:8000/accounting/xero/back"
SCOPES = "openid offline_access accounting.settings accounting.contacts accounting.invoices"


def consent(
    xero: Running,
    tenants: list[str],
    scope: str = SCOPES,
    decision: str = "allow",
    **more: str,
) -> Any:
    """Walk the page as a browser does; the parameters that come back."""
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "scope": scope,
        "state": "s t&1",
        **more,
    }
    page = requests.get(f"{xero.url}/identity/connect/authorize", params=asked, timeout=30)
    assert all(one in page.text for one in tenants)
    hidden = re.findall(r"type='hidden' name='([^']*)' value='([^']*)'", page.text)
    form = {name: value.replace("&amp;", "&") for name, value in hidden} | {"decision": decision}
    form |= {f"tenant{number}": one for number, one in enumerate(tenants)}
    answer = requests.post(page.url, data=form, timeout=30, allow_redirects=False)
    assert answer.status_code == 302 and answer.headers["location"].startswith(REDIRECT)
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def token(xero: Running, **form: str) -> requests.Response:
    """The token endpoint, with the app's secret."""
    return requests.post(f"{xero.url}/connect/token", data=form, auth=(CLIENT, SECRET), timeout=30)


def exchanged(xero: Running, tenants: list[str]) -> dict[str, Any]:
    """Tokens for consent."""
    code = consent(xero, tenants)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    answer = token(xero, **form)
    assert answer.status_code == 200, answer.text
    assert token(xero, **form).json() == {"error": "invalid_grant"}
    found: dict[str, Any] = answer.json()
    return found


def test_consent_tokens_and_connections(xero: Running, nz: Company) -> None:
    """Two organisations at once; one is disconnected, then everything is revoked."""
    other = company(xero, "AU")
    xero.control("act/disconnect_tenant", {"tenant": other.tenant})
    tokens = exchanged(xero, [nz.tenant, other.tenant])
    assert tokens["expires_in"] == 1800 and tokens["token_type"] == "Bearer"
    client = sdk(xero, tokens)
    listed = identity(xero, client).get_connections()
    mine = {str(one.tenant_id): one for one in listed}
    assert {nz.tenant, other.tenant} <= set(mine)
    api = accounting(xero, client)
    assert api.get_organisations(other.tenant).organisations[0].base_currency.value == "AUD"
    identity(xero, client).delete_connection(mine[other.tenant].id)
    with pytest.raises(HTTPStatusException) as refused:
        api.get_organisations(other.tenant)
    assert refused.value.status == 403
    with pytest.raises(HTTPStatusException):
        identity(xero, client).delete_connection(nz.tenant)
    client.revoke_oauth2_token()
    assert identity(xero, sdk(xero, tokens)).get_connections() == []
    gone = token(xero, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert (gone.status_code, gone.json()) == (400, {"error": "invalid_grant"})


def test_refresh_tokens_rotate_with_grace(xero: Running, nz: Company) -> None:
    """The SDK refreshes; the old token works for half an hour more; unused ones end in 60 days."""
    tokens = exchanged(xero, [nz.tenant])
    saved: list[Any] = []
    client = sdk(xero, tokens, saved)
    client.refresh_oauth2_token()
    assert saved[0]["refresh_token"] != tokens["refresh_token"]
    old = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert token(xero, **old).status_code == 200
    xero.control("clock", {"advance": 1801})
    assert token(xero, **old).json() == {"error": "invalid_grant"}
    with pytest.raises(HTTPStatusException) as expired:
        accounting(xero, sdk(xero, tokens)).get_organisations(nz.tenant)
    assert expired.value.status == 401 and b"TokenExpired" in expired.value.body
    xero.control("clock", {"advance": 61 * 86_400})
    new = {"grant_type": "refresh_token", "refresh_token": saved[0]["refresh_token"]}
    assert token(xero, **new).json() == {"error": "invalid_grant"}


def test_consent_is_denied_and_scopes_are_checked(xero: Running, nz: Company) -> None:
    """Broad scopes are not for apps made after March 2026; a missing scope is 401."""
    assert consent(xero, [nz.tenant], decision="deny") == {
        "error": "access_denied",
        "state": "s t&1",
    }
    asked = {"response_type": "code", "client_id": CLIENT, "redirect_uri": REDIRECT}
    url = f"{xero.url}/identity/connect/authorize"
    for scope in ("accounting.transactions", "nonsense"):
        answer = requests.get(
            url, params={**asked, "scope": scope}, timeout=30, allow_redirects=False
        )
        assert "error=invalid_scope" in answer.headers["location"]
    stranger = requests.get(url, params={**asked, "client_id": "x"}, timeout=30)
    assert stranger.status_code == 400
    api = accounting(xero, sdk(xero, exchanged(xero, [nz.tenant])))
    with pytest.raises(HTTPStatusException) as refused:
        api.get_payments(nz.tenant)
    assert refused.value.status == 401 and b"AuthorizationUnsuccessful" in refused.value.body


def test_a_code_needs_its_verifier(xero: Running, nz: Company) -> None:
    """PKCE beside the secret, and the address that was asked with."""
    verifier = "a-verifier-of-more-than-forty-three-characters-in-all"
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    for given, status in (("wrong", 400), (verifier, 200)):
        code = consent(
            *(xero, [nz.tenant]), code_challenge=challenge, code_challenge_method="S256"
        )["code"]
        assert token(xero, **form, code=code, code_verifier=given).status_code == status
    code = consent(xero, [nz.tenant])["code"]
    other = {**form, "redirect_uri": REDIRECT + "x"}
    assert token(xero, **other, code=code).json() == {"error": "invalid_grant"}
    stranger = requests.post(f"{xero.url}/connect/token", data=form, auth=("a", "b"), timeout=30)
    assert stranger.json() == {"error": "invalid_client"}


def line(amount: str, account: str = "200", **more: Any) -> model.LineItem:
    return model.LineItem(
        description="Beans", quantity=1, unit_amount=Decimal(amount), account_code=account, **more
    )


def test_settings_by_the_sdk(xero: Running, nz: Company) -> None:
    """Accounts, items, taxes, currencies, tracking, themes, users."""
    api, tenant = accounting(xero, sdk(xero, nz.tokens)), nz.tenant
    given = model.Account(code="641", name="Stock in Transit", type=model.AccountType.CURRENT)
    account = api.create_account(tenant, given).accounts[0]
    named = model.Accounts(accounts=[model.Account(name="On the Water")])
    assert api.update_account(tenant, account.account_id, named).accounts[0].name == "On the Water"
    banks = api.get_accounts(tenant, where='Type=="BANK"', order="Name ASC").accounts
    assert [one.name for one in banks] == ["Business Bank Account", "Business Savings Account"]
    assert api.delete_account(tenant, account.account_id).accounts[0].status == "DELETED"
    item = model.Item(
        code="W1",
        name="Widget",
        sales_details=model.Purchase(unit_price=Decimal("9.95"), account_code="200"),
    )
    made = api.create_items(tenant, model.Items(items=[item]), unitdp=4).items[0]
    assert api.get_item(tenant, "W1").items[0].item_id == made.item_id
    api.update_or_create_items(tenant, model.Items(items=[model.Item(code="W1", name="Wodget")]))
    assert [one.name for one in api.get_items(tenant).items] == ["Wodget"]
    api.delete_item(tenant, made.item_id)
    assert api.get_items(tenant).items == []
    component = model.TaxComponent(name="Levy", rate=Decimal("7.5"))
    rate = model.TaxRate(name="Levy", tax_components=[component])
    levy = api.create_tax_rates(tenant, model.TaxRates(tax_rates=[rate])).tax_rates[0]
    assert (levy.tax_type, levy.effective_rate) == ("TAX002", Decimal("7.5"))
    assert len(api.get_tax_rates(tenant).tax_rates) == 6
    api.create_currency(tenant, model.Currency(code=model.CurrencyCode.EUR))
    assert "EUR" in [one.code.value for one in api.get_currencies(tenant).currencies]
    region = api.create_tracking_category(tenant, model.TrackingCategory(name="Region"))
    id_ = region.tracking_categories[0].tracking_category_id
    option = api.create_tracking_options(tenant, id_, model.TrackingOption(name="North")).options[0]
    renamed = model.TrackingOption(name="South")
    api.update_tracking_options(tenant, id_, option.tracking_option_id, renamed)
    assert api.get_tracking_category(tenant, id_).tracking_categories[0].options[0].name == "South"
    api.create_tracking_category(tenant, model.TrackingCategory(name="Team"))
    with pytest.raises(AccountingBadRequestException):
        api.create_tracking_category(tenant, model.TrackingCategory(name="Third"))
    assert len(api.get_branding_themes(tenant).branding_themes) == 2
    assert api.get_users(tenant).users[0].first_name == "Olive"
    assert api.get_organisation_actions(tenant).actions


def test_contacts_and_groups_by_the_sdk(xero: Running, nz: Company) -> None:
    """Created, matched, renamed, archived; names are unique; groups have members."""
    api, tenant = accounting(xero, sdk(xero, nz.tokens)), nz.tenant
    ada = model.Contact(
        name="Ada Ltd",
        contact_number="wharf-1",
        email_address="ada@example.com",
        addresses=[model.Address(address_type="STREET", city="Auckland")],
        phones=[model.Phone(phone_type="MOBILE", phone_number="555")],
    )
    made = api.create_contacts(tenant, model.Contacts(contacts=[ada])).contacts[0]
    with pytest.raises(AccountingBadRequestException) as taken:
        api.create_contacts(tenant, model.Contacts(contacts=[model.Contact(name="ada ltd")]))
    assert "is already assigned to another contact" in str(taken.value.error_data)
    changed = model.Contact(contact_number="WHARF-1", name="Ada Limited")
    again = api.update_or_create_contacts(tenant, model.Contacts(contacts=[changed])).contacts[0]
    assert (again.contact_id, again.name) == (made.contact_id, "Ada Limited")
    assert api.get_contact_by_contact_number(tenant, "wharf-1").contacts[0].name == "Ada Limited"
    group = api.create_contact_group(
        tenant, model.ContactGroups(contact_groups=[model.ContactGroup(name="Best")])
    ).contact_groups[0]
    member = model.Contacts(contacts=[model.Contact(contact_id=made.contact_id)])
    api.create_contact_group_contacts(tenant, group.contact_group_id, member)
    found = api.get_contact_group(tenant, group.contact_group_id).contact_groups[0]
    assert [one.name for one in found.contacts] == ["Ada Limited"]
    api.delete_contact_group_contact(tenant, group.contact_group_id, made.contact_id)
    archived = model.Contacts(contacts=[model.Contact(contact_status="ARCHIVED")])
    api.update_contact(tenant, made.contact_id, archived)
    assert api.get_contacts(tenant, page=1).contacts == []
    assert len(api.get_contacts(tenant, include_archived=True).contacts) == 1
    found = api.get_contacts(tenant, search_term="limit", include_archived=True, summary_only=True)
    assert found.contacts[0].name == "Ada Limited"


def test_selling_by_the_sdk(xero: Running, nz: Company) -> None:
    """Invoice, payment, credit note, allocation, quote; void and delete; files and history."""
    api, tenant = accounting(xero, sdk(xero, nz.tokens)), nz.tenant
    contact = model.Contact(name="Ada")
    body = model.Invoice(
        type="ACCREC",
        contact=contact,
        date=DAY,
        due_date=DUE,
        status="AUTHORISED",
        line_amount_types=model.LineAmountTypes.EXCLUSIVE,
        line_items=[line("100")],
    )
    sold = api.create_invoices(
        tenant, model.Invoices(invoices=[body, body]), summarize_errors=False, unitdp=4
    ).invoices
    first = sold[0]
    assert (first.total, first.amount_due, first.date) == (Decimal(115), Decimal(115), DAY)
    bank = model.Account(code="090")
    one = model.Payment(
        invoice=model.Invoice(invoice_id=first.invoice_id), account=bank, amount=15, date=DAY
    )
    paid = api.create_payments(tenant, model.Payments(payments=[one])).payments[0]
    assert api.get_invoice(tenant, first.invoice_id).invoices[0].amount_due == Decimal(100)
    api.delete_payment(tenant, paid.payment_id, model.PaymentDelete(status="DELETED"))
    assert api.get_payment(tenant, paid.payment_id).payments[0].status == "DELETED"
    note = model.CreditNote(
        type="ACCRECCREDIT",
        contact=model.Contact(contact_id=first.contact.contact_id),
        date=DAY,
        status="AUTHORISED",
        line_items=[line("10")],
    )
    credit = api.create_credit_notes(tenant, model.CreditNotes(credit_notes=[note])).credit_notes[0]
    allocation = model.Allocation(
        invoice=model.Invoice(invoice_id=first.invoice_id), amount=Decimal("11.50"), date=DAY
    )
    made = api.create_credit_note_allocation(
        tenant, credit.credit_note_id, model.Allocations(allocations=[allocation])
    ).allocations[0]
    api.delete_credit_note_allocations(tenant, credit.credit_note_id, made.allocation_id)
    void = model.Invoices(invoices=[model.Invoice(status="VOIDED")])
    assert api.update_invoice(tenant, first.invoice_id, void).invoices[0].status == "VOIDED"
    found = api.get_invoices(tenant, statuses=["AUTHORISED"], page=1, page_size=10)
    assert [one.invoice_id for one in found.invoices] == [sold[1].invoice_id]
    assert found.pagination.item_count == 1
    quote = model.Quote(contact=contact, date=DAY, line_items=[line("3")], title="Beans")
    offered = api.create_quotes(tenant, model.Quotes(quotes=[quote])).quotes[0]
    assert api.get_quote(tenant, offered.quote_id).quotes[0].total == Decimal("3.45")
    name, data = "note.txt", b"Hello \x00\xff"
    api.create_invoice_attachment_by_file_name(tenant, sold[1].invoice_id, name, data)
    assert api.get_invoice_attachments(tenant, sold[1].invoice_id).attachments[0].file_name == name
    records = model.HistoryRecords(history_records=[model.HistoryRecord(details="Hello")])
    api.create_invoice_history(tenant, sold[1].invoice_id, records)
    listed = api.get_invoice_history(tenant, sold[1].invoice_id).history_records
    assert [one.changes for one in listed] == ["Note", "Created"]
    api.email_invoice(tenant, sold[1].invoice_id, model.RequestEmpty())
    assert api.get_invoice(tenant, sold[1].invoice_id).invoices[0].sent_to_contact
    assert api.get_online_invoice(tenant, sold[1].invoice_id).online_invoices


def test_buying_by_the_sdk(xero: Running, nz: Company) -> None:
    """Bill, order, batch, prepayment, and the journals of all of them."""
    api, tenant = accounting(xero, sdk(xero, nz.tokens)), nz.tenant
    contact = model.Contact(name="Sam")
    bill = model.Invoice(
        type="ACCPAY",
        contact=contact,
        date=DAY,
        due_date=DUE,
        status="AUTHORISED",
        invoice_number="77",
        line_items=[line("40", "429")],
    )
    owed = api.create_invoices(tenant, model.Invoices(invoices=[bill])).invoices[0]
    order = model.PurchaseOrder(contact=contact, date=DAY, line_items=[line("5", "429")])
    api.create_purchase_orders(tenant, model.PurchaseOrders(purchase_orders=[order]))
    assert len(api.get_purchase_orders(tenant, date_from="2026-05-01").purchase_orders) == 1
    member = model.Payment(invoice=model.Invoice(invoice_id=owed.invoice_id), amount=46)
    batch = model.BatchPayment(
        account=model.Account(account_id=nz.banks[0]), date=DAY, payments=[member]
    )
    made = api.create_batch_payment(tenant, model.BatchPayments(batch_payments=[batch]))
    assert made.batch_payments[0].type == "PAYBATCH"
    id_ = made.batch_payments[0].batch_payment_id
    gone = model.BatchPaymentDelete(batch_payment_id=id_, status="DELETED")
    assert api.delete_batch_payment(tenant, gone).batch_payments[0].status == "DELETED"
    money = model.BankTransaction(
        type="SPEND-PREPAYMENT",
        contact=contact,
        bank_account=model.Account(code="090"),
        date=DAY,
        line_items=[line("20", "634", tax_type="NONE")],
    )
    spent = api.create_bank_transactions(
        tenant, model.BankTransactions(bank_transactions=[money])
    ).bank_transactions[0]
    part = model.Allocation(
        invoice=model.Invoice(invoice_id=owed.invoice_id), amount=Decimal(20), date=DAY
    )
    api.create_prepayment_allocations(
        tenant, spent.prepayment_id, model.Allocations(allocations=[part])
    )
    assert api.get_prepayment(tenant, spent.prepayment_id).prepayments[0].status == "PAID"
    assert api.get_invoice(tenant, owed.invoice_id).invoices[0].amount_due == Decimal(26)
    with pytest.raises(HTTPStatusException):
        api.get_journals(tenant)
    xero.control("act/register_app", {"tier": "Advanced"})
    found = api.get_journals(tenant).journals
    xero.control("act/register_app", {"tier": "Core"})
    assert [one.source_type for one in found][:3] == ["ACCPAY", "ACCPAYPAYMENT", "ACCPAYPAYMENT"]
    assert all(not sum(one.net_amount for one in each.journal_lines) for each in found)
    assert nz.book() == {"090": -20, "800": -26, "429": 40, "820": 6}


def test_banking_by_the_sdk(xero: Running, nz: Company) -> None:
    """A transfer and a manual journal."""
    api, tenant = accounting(xero, sdk(xero, nz.tokens)), nz.tenant
    transfer = model.BankTransfer(
        from_bank_account=model.Account(account_id=nz.banks[0]),
        to_bank_account=model.Account(account_id=nz.banks[1]),
        amount=Decimal(5),
        date=DAY,
    )
    api.create_bank_transfer(tenant, model.BankTransfers(bank_transfers=[transfer]))
    assert len(api.get_bank_transfers(tenant).bank_transfers) == 1
    lines = [
        model.ManualJournalLine(line_amount=Decimal(9), account_code="310"),
        model.ManualJournalLine(line_amount=Decimal(-9), account_code="631"),
    ]
    journal = model.ManualJournal(
        narration="Shipped", date=DAY, journal_lines=lines, status="POSTED"
    )
    api.create_manual_journals(tenant, model.ManualJournals(manual_journals=[journal]))
    assert api.get_manual_journals(tenant, page=1).manual_journals[0].narration == "Shipped"
    assert nz.book() == {"090": -5, "Business Savings Account": 5, "310": 9, "631": -9}
