"""Rows by the million, set-based: each statement makes up to 50,000 rows in the database itself.

The rows are as the services leave them (numbers, search keys, statuses, network states), made as
`wharf_app` inside each organisation's transaction, so the walls are up while they are built.
Documents have no lines: lists never read them.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounting.models import Connection as AccountingConnection
from hub.ids import new_id
from tenants.boundary import tenant_context
from tenants.models import User
from tenants.services.organisations import NewOrganisation, found_organisation

BATCH = 50_000
BIG = "Bench Big"
SMALL = "Bench Small"

CONTACTS = """
INSERT INTO network_contact (id, tenant_id, name, name_key, legal_name, code, tax_number,
    is_customer, is_supplier, email, phone, website, billing_address, delivery_address, country,
    currency, note, connected, is_active)
SELECT uuidv7(), %(tenant)s, 'Contact ' || lpad(n::text, 7, '0'),
    'contact ' || lpad(n::text, 7, '0'), '', 'C' || n, '', n %% 2 = 0, n %% 2 = 1 OR n %% 3 = 0,
    'c' || n || '@example.com', '', '', '', '', 'GB', 'GBP', '', false, true
FROM generate_series(%(first)s, %(last)s) AS n
"""
DOCUMENT = """
INSERT INTO {table} (id, tenant_id, number, status, contact_id, reference, currency,
    prices_include_tax, issued_on, net, tax, total, note, internal_note, version, network_status,
    partner_message, partner_number, created_by_name, partner_version, delivery_address{more})
SELECT uuidv7(), %(tenant)s, '{prefix}' || lpad(n::text, 8, '0'),
    (ARRAY['draft', 'authorised', 'authorised', 'completed', 'awaiting_approval'])[1 + n %% 5],
    (%(contacts)s::uuid[])[1 + n %% 200], '', 'GBP', false, current_date - (n %% 700)::int,
    100 + n %% 900, 20, 120 + n %% 900, '', '', 0, 'not_sent', '', '', 'Bench', 0, ''{values}
FROM generate_series(%(first)s, %(last)s) AS n
"""
PURCHASES = DOCUMENT.format(
    table="orders_purchaseorder", prefix="B-", more=", authorised_by_name", values=", ''"
)
SALES = DOCUMENT.format(
    table="orders_salesorder",
    prefix="S-",
    more=", authorised_by_name, from_network",
    values=", '', false",
)
ENVELOPES = """
INSERT INTO network_envelope (id, tenant_id, direction, message_id, connection_id, partner_tenant,
    kind, version, payload, sha256, object_type, label, delivery, validation, answer, reason_code,
    reason, reply, attempts)
SELECT uuidv7(), %(tenant)s, (ARRAY['out', 'in'])[1 + n %% 2], uuidv7(), %(connection)s,
    %(partner)s, 'order', 1, '{{}}', repeat('0', 64), 'purchase_order', 'B-' || n, 'delivered',
    'understood', 'none', '', '', '{{}}'::jsonb, 0
FROM generate_series(%(first)s, %(last)s) AS n
""".replace("{{}}", "{}")
SYNC_DOCUMENTS = """
INSERT INTO accounting_syncdocument (id, tenant_id, connection_id, kind, rank, local_id, number,
    happened_on, from_there, currency, total, tax, state, reason, message, fix, entity, remote_id,
    remote_version, remote_number, verb, hash, sent_hash, generation, attempts, synced_at, facts,
    skipped_by_name)
SELECT uuidv7(), %(tenant)s, %(connection)s, 'invoice', 7, uuidv7(), 'I-' || lpad(n::text, 8, '0'),
    current_date - (n %% 700)::int, false, 'GBP', 120, 20,
    coalesce((ARRAY['attention', 'pending'])[1 + n %% 20], 'synced'), '', '', '{{}}', 'Invoice',
    n::text, '0', 'I-' || n, 'create', '', '', 1, 0, now(), '{{}}', ''
FROM generate_series(%(first)s, %(last)s) AS n
""".replace("{{}}", "{}")
CONNECTION = """
INSERT INTO network_connection (id, tenant_id, email, status, role, partner_name,
    partner_legal_name, partner_tax_number, partner_key_hint, invite_bounced, disconnect_reason,
    accept_customer_invoices, partner_sends_invoices, partner_takes_in_invoices)
VALUES (%s, %s, '', 'disconnected', 'supplier', 'Bench partner', '', '', '', false, '', false,
    false, false)
"""


def found_many(count: int, owner: User) -> list[UUID]:
    """Found `count` organisations, each as a person would."""
    return [
        found_organisation(
            NewOrganisation(
                name=f"Bench {number:04d}",
                legal_name=f"Bench {number:04d} Ltd",
                base_currency="GBP",
            ),
            owner=owner,
        )
        for number in range(count)
    ]


def fill_one(tenant_id: UUID, rows: int, say: Callable[[str], None] = lambda text: None) -> None:
    """`rows` each of contacts, purchases, sales and envelopes in one organisation."""
    in_batches(tenant_id, CONTACTS, rows, {})
    say(f"{rows:,} contacts")
    contacts, connection_id = contacts_of(tenant_id), new_id()
    with tenant_context(tenant_id), connection.cursor() as cursor:
        cursor.execute(CONNECTION, [connection_id, tenant_id])
    in_batches(tenant_id, PURCHASES, rows, {"contacts": contacts})
    say(f"{rows:,} purchases")
    in_batches(tenant_id, SALES, rows, {"contacts": contacts})
    say(f"{rows:,} sales")
    in_batches(tenant_id, ENVELOPES, rows, {"connection": connection_id, "partner": new_id()})
    say(f"{rows:,} envelopes")
    with tenant_context(tenant_id):
        books = AccountingConnection.objects.create(
            provider="quickbooks", realm=str(tenant_id), state="active", connected_at=timezone.now()
        )
    in_batches(tenant_id, SYNC_DOCUMENTS, rows, {"connection": books.id})
    say(f"{rows:,} sync documents")


def contacts_of(tenant_id: UUID) -> list[UUID]:
    """The first 200 contacts, whom documents are spread over."""
    with tenant_context(tenant_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM network_contact WHERE tenant_id = %s ORDER BY id LIMIT 200", [tenant_id]
        )
        return [row[0] for row in cursor.fetchall()]


def in_batches(tenant_id: UUID, sql: str, rows: int, values: dict[str, Any]) -> None:
    """Run `sql` for rows 1 to `rows`, up to 50,000 at a time (`first` to `last`)."""
    # A fresh session plans its foreign key checks for tables as large as they are by now.
    connection.close()
    for first in range(1, rows + 1, BATCH):
        last = min(first + BATCH - 1, rows)
        with tenant_context(tenant_id), connection.cursor() as cursor:
            cursor.execute(sql, {"tenant": tenant_id, "first": first, "last": last, **values})
