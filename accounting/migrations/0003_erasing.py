"""The one door that deletes what an organisation tried Wharf with (Q3, A6).

It deletes named kinds of the organisation that is set, and of no other; append-only tables let its
rows go only to this function. Sequences of numbers, the audit report, people, envelopes and
connections to partners stay.
"""

from django.db import migrations

from tenants.rls import ProtectTenantTables

REFUSE = """
CREATE OR REPLACE FUNCTION wharf_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_user = 'wharf_migrator'
       AND current_setting('app.erasing', true) = 'yes'
       AND TG_TABLE_NAME NOT IN ('tenants_activity', 'tenants_joblog') THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
"""
REFUSE_ALL = """
CREATE OR REPLACE FUNCTION wharf_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
"""
# Whole tables of documents; invoices, bills and the book follow below, since openings may stay.
WHOLE = (
    "orders_settlement", "orders_payment", "orders_purchasematch", "orders_approvalrequest",
    "orders_orderchange", "orders_documentversion", "orders_boughtfor", "orders_creditnoteline",
    "orders_creditnote", "orders_receiptline", "orders_receipt", "orders_shipmentline",
    "orders_shipment", "orders_quoteline", "orders_quote", "orders_salesorderline",
    "orders_salesorder", "orders_purchaseorderline", "orders_purchaseorder",
    "inventory_stockadjustmentline", "inventory_stockadjustment", "inventory_stocktransferline",
    "inventory_stocktransfer", "inventory_stocktakeline", "inventory_stocktake",
    "inventory_latestprice", "accounting_cogsentry", "accounting_localchange",
    "accounting_syncdocument",
)  # fmt: skip


# Documents, stock and the book, but for openings that stay.
BOOK = """
        DELETE FROM ledger_journalline l USING ledger_journal j
            WHERE l.tenant_id = me AND j.tenant_id = me AND j.id = l.journal_id
              AND NOT (keeps AND j.event = 'opening');
        DELETE FROM ledger_journal j WHERE j.tenant_id = me AND NOT (keeps AND j.event = 'opening');
        DELETE FROM orders_invoiceline l WHERE l.tenant_id = me AND NOT EXISTS (
            SELECT 1 FROM ledger_journal j WHERE j.tenant_id = me AND j.source_kind = 'invoice'
              AND j.source_id = l.invoice_id);
        DELETE FROM orders_invoice d WHERE d.tenant_id = me AND NOT EXISTS (
            SELECT 1 FROM ledger_journal j WHERE j.tenant_id = me AND j.source_kind = 'invoice'
              AND j.source_id = d.id);
        UPDATE orders_invoice SET settled = 0,
               status = CASE status WHEN 'paid' THEN 'authorised' ELSE status END
            WHERE tenant_id = me AND settled <> 0;
        DELETE FROM orders_billline l WHERE l.tenant_id = me AND NOT EXISTS (
            SELECT 1 FROM ledger_journal j WHERE j.tenant_id = me AND j.source_kind = 'bill'
              AND j.source_id = l.bill_id);
        DELETE FROM orders_bill d WHERE d.tenant_id = me AND NOT EXISTS (
            SELECT 1 FROM ledger_journal j WHERE j.tenant_id = me AND j.source_kind = 'bill'
              AND j.source_id = d.id);
        UPDATE orders_bill SET settled = 0, supersedes_id = NULL,
               status = CASE status WHEN 'paid' THEN 'approved' ELSE status END
            WHERE tenant_id = me AND settled <> 0;
        DELETE FROM inventory_layerentry WHERE tenant_id = me
            AND NOT (keeps AND source_kind IN ('import', 'accounting'));
        DELETE FROM inventory_stockmovement WHERE tenant_id = me
            AND NOT (keeps AND kind = 'opening');
        DELETE FROM inventory_stocklayer y WHERE y.tenant_id = me AND NOT EXISTS (
            SELECT 1 FROM inventory_layerentry e WHERE e.tenant_id = me AND e.layer_id = y.id);
        UPDATE inventory_stocklayer y
            SET quantity = left_.quantity, remaining = left_.quantity,
                remaining_value = left_.value, parent_id = NULL, parent_movement_id = NULL
            FROM (SELECT layer_id, sum(quantity) AS quantity, sum(value) AS value
                  FROM inventory_layerentry WHERE tenant_id = me GROUP BY layer_id) AS left_
            WHERE y.tenant_id = me AND y.id = left_.layer_id;
        DELETE FROM inventory_stocklevel WHERE tenant_id = me;
        INSERT INTO inventory_stocklevel
                (id, tenant_id, product_id, location_id, on_hand, allocated, on_order, in_transit)
            SELECT uuidv7(), me, product_id, location_id, sum(quantity), 0, 0, 0
            FROM inventory_stockmovement WHERE tenant_id = me GROUP BY product_id, location_id;
        DELETE FROM ledger_accountmonth WHERE tenant_id = me;
        INSERT INTO ledger_accountmonth (id, tenant_id, account_id, month, debit, credit)
            SELECT uuidv7(), me, l.account_id, date_trunc('month', j.posted_on)::date,
                   sum(greatest(l.amount, 0)), sum(greatest(-l.amount, 0))
            FROM ledger_journalline l
            JOIN ledger_journal j ON j.tenant_id = me AND j.id = l.journal_id
            WHERE l.tenant_id = me GROUP BY l.account_id, date_trunc('month', j.posted_on)::date;
"""


def _transactions() -> str:
    whole = [f"DELETE FROM {table} WHERE tenant_id = me;" for table in WHOLE]  # noqa: S608
    return "\n        ".join([*whole, BOOK])


PRODUCTS = """
        SELECT coalesce(array_agg(p.id), '{}') INTO gone FROM inventory_product p WHERE p.tenant_id = me
            AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement m
                            WHERE m.tenant_id = me AND m.product_id = p.id);
        DELETE FROM inventory_productcomponent c WHERE c.tenant_id = me
            AND (c.product_id = ANY(gone) OR c.component_id = ANY(gone));
        DELETE FROM inventory_partnersku c WHERE c.tenant_id = me AND c.product_id = ANY(gone);
        DELETE FROM inventory_tierprice c WHERE c.tenant_id = me AND c.product_id = ANY(gone);
        DELETE FROM inventory_supplierprice c WHERE c.tenant_id = me AND c.product_id = ANY(gone);
        DELETE FROM inventory_minimumstock c WHERE c.tenant_id = me AND c.product_id = ANY(gone);
        DELETE FROM inventory_product p WHERE p.tenant_id = me AND p.id = ANY(gone);
"""
# Connected partners stay, as do those of openings that stay.
CONTACTS = """
        SELECT coalesce(array_agg(c.id), '{}') INTO gone FROM network_contact c WHERE c.tenant_id = me
            AND (c.is_customer OR c.is_supplier)
            AND (NOT c.is_customer OR 'customers' = ANY(kinds))
            AND (NOT c.is_supplier OR 'suppliers' = ANY(kinds))
            AND NOT EXISTS (SELECT 1 FROM network_connection n
                            WHERE n.tenant_id = me AND n.contact_id = c.id)
            AND NOT EXISTS (SELECT 1 FROM orders_invoice d
                            WHERE d.tenant_id = me AND d.contact_id = c.id)
            AND NOT EXISTS (SELECT 1 FROM orders_bill d
                            WHERE d.tenant_id = me AND d.contact_id = c.id)
            AND NOT EXISTS (SELECT 1 FROM ledger_journalline l
                            WHERE l.tenant_id = me AND l.contact = c.id);
        DELETE FROM inventory_partnersku k WHERE k.tenant_id = me AND k.contact_id = ANY(gone);
        DELETE FROM inventory_supplierprice k WHERE k.tenant_id = me AND k.contact_id = ANY(gone);
        DELETE FROM network_contactemail k WHERE k.tenant_id = me AND k.contact_id = ANY(gone);
        DELETE FROM network_contactperson k WHERE k.tenant_id = me AND k.contact_id = ANY(gone);
        DELETE FROM network_contact c WHERE c.tenant_id = me AND c.id = ANY(gone);
"""
# What documents cannot do without stays: accounts that Wharf posts to, what is filled in by itself.
REFERENCE = """
        DELETE FROM ledger_account a WHERE a.tenant_id = me AND a.role = ''
            AND NOT EXISTS (SELECT 1 FROM ledger_journalline l
                            WHERE l.tenant_id = me AND l.account_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM orders_invoiceline l
                            WHERE l.tenant_id = me AND l.account_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM orders_billline l
                            WHERE l.tenant_id = me AND l.account_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM inventory_product p WHERE p.tenant_id = me
                            AND a.id IN (p.sale_account_id, p.purchase_account_id,
                                         p.cogs_account_id));
        DELETE FROM ledger_taxrule t WHERE t.tenant_id = me AND NOT t.is_default
            AND NOT EXISTS (SELECT 1 FROM network_contact c
                            WHERE c.tenant_id = me AND c.tax_rule_id = t.id)
            AND NOT EXISTS (SELECT 1 FROM inventory_product p WHERE p.tenant_id = me
                            AND t.id IN (p.sale_tax_rule_id, p.purchase_tax_rule_id));
        DELETE FROM ledger_paymentterm t WHERE t.tenant_id = me AND NOT t.is_default
            AND NOT EXISTS (SELECT 1 FROM network_contact c
                            WHERE c.tenant_id = me AND c.terms_id = t.id);
        DELETE FROM ledger_exchangerate WHERE tenant_id = me;
        DELETE FROM inventory_location y WHERE y.tenant_id = me AND NOT y.is_default
            AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement m
                            WHERE m.tenant_id = me AND m.location_id = y.id)
            AND NOT EXISTS (SELECT 1 FROM inventory_minimumstock m
                            WHERE m.tenant_id = me AND m.location_id = y.id);
        DELETE FROM ledger_pricetier t WHERE t.tenant_id = me
            AND NOT EXISTS (SELECT 1 FROM network_contact c
                            WHERE c.tenant_id = me AND c.price_tier_id = t.id)
            AND NOT EXISTS (SELECT 1 FROM inventory_tierprice p
                            WHERE p.tenant_id = me AND p.tier_id = t.id);
        DELETE FROM accounting_link k WHERE k.tenant_id = me AND k.local_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM ledger_account a
                            WHERE a.tenant_id = me AND a.id = k.local_id)
            AND NOT EXISTS (SELECT 1 FROM ledger_taxrule a
                            WHERE a.tenant_id = me AND a.id = k.local_id)
            AND NOT EXISTS (SELECT 1 FROM ledger_paymentterm a
                            WHERE a.tenant_id = me AND a.id = k.local_id);
"""

DOOR = f"""
CREATE FUNCTION door_erase(kinds varchar[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    me uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    gone uuid[];
    keeps boolean := NOT 'opening' = ANY(kinds);
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no organisation is set' USING ERRCODE = '42501';
    END IF;
    PERFORM set_config('app.erasing', 'yes', true);
    IF 'transactions' = ANY(kinds) THEN
        {_transactions()}
        IF 'products' = ANY(kinds) THEN {PRODUCTS} END IF;
        IF 'customers' = ANY(kinds) OR 'suppliers' = ANY(kinds) THEN {CONTACTS} END IF;
        IF 'reference' = ANY(kinds) THEN {REFERENCE} END IF;
    END IF;
    PERFORM set_config('app.erasing', '', true);
END $$;
REVOKE ALL ON FUNCTION door_erase(varchar[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_erase(varchar[]) TO wharf_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounting", "0002_boundary"),
        ("inventory", "0014_products_and_approvals"),
        ("ledger", "0006_price_tiers"),
        ("network", "0005_products_and_approvals"),
        ("orders", "0014_products_and_approvals"),
        ("tenants", "0012_integrations"),
    ]

    operations = [
        migrations.RunSQL(REFUSE, REFUSE_ALL),
        migrations.RunSQL(DOOR, "DROP FUNCTION door_erase(varchar[])"),
        ProtectTenantTables(),
    ]
