"""python-quickbooks and intuit-oauth, as they are installed, against the sandbox."""

from typing import Any

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks, exceptions
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.objects import (
    Account,
    Attachable,
    Bill,
    BillPayment,
    BillPaymentLine,
    CheckPayment,
    CompanyInfo,
    CreditMemo,
    Customer,
    Department,
    Deposit,
    DepositLine,
    DepositLineDetail,
    Employee,
    Estimate,
    Invoice,
    Item,
    JournalEntry,
    JournalEntryLine,
    JournalEntryLineDetail,
    Payment,
    PaymentLine,
    PaymentMethod,
    Preferences,
    Purchase,
    PurchaseOrder,
    Ref,
    RefundReceipt,
    SalesReceipt,
    TaxAgency,
    TaxCode,
    TaxRate,
    TaxRateDetails,
    TaxService,
    Term,
    TimeActivity,
    Transfer,
    Vendor,
    VendorCredit,
)
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    ItemBasedExpenseLine,
    ItemBasedExpenseLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.trackingclass import Class

from tests.sandbox.quickbooks.helping import CLIENT, REDIRECT, Books, allow, books
from tests.sandbox.quickbooks.schema import check_answer
from tests.sandbox.reference import REFERENCE
from tests.sandbox.running import Running


def auth_client(server: Running, **more: Any) -> AuthClient:
    return AuthClient(
        *CLIENT, REDIRECT, f"{server.url}/.well-known/openid_sandbox_configuration/", **more
    )


def signed_in(server: Running, realm: str) -> AuthClient:
    client = auth_client(server)
    back = allow(client.get_authorization_url([Scopes.ACCOUNTING], "state-1"), realm)
    assert back["state"] == "state-1"
    client.get_bearer_token(back["code"], realm_id=back["realmId"])
    return client


class Local(QuickBooks):  # type: ignore[misc]
    """The client with its base address changed, as its documentation of attributes allows."""


def client_of(made: Books) -> QuickBooks:
    client = auth_client(made.running, access_token=made.token, refresh_token="unused")
    Local.api_url_v3 = Local.sandbox_api_url_v3 = f"{made.running.url}/v3"
    found: QuickBooks = Local(
        auth_client=client, refresh_token="unused", company_id=made.realm, minorversion=75
    )
    found.session.hooks["response"].append(check_recorded)
    return found


def check_recorded(answer: requests.Response, **_more: Any) -> None:
    """Every answer that the client hears is held against the recorded schema."""
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    if REFERENCE.is_dir() and answer.status_code == 200 and is_json:
        HEARD.append(answer.url)
        check_answer(answer.json())


HEARD: list[str] = []


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """oauthlib's own switch: the sandbox is on loopback, without TLS."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def qb(us: Books) -> QuickBooks:
    return client_of(us)


def ref(value: str) -> Ref:
    made = Ref()
    made.value = value
    return made


def sale_line(made: Books, item: str = "Canvas Bag", amount: float = 100) -> SalesItemLine:
    line = SalesItemLine()
    line.Amount = amount
    line.Description = "A line"
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = ref(made.made["items"][item])
    return line


def cost_line(made: Books, amount: float = 60) -> AccountBasedExpenseLine:
    line = AccountBasedExpenseLine()
    line.Amount = amount
    line.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
    line.AccountBasedExpenseLineDetail.AccountRef = ref(made.made["accounts"]["Purchases"])
    return line


def goods_line(made: Books, amount: float = 50) -> ItemBasedExpenseLine:
    line = ItemBasedExpenseLine()
    line.Amount = amount
    line.ItemBasedExpenseLineDetail = ItemBasedExpenseLineDetail()
    line.ItemBasedExpenseLineDetail.ItemRef = ref(made.made["items"]["Canvas Bag"])
    line.ItemBasedExpenseLineDetail.Qty = 4
    line.ItemBasedExpenseLineDetail.UnitPrice = 12.5
    return line


def test_sign_in_refresh_and_revoke(server: Running, us: Books) -> None:
    """The code flow by its page; rotation after a day; nothing is good after revoking."""
    client = signed_in(server, us.realm)
    assert (client.expires_in, client.x_refresh_token_expires_in) == (3600, 8_726_400)
    assert client.realm_id == us.realm
    first = client.refresh_token
    client.refresh()
    assert client.refresh_token == first
    server.control("clock", {"advance": 86_401})
    client.refresh()
    assert client.refresh_token != first
    with pytest.raises(AuthClientError) as refused:
        client.refresh(refresh_token=first)
    assert (refused.value.status_code, b"invalid_grant" in refused.value.content) == (400, True)
    assert client.revoke() is True
    with pytest.raises(AuthClientError):
        client.refresh()


def test_a_person_says_no(server: Running, us: Books) -> None:
    """The app hears access_denied, with its state."""
    url = auth_client(server).get_authorization_url([Scopes.ACCOUNTING], "state-2")
    assert allow(url, us.realm, "deny") == {"error": "access_denied", "state": "state-2"}


def test_a_code_is_good_once_and_a_secret_has_to_be_right(server: Running, us: Books) -> None:
    """invalid_grant and invalid_client, as the client reports them."""
    client = auth_client(server)
    back = allow(client.get_authorization_url([Scopes.ACCOUNTING], "s"), us.realm)
    client.get_bearer_token(back["code"], realm_id=us.realm)
    with pytest.raises(AuthClientError, match="400"):
        client.get_bearer_token(back["code"], realm_id=us.realm)
    wrong = AuthClient(CLIENT[0], "wrong", REDIRECT, client.environment)
    with pytest.raises(AuthClientError, match="401"):
        wrong.refresh(refresh_token=client.refresh_token)


def test_lists(us: Books, qb: QuickBooks) -> None:
    """Each is made, read, changed, found by query and counted."""
    customer = Customer()
    customer.DisplayName = "Beacon Books"
    customer.save(qb=qb)
    customer = Customer.get(customer.Id, qb=qb)
    customer.CompanyName = "Beacon Ltd"
    assert customer.save(qb=qb).CompanyName == "Beacon Ltd"
    assert [one.Id for one in Customer.filter(DisplayName="Beacon Books", qb=qb)] == [customer.Id]
    assert Customer.count(qb=qb) == 3
    vendor = Vendor()
    vendor.DisplayName = "Beacon Books"
    with pytest.raises(exceptions.QuickbooksException) as clash:
        vendor.save(qb=qb)
    assert clash.value.error_code == 6240
    vendor.DisplayName = "Beacon Books (V)"
    vendor.save(qb=qb)
    assert Vendor.get(vendor.Id, qb=qb).DisplayName == "Beacon Books (V)"
    account = Account()
    account.Name = "Gift Cards"
    account.AccountType = "Credit Card"
    account.AccountSubType = "CreditCard"
    account.save(qb=qb)
    assert Account.get(account.Id, qb=qb).Classification == "Liability"
    item = Item()
    item.Name, item.Type, item.Sku = "Lantern", "Service", "LAN-1"
    item.IncomeAccountRef = ref(us.made["accounts"]["Sales of Product Income"])
    item.save(qb=qb)
    assert Item.filter(Name="Lantern", qb=qb)[0].Id == item.Id
    assert {one.Name: one.Sku for one in Item.all(qb=qb) if one.Sku}["Lantern"] == "LAN-1"
    for kind, name in ((Class, "Shop"), (Department, "North"), (PaymentMethod, "Voucher")):
        made = kind()
        made.Name = name
        made.save(qb=qb)
        found = kind.get(made.Id, qb=qb)
        found.Name = f"{name} 2"
        assert found.save(qb=qb).Name == f"{name} 2"
    term = Term()
    term.Name, term.DueDays = "Net 45", 45
    term.save(qb=qb)
    assert Term.get(term.Id, qb=qb).DueDays == 45
    employee = Employee()
    employee.GivenName, employee.FamilyName = "Ada", "Quay"
    employee.save(qb=qb)
    assert Employee.get(employee.Id, qb=qb).DisplayName == "Ada Quay"
    assert CompanyInfo.get(us.realm, qb=qb).Country == "US"
    assert Preferences.get(qb=qb).TaxPrefs.UsingSalesTax is True


def test_tax_service(us: Books, qb: QuickBooks) -> None:
    """A code with a new rate, which the code lists show; agencies are made apart."""
    agency = TaxAgency()
    agency.DisplayName = "Harbour Board"
    agency.save(qb=qb)
    detail = TaxRateDetails()
    detail.TaxRateName, detail.RateValue, detail.TaxAgencyId = "Quay", 3, agency.Id
    service = TaxService()
    service.TaxCode = "QUAY3"
    service.TaxRateDetails = [detail]
    made = service.save(qb=qb)
    assert (made.TaxCode, made.TaxRateDetails[0].TaxRateName) == ("QUAY3", "Quay")
    code = TaxCode.get(made.TaxCodeId, qb=qb)
    rate = code.SalesTaxRateList.TaxRateDetail[0].TaxRateRef.value
    assert float(TaxRate.get(rate, qb=qb).RateValue) == 3
    service.TaxCodeId = None
    with pytest.raises(exceptions.QuickbooksException) as clash:
        service.save(qb=qb)
    assert clash.value.error_code == 6240
    again = TaxRateDetails()
    again.TaxRateId = rate
    service.TaxCode, service.TaxRateDetails = "QUAY3B", [again]
    assert float(service.save(qb=qb).TaxRateDetails[0].RateValue) == 3


def test_invoices(us: Books, qb: QuickBooks) -> None:
    """Made, changed whole and sparsely, paid, voided, deleted, sent, printed."""
    invoice = Invoice()
    invoice.CustomerRef = ref(us.made["customers"]["Lighthouse Cafe"])
    invoice.DocNumber = "INV-1"
    invoice.Line.append(sale_line(us))
    invoice.save(qb=qb, request_id="first")
    again = qb.create_object("Invoice", "{}", request_id="first")
    assert again["Invoice"]["Id"] == invoice.Id
    invoice = Invoice.get(invoice.Id, qb=qb)
    assert (invoice.TotalAmt, invoice.Balance, invoice.SyncToken) == (100, 100, "0")
    invoice.PrivateNote = "Changed"
    invoice.Line[0].Amount = 120
    invoice = invoice.save(qb=qb)
    assert (invoice.TotalAmt, invoice.SyncToken) == (120, "1")
    stale = Invoice.get(invoice.Id, qb=qb)
    stale.SyncToken = "0"
    with pytest.raises(exceptions.QuickbooksException) as refused:
        stale.save(qb=qb)
    assert refused.value.error_code == 5010
    line = PaymentLine()
    line.Amount = 50
    line.LinkedTxn.append(invoice.to_linked_txn())
    payment = Payment()
    payment.CustomerRef = invoice.CustomerRef
    payment.TotalAmt = 50
    payment.Line.append(line)
    payment.save(qb=qb)
    assert Invoice.get(invoice.Id, qb=qb).Balance == 70
    Payment.get(payment.Id, qb=qb).void(qb=qb)
    invoice = Invoice.get(invoice.Id, qb=qb)
    assert (invoice.Balance, invoice.SyncToken) == (120, "3")
    assert invoice.send(qb=qb, send_to="a@example.com")["Invoice"]["EmailStatus"] == "EmailSent"
    assert invoice.download_pdf(qb=qb).startswith(b"%PDF")
    invoice = Invoice.get(invoice.Id, qb=qb)
    voided = invoice.void(qb=qb)["Invoice"]
    assert (voided["TotalAmt"], voided["Balance"], voided["PrivateNote"]) == (
        0,
        0,
        "Voided - Changed",
    )
    invoice = Invoice.get(invoice.Id, qb=qb)
    assert invoice.delete(qb=qb)["Invoice"]["status"] == "Deleted"
    with pytest.raises(exceptions.ObjectNotFoundException):
        Invoice.get(invoice.Id, qb=qb)
    assert us.book() == {}
    if REFERENCE.is_dir():
        assert [one for one in HEARD if f"{us.realm}/invoice/{invoice.Id}" in one]


def test_other_sales(us: Books, qb: QuickBooks) -> None:
    """Credit memo, receipts, refunds, estimates: made, read, changed, deleted."""
    for kind in (CreditMemo, SalesReceipt, RefundReceipt, Estimate):
        made = kind()
        made.CustomerRef = ref(us.made["customers"]["Lighthouse Cafe"])
        made.Line.append(sale_line(us))
        if kind is RefundReceipt:
            made.DepositToAccountRef = ref(us.made["accounts"]["Checking"])
        made.save(qb=qb)
        found = kind.get(made.Id, qb=qb)
        assert found.TotalAmt == 100
        found.PrivateNote = "Changed"
        found = found.save(qb=qb)
        assert (found.PrivateNote, kind.count(qb=qb)) == ("Changed", 1)
        found.delete(qb=qb)
        assert kind.count(qb=qb) == 0
    receipt = SalesReceipt()
    receipt.CustomerRef = ref(us.made["customers"]["Lighthouse Cafe"])
    receipt.Line.append(sale_line(us))
    receipt.save(qb=qb)
    SalesReceipt.get(receipt.Id, qb=qb).void(qb=qb)
    assert us.book() == {}


def test_purchases(us: Books, qb: QuickBooks) -> None:
    """Orders, bills, their payments, vendor credits and purchases."""
    accounts = us.made["accounts"]
    order = PurchaseOrder()
    order.VendorRef = ref(us.made["vendors"]["Tin Works"])
    order.APAccountRef = ref(accounts["Accounts Payable (A/P)"])
    order.Line.append(goods_line(us))
    order.save(qb=qb)
    assert PurchaseOrder.get(order.Id, qb=qb).POStatus == "Open"
    bill = Bill()
    bill.VendorRef = order.VendorRef
    bill.Line.append(cost_line(us))
    bill.save(qb=qb)
    payment = BillPayment()
    payment.VendorRef, payment.PayType, payment.TotalAmt = bill.VendorRef, "Check", 60
    payment.CheckPayment = CheckPayment()
    payment.CheckPayment.BankAccountRef = ref(accounts["Checking"])
    line = BillPaymentLine()
    line.Amount = 60
    line.LinkedTxn.append(bill.to_linked_txn())
    payment.Line.append(line)
    payment.save(qb=qb)
    paid = Bill.get(bill.Id, qb=qb)
    assert (paid.Balance, paid.LinkedTxn[0].TxnType) == (0, "BillPaymentCheck")
    BillPayment.get(payment.Id, qb=qb).void(qb=qb)
    assert Bill.get(bill.Id, qb=qb).Balance == 60
    Bill.get(bill.Id, qb=qb).delete(qb=qb)
    credit = VendorCredit()
    credit.VendorRef = order.VendorRef
    credit.Line.append(cost_line(us, 10))
    credit.save(qb=qb)
    assert VendorCredit.get(credit.Id, qb=qb).TotalAmt == 10
    VendorCredit.get(credit.Id, qb=qb).delete(qb=qb)
    purchase = Purchase()
    purchase.AccountRef, purchase.PaymentType = ref(accounts["Checking"]), "Cash"
    purchase.Line.append(cost_line(us, 10))
    purchase.save(qb=qb)
    assert us.book() == {"Checking": -10, "Purchases": 10}
    Purchase.get(purchase.Id, qb=qb).delete(qb=qb)
    PurchaseOrder.get(order.Id, qb=qb).delete(qb=qb)


def test_journals_transfers_deposits(us: Books, qb: QuickBooks) -> None:
    """Money that moves without a party."""
    accounts = us.made["accounts"]
    journal = JournalEntry()
    for side, account in (("Debit", "Cost of Goods Sold"), ("Credit", "Inventory Asset")):
        line = JournalEntryLine()
        line.Amount = 40
        line.JournalEntryLineDetail = JournalEntryLineDetail()
        line.JournalEntryLineDetail.PostingType = side
        line.JournalEntryLineDetail.AccountRef = ref(accounts[account])
        journal.Line.append(line)
    journal.save(qb=qb)
    transfer = Transfer()
    transfer.FromAccountRef, transfer.ToAccountRef = (
        ref(accounts["Checking"]),
        ref(accounts["Savings"]),
    )
    transfer.Amount = 15
    transfer.save(qb=qb)
    deposit = Deposit()
    deposit.DepositToAccountRef = ref(accounts["Checking"])
    made = DepositLine()
    made.Amount = 20
    made.DepositLineDetail = DepositLineDetail()
    made.DepositLineDetail.AccountRef = ref(accounts["Interest Earned"])
    deposit.Line.append(made)
    deposit.save(qb=qb)
    assert us.book() == {
        "Cost of Goods Sold": 40,
        "Inventory Asset": -40,
        "Checking": 5,
        "Savings": 15,
        "Interest Earned": -20,
    }
    for one in (journal, transfer, deposit):
        found = type(one).get(one.Id, qb=qb)
        found.PrivateNote = "Changed"
        found.save(qb=qb)
        type(one).get(one.Id, qb=qb).delete(qb=qb)
    assert us.book() == {}


def test_plain_records(us: Books, qb: QuickBooks) -> None:
    """Notes, files and time are kept as they are sent."""
    note = Attachable()
    note.Note = "Call them"
    note.save(qb=qb)
    assert Attachable.get(note.Id, qb=qb).Note == "Call them"
    file = Attachable()
    file.FileName, file.ContentType, file._FileBytes = "a.txt", "text/plain", b"hello"
    file.save(qb=qb)
    assert Attachable.get(file.Id, qb=qb).FileName == "a.txt"
    time = TimeActivity()
    time.NameOf, time.VendorRef = "Vendor", ref(us.made["vendors"]["Tin Works"])
    time.Hours = 2
    time.save(qb=qb)
    assert TimeActivity.get(time.Id, qb=qb).Hours == 2


def test_currencies(server: Running) -> None:
    """A company with euros: its currencies and rates."""
    made = books(server, currencies=["EUR"])
    qb = client_of(made)
    assert [one.Code for one in CompanyCurrency.all(qb=qb)] == ["EUR"]
    rate = ExchangeRate()
    rate.SourceCurrencyCode, rate.Rate, rate.AsOfDate = "EUR", 1.25, "2026-01-31"
    rate.save(qb=qb)
    found = ExchangeRate.where("SourceCurrencyCode = 'EUR' AND AsOfDate = '2026-01-31'", qb=qb)
    assert [one.Rate for one in found] == [1.25]


def test_batches(us: Books, qb: QuickBooks) -> None:
    """Several at once; one that is refused does not stop the others."""
    customers = []
    for name in ("One", "Two", "Lighthouse Cafe"):
        customer = Customer()
        customer.DisplayName = name
        customers.append(customer)
    done = batch_create(customers, qb=qb)
    assert (len(done.successes), [one.Error[0].code for one in done.faults]) == (2, ["6240"])
    found = Customer.where("DisplayName IN ('One', 'Two')", qb=qb)
    for one in found:
        one.CompanyName = "Company"
    assert len(batch_update(found, qb=qb).successes) == 2
    invoices = [us.invoice(DocNumber=str(number)) for number in range(35)]
    asked = Invoice.where("DocNumber > ''", max_results=100, qb=qb)
    assert len(asked) == len(invoices)
    assert len(batch_delete(asked, qb=qb).successes) == 35


def test_changes_and_reports(us: Books, qb: QuickBooks) -> None:
    """What changed since, with what was deleted; and a report."""
    us.invoice(DocNumber="A")
    gone = Invoice.get(us.invoice(DocNumber="B")["Id"], qb=qb)
    gone.delete(qb=qb)
    since = qb.query("SELECT * FROM Invoice")["time"]
    us.invoice(DocNumber="C")
    changed = change_data_capture([Invoice, Customer], since[:10], qb=qb)
    assert len(changed.Invoice) == 3
    assert {getattr(one, "status", "") for one in changed.Invoice} == {"", "Deleted"}
    report = qb.get_report("TrialBalance", {"end_date": "2099-12-31"})
    assert report["Header"]["ReportName"] == "TrialBalance"
    total = report["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert total[1]["value"] == total[2]["value"] == "200.00"
