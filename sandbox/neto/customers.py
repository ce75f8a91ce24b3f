"""Customers: here addresses are nested, unlike on orders."""

from decimal import Decimal
from typing import Any

from sandbox.common.ledger import UNITS
from sandbox.common.store import Record
from sandbox.neto.batch import each
from sandbox.neto.customer_logs import logs_of
from sandbox.neto.envelope import Reply
from sandbox.neto.orders import ADDRESS
from sandbox.neto.query import Where, given, selectors, simple, window
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, decimal, fixed, flag, missing, stamp, text

Body = dict[str, Any]
WORDS = (
    *("EmailAddress", "SecondaryEmailAddress", "Type", "UserGroup", "ABN", "WebsiteURL"),
    *("InternalNotes", "SalesChannel", "AccountManager", "Classification1", "Classification2"),
    *("DefaultInvoiceTerms", "ParentUsername", "Gender", "DateOfBirth", "DefaultOrderType"),
    *("IdentificationType", "IdentificationDetails", "ApprovalUsername", "ReferralUsername"),
    *("ReferralCommission", "DefaultDiscounts", "DefaultDocumentTemplate"),
    *(f"UserCustom{number}" for number in range(1, 51)),
)
ZERO = Decimal(0)
# The receivable of all that belongs to the customer's orders.
OWED = """
WITH theirs AS (
    SELECT company, id FROM lookup WHERE company = ? AND name = 'order.user' AND value = ?
), sources AS (
    SELECT company, 'order' AS kind, id FROM theirs
    UNION ALL
    SELECT found.company, found.kind, found.id FROM theirs JOIN lookup AS found
    ON found.company = theirs.company AND found.name IN ('payment.order', 'rma.order')
    AND found.value = theirs.id
)
SELECT coalesce(sum(posting.amount), 0) FROM sources JOIN posting
ON posting.company = sources.company AND posting.source_kind = sources.kind
AND posting.source_id = sources.id AND posting.account = 'receivable'
"""
FLAGS = {"Active": True, "OnCreditHold": False, "NewsletterSubscriber": False}


def get_customer(shop: Shop, body: Body, reply: Reply) -> None:
    """GetCustomer. Raises Problem."""
    filters = body.get("Filter") or {}
    if not isinstance(filters, dict):
        raise Problem("Invalid Request", "Filter is not an object")
    where = Where(shop, "customer")
    names = [one.lower() for one in given(filters, "Username")]
    if names:
        where.ids(names)
    emails = [one.lower() for one in given(filters, "Email", "EmailAddress")]
    if emails:
        where.key("customer.email", emails)
    for name, field in (
        ("ID", "ID"),
        ("Type", "Type"),
        ("UserGroup", "UserGroup"),
        ("Company", "BillingAddress.BillCompany"),
        ("BillState", "BillingAddress.BillState"),
    ):
        if given(filters, name):
            where.field(field, given(filters, name))
    for name in FLAGS:
        if given(filters, name):
            where.sql(f"json_extract(body, '$.{name}') = ?", flag(given(filters, name)[0]))
    where.updated(*window(filters, "DateUpdated"))
    since, until = window(filters, "DateAdded")
    if since:
        where.sql("created >= ?", since.timestamp())
    if until:
        where.sql("created < ?", until.timestamp() + 1)
    order = "CAST(json_extract(body, '$.ID') AS INTEGER)"
    wanted = selectors(filters)

    def asked(shop: Shop, record: Record) -> dict[str, Any]:
        return view(shop, record, wanted)

    always = ("Username", "CustomerLogs")  # these are there when CustomerLog is selected
    reply.content["Customer"] = simple(shop, where, filters, asked, always, order=order)


def balance(shop: Shop, username: str) -> Decimal:
    """What a customer owes, from the book: orders less payments and returns."""
    row = shop.store.connection.execute(OWED, (shop.name, username.lower())).fetchone()
    return Decimal(row[0]) / UNITS


def view(shop: Shop, record: Record, wanted: set[str]) -> dict[str, Any]:
    """Everything of a customer but the password; what takes other records when it is wanted."""
    customer = record.body
    added, changed = stamp(record.created), stamp(record.updated)
    more: dict[str, Any] = {}
    if wanted & {"AccountBalance", "AvailableCredit"}:
        owed = balance(shop, customer["Username"])
        left = Decimal(customer["CreditLimit"]) - owed
        more = {"AccountBalance": fixed(owed, 2), "AvailableCredit": fixed(max(left, ZERO), 2)}
    if "CustomerLog" in wanted:
        more["CustomerLogs"] = {"CustomerLog": logs_of(shop, customer["Username"])}
    return {
        **{name: text(customer.get(name)) for name in ("Username", "ID", *WORDS)},
        **{name: text(customer[name]) for name in FLAGS},
        "CreditLimit": fixed(customer["CreditLimit"], 2),
        "BillingAddress": {name: one for name, one in customer["BillingAddress"].items() if one},
        "ShippingAddress": {name: one for name, one in customer["ShippingAddress"].items() if one},
        "DateAdded": added,
        "DateAddedUTC": added,
        "DateAddedLocal": shop.local(added),
        "DateUpdated": changed,
        "DateUpdatedUTC": changed,
        "DateUpdatedLocal": shop.local(changed),
        "RegistrationDate": added,
        **_book(customer),
        **more,
    }


def _book(customer: dict[str, Any]) -> dict[str, Any]:
    """The address book: the one shipping address, which is the default."""
    address = {name: one for name, one in customer["ShippingAddress"].items() if one}
    entry = {"Id": customer["ID"], "Title": "Default", "Default": "True", **address}
    return {
        "DefaultShippingAddress": customer["ID"] if address else "",
        "ShippingAddressBook": {"ShippingAddress": [entry] if address else []},
    }


def add_customer(shop: Shop, body: Body, reply: Reply) -> None:
    """AddCustomer. Raises Problem."""

    def write(sent: Body) -> dict[str, Any]:
        username = text(sent.get("Username"), "Username", 50).strip()
        username = username or f"customer{shop.next('username', 1001)}"
        if shop.record("customer", username.lower()) is not None:
            raise Problem("Invalid Request", f"Customer {username} exists already")
        customer = {
            **dict.fromkeys(WORDS, ""),
            **FLAGS,
            "Type": "Customer",
            "UserGroup": "1",
            "CreditLimit": Decimal(0),
            "Username": username,
            "ID": str(shop.next("customer", 201)),
            "BillingAddress": {f"Bill{part}": "" for part in ADDRESS},
            "ShippingAddress": {f"Ship{part}": "" for part in ADDRESS},
        }
        _change(shop, customer, sent)
        return {"Username": username}

    each(shop, body, "Customer", reply, write)


def update_customer(shop: Shop, body: Body, reply: Reply) -> None:
    """UpdateCustomer. Raises Problem."""

    def write(sent: Body) -> dict[str, Any]:
        username = text(sent.get("Username"), "Username", 50).strip()
        customer = shop.get("customer", username.lower())
        if customer is None:
            raise missing("Customer", username)
        _change(shop, customer, sent)
        return {"Username": customer["Username"]}

    each(shop, body, "Customer", reply, write)


def _change(shop: Shop, customer: dict[str, Any], sent: Body) -> None:
    customer |= {name: text(sent[name], name, 1000) for name in WORDS if name in sent}
    customer |= {name: flag(sent[name]) for name in FLAGS if name in sent}
    if "CreditLimit" in sent:
        customer["CreditLimit"] = decimal(sent["CreditLimit"], "CreditLimit")
    for group in ("BillingAddress", "ShippingAddress"):
        side = group[:4]
        address = sent.get(group) or {}
        if not isinstance(address, dict):
            raise Problem("Invalid Request", f"{group} is not an object")
        for part in ADDRESS:
            name = f"{side}{part}"
            if name in address:
                customer[group][name] = text(address[name], name, 200)
    keys = [("customer.email", customer["EmailAddress"].lower())]
    shop.put("customer", customer["Username"].lower(), customer, keys)
