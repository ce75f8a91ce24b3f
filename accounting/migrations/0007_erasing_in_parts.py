"""Test data is deleted in parts (Q3): a job calls the door for so many rows at a time.

Each part is the rows of one table, newest first, so that whatever refers to a row goes before it;
or a few statements over what stays. Every part can be repeated: what is gone is not there again.
"""

from django.db import migrations

_ALL = "true"
_NO_OPENING = "NOT (keeps AND r.event = 'opening')"
_OF_NO_JOURNAL = """NOT EXISTS (SELECT 1 FROM ledger_journal j WHERE j.tenant_id = me
                AND j.source_kind = '{kind}' AND j.source_id = r.{column})"""
# Table → which of its rows `r` go. In this order nothing that is left refers to what is gone.
TABLES = {
    "ledger_journalline": """NOT (keeps AND EXISTS (SELECT 1 FROM ledger_journal j
                WHERE j.tenant_id = me AND j.id = r.journal_id AND j.event = 'opening'))""",
    "ledger_journal": _NO_OPENING,
    "orders_settlement": _ALL,
    "orders_payment": _ALL,
    "orders_purchasematch": _ALL,
    "orders_approvalrequest": _ALL,
    "orders_orderchange": _ALL,
    "orders_documentversion": _ALL,
    "orders_boughtfor": _ALL,
    "orders_creditnoteline": _ALL,
    "orders_creditnote": _ALL,
    "orders_receiptline": _ALL,
    "orders_receipt": _ALL,
    "orders_shipmentline": _ALL,
    "orders_shipment": _ALL,
    "orders_invoiceline": _OF_NO_JOURNAL.format(kind="invoice", column="invoice_id"),
    "orders_invoice": _OF_NO_JOURNAL.format(kind="invoice", column="id"),
    "orders_billline": _OF_NO_JOURNAL.format(kind="bill", column="bill_id"),
    "orders_bill": _OF_NO_JOURNAL.format(kind="bill", column="id"),
    "orders_quoteline": _ALL,
    "orders_quote": _ALL,
    "orders_salesorderline": _ALL,
    "orders_salesorder": _ALL,
    "orders_purchaseorderline": _ALL,
    "orders_purchaseorder": _ALL,
    "inventory_stockadjustmentline": _ALL,
    "inventory_stockadjustment": _ALL,
    "inventory_stocktransferline": _ALL,
    "inventory_stocktransfer": _ALL,
    "inventory_stocktakeline": _ALL,
    "inventory_stocktake": _ALL,
    "inventory_latestprice": _ALL,
    "inventory_layerentry": "NOT (keeps AND r.source_kind IN ('import', 'accounting'))",
    "inventory_stocklayer": """NOT EXISTS (SELECT 1 FROM inventory_layerentry e
                WHERE e.tenant_id = me AND e.layer_id = r.id)""",
    "inventory_stockmovement": "NOT (keeps AND r.kind = 'opening')",
    "accounting_cogsentry": _ALL,
    "accounting_syncdocument": _ALL,
    "accounting_localchange": _ALL,
}


def _of_table(table: str, condition: str) -> str:
    return f"""
        WHEN '{table}' THEN
            DELETE FROM {table} WHERE tenant_id = me AND id IN (
                SELECT r.id FROM {table} r WHERE r.tenant_id = me
                AND ({condition}) ORDER BY r.id DESC LIMIT most);
            GET DIAGNOSTICS went = ROW_COUNT;"""  # noqa: S608 - all of it is written above


# Once journals and entries of layers are gone, what still has some stays: it no longer refers to
# what goes, and its sums are those of what is left of it.
TIES = """
        WHEN 'ties' THEN
            UPDATE orders_invoice SET settled = 0,
                   status = CASE status WHEN 'paid' THEN 'authorised' ELSE status END
                WHERE tenant_id = me AND settled <> 0 AND EXISTS (SELECT 1 FROM ledger_journal j
                    WHERE j.tenant_id = me AND j.source_kind = 'invoice'
                      AND j.source_id = orders_invoice.id);
            UPDATE orders_bill SET settled = 0, supersedes_id = NULL,
                   status = CASE status WHEN 'paid' THEN 'approved' ELSE status END
                WHERE tenant_id = me AND (settled <> 0 OR supersedes_id IS NOT NULL)
                  AND EXISTS (SELECT 1 FROM ledger_journal j
                    WHERE j.tenant_id = me AND j.source_kind = 'bill'
                      AND j.source_id = orders_bill.id);
            UPDATE inventory_stocklayer SET parent_id = NULL, parent_movement_id = NULL
                WHERE tenant_id = me AND (parent_id IS NOT NULL OR parent_movement_id IS NOT NULL)
                  AND EXISTS (SELECT 1 FROM inventory_layerentry e WHERE e.tenant_id = me
                    AND e.layer_id = inventory_stocklayer.id);
"""
SUMS = """
        WHEN 'sums' THEN
            UPDATE inventory_stocklayer y
                SET quantity = left_.quantity, remaining = left_.quantity,
                    remaining_value = left_.value
                FROM (SELECT layer_id, sum(quantity) AS quantity, sum(value) AS value
                      FROM inventory_layerentry WHERE tenant_id = me GROUP BY layer_id) AS left_
                WHERE y.tenant_id = me AND y.id = left_.layer_id;
            DELETE FROM inventory_stocklevel WHERE tenant_id = me;
            INSERT INTO inventory_stocklevel (id, tenant_id, product_id, location_id, on_hand,
                                              allocated, on_order, in_transit)
                SELECT uuidv7(), me, product_id, location_id, sum(quantity), 0, 0, 0
                FROM inventory_stockmovement WHERE tenant_id = me
                GROUP BY product_id, location_id;
            DELETE FROM ledger_accountmonth WHERE tenant_id = me;
            INSERT INTO ledger_accountmonth (id, tenant_id, account_id, month, debit, credit)
                SELECT uuidv7(), me, l.account_id, date_trunc('month', j.posted_on)::date,
                       sum(greatest(l.amount, 0)), sum(greatest(-l.amount, 0))
                FROM ledger_journalline l
                JOIN ledger_journal j ON j.tenant_id = me AND j.id = l.journal_id
                WHERE l.tenant_id = me GROUP BY l.account_id, date_trunc('month', j.posted_on)::date;
"""
# A product that something left over names stays.
PRODUCTS = """
        WHEN 'products' THEN
            SELECT coalesce(array_agg(found.id), '{}') INTO gone FROM (
                SELECT p.id FROM inventory_product p WHERE p.tenant_id = me
                AND NOT EXISTS (SELECT 1 FROM inventory_stockmovement m
                                WHERE m.tenant_id = me AND m.product_id = p.id)
                AND NOT EXISTS (SELECT 1 FROM orders_invoiceline l
                                WHERE l.tenant_id = me AND l.product_id = p.id)
                AND NOT EXISTS (SELECT 1 FROM orders_billline l
                                WHERE l.tenant_id = me AND l.product_id = p.id)
                ORDER BY p.id DESC LIMIT most) AS found;
            DELETE FROM inventory_productcomponent c WHERE c.tenant_id = me
                AND (c.product_id = ANY(gone) OR c.component_id = ANY(gone));
            DELETE FROM inventory_partnersku c WHERE c.tenant_id = me AND c.product_id = ANY(gone);
            DELETE FROM inventory_tierprice c WHERE c.tenant_id = me AND c.product_id = ANY(gone);
            DELETE FROM inventory_supplierprice c
                WHERE c.tenant_id = me AND c.product_id = ANY(gone);
            DELETE FROM inventory_minimumstock c WHERE c.tenant_id = me AND c.product_id = ANY(gone);
            DELETE FROM inventory_stocklevel c WHERE c.tenant_id = me AND c.product_id = ANY(gone);
            DELETE FROM inventory_product p WHERE p.tenant_id = me AND p.id = ANY(gone);
            went := cardinality(gone);
"""
# Connected partners stay, as do those of openings that stay.
CONTACTS = """
        WHEN 'contacts' THEN
            SELECT coalesce(array_agg(found.id), '{}') INTO gone FROM (
                SELECT c.id FROM network_contact c WHERE c.tenant_id = me
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
                                WHERE l.tenant_id = me AND l.contact = c.id)
                ORDER BY c.id DESC LIMIT most) AS found;
            DELETE FROM inventory_partnersku k WHERE k.tenant_id = me AND k.contact_id = ANY(gone);
            DELETE FROM inventory_supplierprice k
                WHERE k.tenant_id = me AND k.contact_id = ANY(gone);
            DELETE FROM network_contactemail k WHERE k.tenant_id = me AND k.contact_id = ANY(gone);
            DELETE FROM network_contactperson k WHERE k.tenant_id = me AND k.contact_id = ANY(gone);
            DELETE FROM network_contact c WHERE c.tenant_id = me AND c.id = ANY(gone);
            went := cardinality(gone);
"""
# What documents cannot do without stays: accounts that Wharf posts to, what is filled in by itself.
REFERENCE = """
        WHEN 'reference' THEN
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
CREATE FUNCTION door_erase_part(part varchar, kinds varchar[], most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    me uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    gone uuid[];
    went integer := 0;
    keeps boolean := NOT 'opening' = ANY(kinds);
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no organisation is set' USING ERRCODE = '42501';
    END IF;
    IF NOT 'transactions' = ANY(kinds) THEN
        RAISE EXCEPTION 'transactions go first' USING ERRCODE = '42501';
    END IF;
    PERFORM set_config('app.erasing', 'yes', true);
    CASE part{"".join(_of_table(table, condition) for table, condition in TABLES.items())}
    {TIES}{SUMS}{PRODUCTS}{CONTACTS}{REFERENCE}
    END CASE;
    PERFORM set_config('app.erasing', '', true);
    RETURN went;
END $$;
REVOKE ALL ON FUNCTION door_erase_part(varchar, varchar[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_erase_part(varchar, varchar[], integer) TO wharf_app;
"""
UNDO = "DROP FUNCTION door_erase_part(varchar, varchar[], integer)"


class Migration(migrations.Migration):
    dependencies = [("accounting", "0005_synced_sheets")]

    operations = [
        migrations.RunSQL("DROP FUNCTION door_erase(varchar[])", migrations.RunSQL.noop),
        migrations.RunSQL(DOOR, UNDO),
    ]
