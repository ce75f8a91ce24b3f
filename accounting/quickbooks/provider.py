"""QuickBooks Online, as the engine's provider."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from accounting.domain.answers import Company, Listed, There, Tokens, Verdict
from accounting.domain.incoming import Incoming
from accounting.domain.matching import Ours
from accounting.domain.outgoing import Document
from accounting.domain.sheets import Sheet
from accounting.domain.states import Kind
from accounting.engine.limiter import Limits
from accounting.engine.provider import (
    Finding,
    Listener,
    Provider,
    Rendered,
    Resolver,
    Session,
    TokenSource,
)
from accounting.quickbooks import checks, drafts, oauth
from accounting.quickbooks.addresses import addresses
from accounting.quickbooks.mappers import MAPPERS
from accounting.quickbooks.mappers.emptying import keys_emptied
from accounting.quickbooks.mappers.wording import NUMBER
from accounting.quickbooks.objects import LISTS, listed, there
from accounting.quickbooks.reading import read_incoming
from accounting.quickbooks.session import BATCH, QuickBooksSession
from accounting.quickbooks.settings_there import check_period, closed_until, obstacle, tracks
from accounting.quickbooks.sheets import sheet_of

PAGES = {
    "Invoice": "invoice?txnId=",
    "CreditMemo": "creditmemo?txnId=",
    "RefundReceipt": "refundreceipt?txnId=",
    "Bill": "bill?txnId=",
    "VendorCredit": "vendorcredit?txnId=",
    "Payment": "recvpayment?txnId=",
    "BillPayment": "billpayment?txnId=",
    "JournalEntry": "journal?txnId=",
    "Transfer": "transfer?txnId=",
    "Estimate": "estimate?txnId=",
    "PurchaseOrder": "purchaseorder?txnId=",
    "Customer": "customerdetail?nameId=",
    "Vendor": "vendordetail?nameId=",
}

ENTITIES: Mapping[Kind, str] = {
    Kind.CUSTOMER: "Customer",
    Kind.SUPPLIER: "Vendor",
    Kind.PRODUCT: "Item",
    Kind.ACCOUNT_ITEM: "Item",
    Kind.PURCHASE_ORDER: "PurchaseOrder",
    Kind.QUOTE: "Estimate",
    Kind.BILL: "Bill",
    Kind.INVOICE: "Invoice",
    Kind.SUPPLIER_CREDIT: "VendorCredit",
    Kind.CREDIT_NOTE: "CreditMemo",
    Kind.REFUND: "RefundReceipt",
    Kind.JOURNAL: "JournalEntry",
    Kind.COGS: "JournalEntry",
    Kind.TRANSFER: "Transfer",
    Kind.CREDIT_ENTRY: "JournalEntry",
    Kind.ALLOCATION_ENTRY: "JournalEntry",
    Kind.PAYMENT: "Payment",
    Kind.BILL_PAYMENT: "BillPayment",
    Kind.ALLOCATION: "Payment",
    Kind.BILL_ALLOCATION: "BillPayment",
}


class QuickBooks(Provider):
    """QuickBooks Online: 500 calls a minute and 40 batches a minute per company."""

    name = "quickbooks"
    title = "QuickBooks Online"
    batch = BATCH
    longest_number = NUMBER
    feeds: Mapping[str, str] = {
        "Account": "list",
        "Term": "list",
        "Class": "list",
        "Department": "list",
        "Customer": "customer",
        "Vendor": "supplier",
        "Item": "product",
        "Invoice": "invoice",
        "Bill": "bill",
        "CreditMemo": "credit",
        "VendorCredit": "credit",
        "RefundReceipt": "credit",
        "Payment": "payment",
        "BillPayment": "bill_payment",
        "JournalEntry": "journal",
        "Transfer": "journal",
        "Estimate": "quote",
        "PurchaseOrder": "purchase_order",
    }
    entities: Mapping[Kind, str] = ENTITIES
    # 40 batches are allowed in any minute. One every 1.54 s, the second 0.77 s early at most: the
    # 41st comes 60.8 s after the first, which leaves what the network delays 0.8 s.
    limits = Limits({"request": 480, "batch": 39})
    # Intuit ends a request after 120 seconds.
    settles_after = 130.0

    def consent_url(self, state: str, redirect: str) -> str:
        return oauth.consent_url(state, redirect)

    def realm_of(self, answered: Mapping[str, str]) -> str:
        realm = answered.get("realmId", "")
        return realm if realm.isascii() and realm.isdigit() and len(realm) <= 30 else ""

    def inspect(self, company: Company) -> Sequence[Finding]:
        return checks.findings(company)

    def draft(self, kind: str, ours: Ours, company: Company) -> Mapping[str, Any]:
        return drafts.draft(kind, ours, company)

    def retirement(self, item: There) -> Mapping[str, Any]:
        return drafts.retirement(item)

    def exchange_code(self, code: str, redirect: str) -> Tokens:
        return oauth.exchange_code(code, redirect)

    def refresh(self, refresh_token: str) -> Tokens:
        return oauth.refresh(refresh_token)

    def revoke(self, refresh_token: str) -> None:
        oauth.revoke(refresh_token)

    def open(
        self, realm: str, tokens: TokenSource, heard: Listener, wait: Callable[[str], None]
    ) -> Session:
        return QuickBooksSession(realm, tokens, heard, wait)

    def render(self, document: Document, resolver: Resolver) -> Rendered:
        return MAPPERS[document.kind](document, resolver)

    def emptied(
        self, fields: frozenset[str], rendered: Rendered, resolver: Resolver
    ) -> tuple[str, ...]:
        return keys_emptied(fields, rendered, resolver)

    def closed_until(self, preferences: Mapping[str, Any]) -> date | None:
        return closed_until(preferences)

    def obstacle(self, preferences: Mapping[str, Any]) -> Verdict | None:
        return obstacle(preferences)

    def check(self, document: Document, resolver: Resolver) -> None:
        check_period(document, resolver)

    def read_incoming(self, entity: str, body: Mapping[str, Any]) -> Incoming | None:
        return read_incoming(entity, body)

    def sheet(self, entity: str, body: Mapping[str, Any]) -> Sheet | None:
        return sheet_of(entity, body)

    def read_there(self, entity: str, body: Mapping[str, Any]) -> There:
        return there(entity, body)

    def read_listed(self, entity: str, body: Mapping[str, Any]) -> Listed | None:
        kind = next((ours for ours, theirs in LISTS.items() if theirs == entity), None)
        return listed(kind, body) if kind is not None else None

    def auto_apply(self, preferences: Mapping[str, Any]) -> Finding | None:
        return checks.auto_apply(preferences.get("prefs") or {})

    def tracks(self, preferences: Mapping[str, Any]) -> tuple[bool, bool]:
        return tracks(preferences)

    def party_of(self, there: There) -> str:
        for name in ("CustomerRef", "VendorRef"):
            found = there.body.get(name)
            if isinstance(found, Mapping) and found.get("value"):
                return str(found["value"])
        return ""

    def link(self, realm: str, entity: str, remote_id: str) -> str:
        page = PAGES.get(entity)
        return f"{addresses().pages}/app/{page}{remote_id}" if page and remote_id else ""


QUICKBOOKS = QuickBooks()
