"""Exporting history to the QuickBooks sandbox: share of its limit, calls, memory, our own time.

The sandbox's clock and our limiter are sped up alike, and its real limits are on: a call too many
is answered with 429 and fails the bench. The engine works in a process of its own, as a worker's.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection as database
from django.db.models import Count
from django.utils import timezone

from accounting.domain.answers import Tokens
from accounting.domain.states import ConnectionState, RunKind
from accounting.engine.lists import EVERY_LIST, keep_company, keep_lists
from accounting.models import Connection, SyncDocument, SyncRun
from accounting.quickbooks.session import QuickBooksSession
from accounting.services.connecting import attach, begin_connection
from accounting.services.history_export import start_export
from accounting.services.mapping import mapping_rows, save_mapping, theirs_of
from bench.filling import in_batches
from bench.measure import Figure, at_least, at_most
from bench.sandboxes import Server, running
from bench.stage import found_one
from hub.launcher.places import ROOT
from ledger.domain.accounts import AccountRole
from ledger.models import Account, TaxRule
from tenants.boundary import tenant_context
from tenants.models import User

SPEED = 3.0
BATCHES_A_MINUTE = 40  # what Intuit allows
IN_A_BATCH = 30
CUSTOMERS = 20
OLDEST = 300  # days

CONTACTS = """
INSERT INTO network_contact (id, tenant_id, name, name_key, legal_name, code, tax_number,
    is_customer, is_supplier, email, phone, website, billing_address, delivery_address, country,
    currency, note, connected, is_active)
SELECT uuidv7(), %(tenant)s, 'Customer ' || n, 'customer ' || n, '', 'C' || n, '', true, false, '',
    '', '', '', '', 'GB', 'GBP', '', false, true
FROM generate_series(%(first)s, %(last)s) AS n
"""
INVOICES = """
INSERT INTO orders_invoice (id, tenant_id, number, status, contact_id, reference, currency,
    prices_include_tax, issued_on, due_on, net, tax, total, note, internal_note, version,
    network_status, partner_message, partner_number, created_by_name, authorised_by_name)
SELECT uuidv7(), %(tenant)s, 'H-' || lpad(n::text, 8, '0'), 'authorised',
    (%(contacts)s::uuid[])[1 + n %% 20], '', 'GBP', false, current_date - (n %% %(oldest)s)::int,
    current_date + 30, 100, 20, 120, '', '', 0, 'not_sent', '', '', 'Bench', ''
FROM generate_series(%(first)s, %(last)s) AS n
"""
LINES = """
INSERT INTO orders_invoiceline (id, tenant_id, invoice_id, line_id, position, kind, sku,
    partner_sku, barcode, description, quantity, unit, unit_price, discount_percent, account_id,
    tax_rule_id, tax_name, tax_rate, net, tax, total)
SELECT uuidv7(), invoice.tenant_id, invoice.id, uuidv7(), line.position, 'item', '', '', '',
    'Coffee beans, a kilogram', 5, '', 10, 0, %(sales)s, %(rule)s, '20%% VAT', 20, 50, 10, 60
FROM orders_invoice AS invoice, (VALUES (1), (2)) AS line (position)
WHERE invoice.tenant_id = %(tenant)s AND invoice.number
    BETWEEN 'H-' || lpad((%(first)s)::text, 8, '0') AND 'H-' || lpad((%(last)s)::text, 8, '0')
"""


def sync_figures(owner: User, *, documents: int, say: Callable[[str], None]) -> list[Figure]:
    """One export from beginning to end."""
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "sandbox.sqlite")
        options = ("--control", "--store", store, "--port", "{port}", "--speed", str(SPEED))
        with running("sandbox.quickbooks", *options) as server:
            settings.QUICKBOOKS_ENVIRONMENT = server.address
            settings.QUICKBOOKS_CLIENT_ID = "sandbox-client"
            settings.QUICKBOOKS_CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - a stand-in's
            tenant = _connected(owner, server)
            _fill(tenant, documents)
            say(f"{documents:,} invoices to be exported")
            used = server.used()
            worker = _export(tenant, server.address, say)
            return _figures(tenant, documents, worker, server.used() - used, say)


def _connected(owner: User, server: Server) -> UUID:
    tenant = found_one("Bench sync", owner)
    server.control("switches", {"limits": False})
    realm = server.control("fill", {"country": "GB", "demo": False})["realmId"]
    given = server.control("act/connect", {"realm": realm})
    now = timezone.now()
    tokens = Tokens(
        given["access_token"],
        given["refresh_token"],
        now + timedelta(hours=1) / SPEED,
        now + timedelta(days=100),
    )
    there = QuickBooksSession(
        realm, lambda _refused: tokens.access, lambda _heard: None, lambda _lane: None
    )
    company, rows = there.company(), there.lists(EVERY_LIST)
    with tenant_context(tenant):
        connection = begin_connection("quickbooks")
        attach(connection, company, tokens)
        keep_company(connection, company)
        keep_lists(connection, rows)
        accounts = mapping_rows(connection, "account")
        save_mapping(
            connection, "account", {row.ours.id: row.proposal for row in accounts if row.proposal}
        )
        rule = TaxRule.objects.get(rate=20)
        fits = next(one.id for one in theirs_of(connection, "tax") if one.rate == rule.rate)
        save_mapping(connection, "tax", {rule.id: fits})
        Connection.objects.filter(id=connection.id).update(
            state=ConnectionState.ACTIVE, connected_at=now, lists_read_at=now,
            cursor={"changes": now.isoformat()},
        )  # fmt: skip
    server.control("switches", {"limits": True})
    return tenant


def _fill(tenant: UUID, documents: int) -> None:
    in_batches(tenant, CONTACTS, CUSTOMERS, {})
    with tenant_context(tenant):
        sales = Account.objects.get(role=AccountRole.SALES).id
        rule = TaxRule.objects.get(rate=20).id
        with database.cursor() as cursor:
            cursor.execute("SELECT id FROM network_contact WHERE tenant_id = %s", [tenant])
            contacts = [row[0] for row in cursor.fetchall()]
    in_batches(tenant, INVOICES, documents, {"contacts": contacts, "oldest": OLDEST})
    in_batches(tenant, LINES, documents, {"sales": sales, "rule": rule})


def _export(tenant: UUID, address: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Export history as an accountant does: one job plans, then a run sends; what the run used."""
    since = timezone.localdate() - timedelta(days=OLDEST + 1)
    with tenant_context(tenant):
        planning = start_export(Connection.objects.get(), since).id
    used = _work_off(tenant, planning, address)
    say(f"planned in {used['seconds']:.0f} s, {used['megabytes']:.0f} MB")
    with tenant_context(tenant):
        run = SyncRun.objects.get(kind=RunKind.HISTORY)
    return _work_off(tenant, UUID(str(run.job)), address)


def _work_off(tenant: UUID, job: UUID, address: str) -> dict[str, Any]:
    """Let a worker of its own do a job; what it used."""
    environment = {
        **os.environ,
        "QUICKBOOKS_ENVIRONMENT": address,
        "QUICKBOOKS_CLIENT_ID": "sandbox-client",
        "QUICKBOOKS_CLIENT_SECRET": "sandbox-secret",
        "ACCOUNTING_SPEED": str(SPEED),
    }
    command = [sys.executable, "manage.py", "work_off", str(tenant), str(job)]
    done = subprocess.run(
        [*command, "--skip-checks"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return dict(json.loads(done.stdout.decode().splitlines()[-1]))


def _figures(
    tenant: UUID,
    documents: int,
    worker: dict[str, Any],
    sandbox_seconds: float,
    say: Callable[[str], None],
) -> list[Figure]:
    with tenant_context(tenant):
        states = dict(_count(SyncDocument.objects.filter(kind="invoice"), "state"))
        calls = sum(run.counts.get("calls", 0) for run in SyncRun.objects.all())
        pauses = Connection.objects.exclude(cooled_until=None).count()
    batches = -(-documents // IN_A_BATCH)
    allowed = worker["seconds"] * SPEED / 60 * BATCHES_A_MINUTE
    say(f"states {states}, {worker['seconds']:.0f} s, sandbox {sandbox_seconds:.0f} s of a core")
    own = worker["processor"] / documents * 1000
    return [
        at_least("export: invoices that arrived", states.get("synced", 0) / documents, 1),
        at_least("export: share of the batches that are allowed", batches / allowed, 0.95),
        at_most("export: answers 429", float(pauses), 0),
        at_most("export: calls, times the batches that are needed", calls / batches, 1.1),
        at_most("export: worker's memory: MB", worker["megabytes"], 300),
        Figure("export: the engine's own time of a document", f"{own:.2f} ms of a core", True),
    ]


def _count(rows: Any, column: str) -> list[tuple[str, int]]:
    return [(row[column], row["n"]) for row in rows.values(column).annotate(n=Count("id"))]
