"""A company with one of everything, every text of it marked, and the sum of all its rows."""

import hashlib
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from psycopg import sql

from accounting.domain.states import ConnectionState, RunKind, RunState, SyncState
from accounting.domain.states import Kind as SyncKind
from accounting.engine.provider import Heard
from accounting.engine.work import write_exchanges
from accounting.models import Connection as BooksConnection
from accounting.models import Exchange, RemoteChange, SyncDocument, SyncRun
from hub.ids import new_id
from inventory.models import PartnerSku, Product
from inventory.services.adjustments import (
    authorise_adjustment,
    begin_stocktake,
    draft_adjustment,
)
from inventory.services.locations import save_location
from inventory.services.mapping import map_code
from inventory.services.minimums import set_minimums
from inventory.services.prices import SupplierPriceInput, add_supplier_price, set_tier_prices
from inventory.services.stock_tasks import TaskHeader, TaskLine
from inventory.services.transfers import draft_transfer
from ledger.domain.accounts import AccountRole, AccountType
from ledger.models import Account, PaymentTerm, TaxRule
from ledger.services.books import save_account
from ledger.services.journals import ManualLine, post_manual
from ledger.services.rates import save_rate
from ledger.services.reference_lists import save_price_tier
from network.models import Connection, Envelope
from orders.models import (
    Bill,
    CreditSide,
    Invoice,
    PurchaseOrder,
    SalesOrder,
    SalesOrderLine,
    Settlement,
)
from orders.services.credit_notes import create_credit_note
from orders.services.demand import BuyInput, buy_for_sale
from orders.services.invoices import authorise_invoice, invoice_sales_order
from orders.services.lines import LineInput
from orders.services.paying import Moved, pay_document
from orders.services.pre_sales import approve_pre_sale
from orders.services.purchases import authorise_purchase_order, create_purchase_order
from orders.services.quotes import create_quote
from orders.services.receiving import (
    ReceiptHeader,
    ReceiptInput,
    authorise_receipt,
    draft_blind_receipt,
)
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.sending import Sending, send_document
from orders.services.shipping import ShipmentHeader, ShipmentInput, draft_shipment
from tenants.models import (
    ApiKey,
    Job,
    MailingList,
    Membership,
    Notification,
    Role,
    UserInvitation,
)
from tenants.selectors import membership_in_force
from tenants.services.files import set_logo
from tenants.services.imports import begin_import
from tenants.services.list_exports import Owner, begin_export
from tenants.services.people import invite_user
from tenants.services.saved_views import ViewValues, save_view
from tests.cast import Company, Pair, connect, make_company


@dataclass
class World:
    """`company` owns one of each of `things`; `canary` is in every text that it wrote."""

    company: Company
    pair: Pair
    canary: str
    things: dict[str, UUID]


def make_world(name: str) -> World:
    """Trade both ways: the company buys from one partner and sells to another."""
    canary = f"Canary{new_id().hex[-10:]}"
    company = make_company(f"{name} {canary}")
    seller, customer = make_company("Seller"), make_company("Customer")
    bought, sold = connect(company, seller), connect(customer, company)
    product = company.product(
        f"{canary}-1", f"Beans {canary}", description=canary, purchase_price=Decimal("7.770077")
    )
    for other in (seller, customer):
        other.product(f"{canary}-1", f"Beans {canary}")
    things = {"product": product.id, "contact": bought.supplier_contact.id, "tenant": company.id}
    things["purchase"] = _ordered(bought, canary)
    incoming = _ordered(sold, canary)
    with company.inside():
        things["sale"] = SalesOrder.objects.get(partner_key=incoming).id
    _kept(company, canary, things)
    things["bill"] = _billed(bought, things["purchase"])
    things["invoice"] = _invoiced(sold, incoming)
    _collect(company, bought, canary, things)
    return World(company, bought, canary, things)


def _kept(company: Company, canary: str, things: dict[str, UUID]) -> None:
    """A view that everybody sees, and a long export that is ready."""
    with company.inside():
        query = ViewValues(f"View {canary}", f"q={canary}", shared=True)
        view = save_view("purchases", query, owner=company.owner.id, member=None)
        export = begin_export("purchases", f"q={canary}", "csv", Owner(company.owner.id))
    company.drain()
    things.update(saved_view=view.id, export=export.id)


def _ordered(pair: Pair, canary: str) -> UUID:
    with pair.buyer.inside():
        order = create_purchase_order(
            pair.supplier_contact.id,
            {"note": f"Note {canary}", "internal_note": f"Private {canary}"},
            [LineInput(sku=f"{canary}-1", quantity="2", unit_price="7.5")],
        )
        authorise_purchase_order(order.id)
        send_document(
            PurchaseOrder, order.id, Sending(via=["email", "network"], to=["x@example.com"])
        )
    pair.drain()
    return order.id


def _invoiced(pair: Pair, order_id: UUID) -> UUID:
    with pair.supplier.inside():
        sale = SalesOrder.objects.get(partner_key=order_id)
        approve_pre_sale(sale.id)
        invoice = invoice_sales_order(sale.id)
        authorise_invoice(invoice.id)
        send_document(Invoice, invoice.id, Sending(via=["network"]))
    pair.drain()
    return invoice.id


def _billed(pair: Pair, order_id: UUID) -> UUID:
    _invoiced(pair, order_id)
    with pair.buyer.inside():
        return Bill.objects.get(purchase_order_id=order_id).id


def _collect(company: Company, pair: Pair, canary: str, things: dict[str, UUID]) -> None:
    with company.inside():
        mine = membership_in_force(company.owner.id)
        assert mine is not None
        role = Role.objects.get(key="read_only")
        invite_user(f"{canary.lower()}@example.com", [role.id], acting=mine)
        own_role = Role(key=canary.lower()[:20], name=f"Role {canary}", areas={})
        own_role.save(force_insert=True)
        map_code(pair.supplier_contact, f"{canary}-X", Product.objects.get(id=things["product"]))
        things.update(
            mapping=PartnerSku.objects.get(code=f"{canary}-X").id,
            connection=Connection.objects.get(contact=pair.supplier_contact).id,
            envelope=Envelope.objects.filter(kind="order", direction="out").latest("id").id,
            job=Job.objects.filter(visible=True).latest("id").id,
            invitation=UserInvitation.objects.latest("id").id,
            membership=Membership.objects.get(user=company.teammate).id,
            role=own_role.id,
            api_key=ApiKey.objects.latest("id").id,
            mailing_list=MailingList.objects.latest("id").id,
            notification=Notification.objects.filter(user=company.owner).latest("id").id,
            file=set_logo(_picture()).id,
            tax_rule=TaxRule.objects.filter(is_default=True).latest("id").id,
            term=PaymentTerm.objects.latest("id").id,
            **_booked(canary),
            **{"import": _begun(canary)},
            **_moved(things, canary),
            **_paid(canary, things),
            **_stocked(canary, things["product"]),
            supplier_price=add_supplier_price(
                things["product"], SupplierPriceInput(pair.supplier_contact.id, "6.6", "100", 3)
            ).id,
            line=SalesOrderLine.objects.get(order_id=things["sale"]).line_id,
        )
        _bought(canary, things)
        things.update(_synced(canary, things))


def _bought(canary: str, things: dict[str, UUID]) -> None:
    """A sale that lacks goods, and a purchase made for a part of them."""
    customer = Invoice.objects.get(id=things["invoice"]).contact_id
    lines = [LineInput(product=things["product"], quantity="900")]
    sale = create_sales_order(customer, {"note": f"Short {canary}", "channel": canary}, lines)
    authorise_sales_order(sale.id)
    short = SalesOrderLine.objects.get(order=sale)
    buy_for_sale(sale.id, [BuyInput(sale.id, short.line_id, "100", things["contact"])])


def _begun(canary: str) -> UUID:
    """A file of products that waits for its columns."""
    rows = f"SKU,Name\n{canary}-I,Imported {canary}\n"
    return begin_import("products", SimpleUploadedFile("x.csv", rows.encode())).id


def _moved(things: dict[str, UUID], canary: str) -> dict[str, UUID]:
    """A receipt that nobody ordered, and a shipment of a part of the sale that is to be picked."""
    receipt = draft_blind_receipt(
        things["contact"],
        [ReceiptInput("5", product=things["product"])],
        ReceiptHeader(reference=f"Note {canary}", note=f"Bay {canary}"),
    )
    authorise_receipt(receipt.id)
    line = SalesOrderLine.objects.get(order_id=things["sale"])
    shipment = draft_shipment(
        things["sale"],
        [ShipmentInput(line.line_id, "1")],
        ShipmentHeader(carrier=f"Van {canary}", tracking=canary),
    )
    return {"receipt": receipt.id, "shipment": shipment.id}


def _booked(canary: str) -> dict[str, UUID]:
    """An account, a journal by hand, a rate."""
    bank = Account.objects.get(role=AccountRole.BANK)
    account = save_account(
        None, {"code": "6950", "name": f"Fees {canary}", "type": AccountType.EXPENSE}
    )
    lines = [ManualLine(account.id, Decimal(7)), ManualLine(bank.id, Decimal(-7), canary)]
    journal = post_manual(date(2026, 3, 5), lines, f"Journal {canary}", "GBP")
    rate = save_rate("USD", date(2026, 1, 1), Decimal("0.7777"), "GBP")
    return {"account": account.id, "journal": journal.id, "rate": rate.id}


def _paid(canary: str, things: dict[str, UUID]) -> dict[str, UUID]:
    """A quote, a credit note of each side, and a payment for a part of the invoice."""
    line = LineInput(description=f"Carriage {canary}", quantity="1", unit_price="7.50")
    customer = Invoice.objects.get(id=things["invoice"]).contact_id
    header = {"note": f"Note {canary}", "internal_note": f"Private {canary}"}
    bank = Account.objects.get(role=AccountRole.BANK).id
    money = Moved("1.00", bank, reference=canary, note=canary)
    payment = pay_document(Invoice, things["invoice"], money)
    return {
        "bank": bank,
        "quote": create_quote(customer, header, [line]).id,
        "credit_note": create_credit_note(CreditSide.SALE, customer, header, [line]).id,
        "supplier_credit": create_credit_note(
            CreditSide.PURCHASE, things["contact"], header, [line]
        ).id,
        "payment": payment.id,
        "settlement": Settlement.objects.get(payment=payment).id,
    }


def _stocked(canary: str, product: UUID) -> dict[str, UUID]:
    """A second location, stock that was adjusted, and a draft of each kind of stock work."""
    location = save_location(None, {"code": "VAN", "name": f"Van {canary}"})
    lines = [TaskLine(product, "5", "2", f"Found {canary}")]
    header = TaskHeader(reference=f"Ref {canary}", note=f"Note {canary}")
    authorise_adjustment(draft_adjustment(header, lines).id)
    set_minimums(product, {location.id: "3"})
    tier = save_price_tier(None, {"name": f"Tier {canary}"})
    set_tier_prices(product, {tier.id: "7.7"})
    return {
        "location": location.id,
        "price_tier": tier.id,
        "adjustment": draft_adjustment(header, lines).id,
        "transfer": draft_transfer(header, location.id, [TaskLine(product, "1")]).id,
        "stocktake": begin_stocktake(header).id,
    }


def _synced(canary: str, things: dict[str, UUID]) -> dict[str, UUID]:
    """A connection to an accounting system that was disabled: its history stays to be read."""
    books = BooksConnection(
        provider="quickbooks",
        realm=f"{new_id().int % 10**15}",
        company_name=f"Books {canary}",
        state=ConnectionState.DISABLED,
        pause_message=f"Paused {canary}",
        connected_at=timezone.now(),
    )
    books.save(force_insert=True)
    run = SyncRun(connection=books, kind=RunKind.MANUAL, state=RunState.DONE, error=canary)
    run.save(force_insert=True)
    row = SyncDocument(
        connection=books,
        kind=SyncKind.INVOICE,
        rank=SyncKind.INVOICE.rank,
        local_id=things["invoice"],
        number=f"INV {canary}",
        state=SyncState.ATTENTION,
        reason="test",
        message=f"Message {canary}",
        sent_at=timezone.now(),
    )
    row.save(force_insert=True)
    heard = Heard("GET", f"/{canary}", 200, 1, canary, canary, {})
    write_exchanges(books.id, run.id, [str(row.id)], [heard])
    change = RemoteChange(
        connection=books, entity="Invoice", remote_id="7", reason="test", message=canary
    )
    change.save(force_insert=True)
    return {
        "sync_run": run.id,
        "sync_document": row.id,
        "exchange": Exchange.objects.get(run=run.id).id,
        "remote_change": change.id,
    }


def _picture() -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (4, 4)).save(written, format="PNG")
    return SimpleUploadedFile("logo.png", written.getvalue(), "image/png")


# --- Sums of rows --------------------------------------------------------------------------------
def migrator() -> psycopg.Connection[tuple[object, ...]]:
    """A connection that sees every row: for looking at what a test must not have changed."""
    return psycopg.connect(os.environ["MIGRATOR_DATABASE_URL"], autocommit=True)


def tables(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[str, str]]:
    """(table, column that names its organisation or "")."""
    rows = connection.execute(
        "SELECT c.relname, coalesce((SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid"
        " AND a.attname = 'tenant_id'), CASE c.relname WHEN 'tenants_organisation' THEN 'id'"
        " ELSE '' END) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind IN ('r', 'p') ORDER BY 1"
    ).fetchall()
    return [(str(table), str(column)) for table, column in rows]


def sums(*tenant_ids: UUID, leave_out: Iterable[str] = ()) -> dict[str, str]:
    """A hash per table of these organisations' rows; of every row where the table is global."""
    with migrator() as connection:
        found = {}
        for table, column in tables(connection):
            if table in leave_out:
                continue
            query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            arguments: list[object] = []
            if column:
                query += sql.SQL(" WHERE {} = ANY(%s)").format(sql.Identifier(column))
                arguments.append(list(tenant_ids))
            rows = sorted(str(row[0]) for row in connection.execute(query, arguments))
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:12] + str(
                len(rows)
            )
    return found
