"""Every read that xero-python has, of an organisation in which there is one of everything.

Its client holds each answer against the OpenAPI file, with unknown fields forbidden.
"""

import datetime as dt
import inspect
from typing import Any

from xero_python import accounting as model

from tests.sandbox.reference import REFERENCE
from tests.sandbox.running import Running
from tests.sandbox.xero.client import HELD, Company, accounting, company, line, sdk
from tests.sandbox.xero.test_seldom import template
from tests.sandbox.xero.test_sending import bodies

DAY = "2026-05-04"
# Reads that take more than an organisation and one id.
NOT_LISTED = ("attachment", "history", "pdf", "aged", "resource_url", "model_finder", "from_id")


def everything(one: Company) -> dict[str, str]:
    """One of each resource; ids by the name of the parameter that wants them."""
    for method, path, body in bodies(one).values():
        one.ok(method, path, body)
    ada = one.ok("GET", "/Contacts")[0]["ContactID"]
    contact = {"ContactID": ada}
    plain = {"Contact": contact, "Date": DAY, "LineItems": [line(9, "429")]}
    for kind in ("RECEIVE-PREPAYMENT", "RECEIVE-OVERPAYMENT"):
        money = {**plain, "Type": kind, "BankAccount": {"Code": "090"}}
        money["LineItems"] = [line(9, "806", TaxType="NONE")]
        one.ok("PUT", "/BankTransactions", {"BankTransactions": [money]})
    owed = one.invoice(ada, Type="ACCPAY", lines=[line(5, "429")])
    link = {"SourceTransactionID": owed["InvoiceID"]}
    link |= {"SourceLineItemID": owed["LineItems"][0]["LineItemID"]}
    one.ok("PUT", "/LinkedTransactions", link)
    one.ok("PUT", "/RepeatingInvoices", {"RepeatingInvoices": [template(ada)]})
    user = {"UserID": one.ok("GET", "/Users")[0]["UserID"]}
    receipts = one.ok("PUT", "/Receipts", {"Receipts": [{**plain, "User": user}] * 2})
    claim = {"User": user, "Receipts": [{"ReceiptID": receipts[0]["ReceiptID"]}]}
    one.ok("PUT", "/ExpenseClaims", {"ExpenseClaims": [claim]})
    service = {"PaymentServiceName": "Pay", "PaymentServiceUrl": "https://pay.example"}
    one.ok("PUT", "/PaymentServices", {"PaymentServices": [service]})
    one.act("set_budget", lines={"200": {"2026-05": 10}})
    ids = {"account_id": one.banks[0], "organisation_id": one.tenant, "tax_type": "OUTPUT2"}
    ids |= {"contact_id": ada, "bank_transaction_id": "", "journal_number": "1"}
    one.ok("POST", f"/Contacts/{ada}", {"Contacts": [{"ContactNumber": "C-1"}]})
    order = one.ok("GET", "/PurchaseOrders")[0]["PurchaseOrderNumber"]
    sold = next(each for each in one.ok("GET", "/Invoices") if each["Type"] == "ACCREC")
    found = {"contact_number": "C-1", "purchase_order_number": order}
    return ids | found | {"invoice_id": sold["InvoiceID"]}


def first_id(one: Company, parameter: str, ids: dict[str, str]) -> str:
    """The id of the first of a list; the list's name follows from the parameter's."""
    if not ids.get(parameter):
        name = "".join(part.capitalize() for part in parameter.removesuffix("_id").split("_"))
        plural = name.removesuffix("y") + "ies" if name.endswith("Category") else name + "s"
        ids[parameter] = one.ok("GET", f"/{plural}")[0][f"{name}ID"]
    return ids[parameter]


def needed(method: Any) -> list[str]:
    """Parameters without a default."""
    found = inspect.signature(method).parameters.values()
    return [
        each.name
        for each in found
        if each.default is inspect.Parameter.empty and each.kind is each.POSITIONAL_OR_KEYWORD
    ]


def test_everything_that_can_be_read(xero: Running) -> None:
    """Lists and single ones, by models that are strict about types and enumerations."""
    xero.control("clock", {"set": f"{DAY}T02:00:00Z", "stop": True})
    xero.control("act/register_app", {"tier": "Advanced"})
    one = company(xero)
    ids = everything(one)
    api = accounting(xero, sdk(xero, one.tokens))
    HELD.clear()
    read = []
    for name, method in inspect.getmembers(api, inspect.ismethod):
        if not name.startswith("get_") or any(word in name for word in NOT_LISTED):
            continue
        if "cis_settings" in name or name == "get_report_ten_ninety_nine":
            continue  # of other countries
        wanted = needed(method)
        given = [one.tenant, *(first_id(one, each, ids) for each in wanted[1:])]
        found = method(*given)
        assert found is not None, name
        read.append(name)
    for kind in ("receivables", "payables"):
        method = getattr(api, f"get_report_aged_{kind}_by_contact")
        assert method(one.tenant, ids["contact_id"]).reports
    xero.control("act/register_app", {"tier": "Core"})
    assert len(read) == 67, read
    resources = {resource for _method, resource in HELD}
    if REFERENCE.is_dir():  # the OpenAPI file that answers are held against
        assert len(resources) == 30, sorted(resources)


def test_reads_of_other_countries(xero: Running) -> None:
    us, gb = company(xero, "US"), company(xero, "GB")
    api = accounting(xero, sdk(xero, us.tokens))
    assert len(api.get_report_ten_ninety_nine(us.tenant, report_year="2025").reports) == 2
    api = accounting(xero, sdk(xero, gb.tokens))
    (found,) = api.get_organisation_cis_settings(gb.tenant, gb.tenant).cis_settings
    assert found.cis_contractor_enabled is False


def test_what_is_seldom_written(xero: Running, nz: Company) -> None:
    """Templates, links, receipts, claims, payment services and the set-up, by the SDK."""
    api, tenant = accounting(xero, sdk(xero, nz.tokens)), nz.tenant
    contact = model.Contact(contact_id=nz.contact())
    lines = [model.LineItem(description="Beans", quantity=1, unit_amount=40, account_code="429")]
    start = dt.date(2026, 5, 1)
    schedule = model.Schedule(
        period=1, unit="MONTHLY", due_date=9, due_date_type="OFCURRENTMONTH", start_date=start
    )
    rent = model.RepeatingInvoice(
        type="ACCPAY", contact=contact, schedule=schedule, line_items=lines, status="DRAFT"
    )
    made = api.create_repeating_invoices(
        tenant, model.RepeatingInvoices(repeating_invoices=[rent])
    ).repeating_invoices[0]
    assert made.schedule.next_scheduled_date == start
    gone = model.RepeatingInvoices(repeating_invoices=[model.RepeatingInvoice(status="DELETED")])
    api.update_repeating_invoice(tenant, made.repeating_invoice_id, gone)
    assert api.get_repeating_invoices(tenant).repeating_invoices == []
    bill = nz.invoice(contact.contact_id, Type="ACCPAY", lines=[line(9, "429")])
    link = model.LinkedTransaction(
        source_transaction_id=bill["InvoiceID"],
        source_line_item_id=bill["LineItems"][0]["LineItemID"],
    )
    linked = api.create_linked_transaction(tenant, link).linked_transactions[0]
    assert linked.status == "APPROVED"
    api.delete_linked_transaction(tenant, linked.linked_transaction_id)
    user = model.User(user_id=nz.ok("GET", "/Users")[0]["UserID"])
    receipt = model.Receipt(contact=contact, date=start, user=user, line_items=lines)
    kept = api.create_receipt(tenant, model.Receipts(receipts=[receipt])).receipts[0]
    claim = model.ExpenseClaim(
        user=user, receipts=[model.Receipt(receipt_id=kept.receipt_id)], status="SUBMITTED"
    )
    claimed = api.create_expense_claims(
        tenant, model.ExpenseClaims(expense_claims=[claim])
    ).expense_claims[0]
    assert claimed.total == 46
    pay = model.PaymentService(
        payment_service_name="Pay", payment_service_url="https://pay.example"
    )
    services = model.PaymentServices(payment_services=[pay])
    assert api.create_payment_service(tenant, services).payment_services[0].payment_service_id
    setup = model.Setup(
        conversion_date=model.ConversionDate(month=4, year=2026),
        conversion_balances=[
            model.ConversionBalances(account_code="090", balance=5),
            model.ConversionBalances(account_code="970", balance=-5),
        ],
        accounts=[],
    )
    assert api.post_setup(tenant, setup).import_summary.organisation.present is True
    assert nz.book() == {"800": -10.35, "429": 9, "820": 1.35, "090": 5, "970": -5}
