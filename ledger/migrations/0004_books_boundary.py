"""The wall around the book, its balance kept by the database, and books for those who have none."""

from django.db import migrations

from ledger.domain.accounts import STARTING_CHART
from tenants.rls import ProtectTenantTables

# Checked when the transaction commits, after all lines of a journal are there. Runs with the
# rights of whoever writes: a row it cannot see would make the sum NULL, which is refused too.
BALANCE = """
CREATE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE base numeric; other numeric;
BEGIN
    SELECT sum(amount), sum("foreign") INTO base, other FROM ledger_journalline
    WHERE tenant_id = NEW.tenant_id AND journal_id = NEW.journal_id;
    IF base IS DISTINCT FROM 0 OR other IS DISTINCT FROM 0 THEN
        RAISE EXCEPTION 'journal % does not balance: % and %', NEW.journal_id, base, other
            USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_journalline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();
"""

CHART = ", ".join(
    "('{}', '{}', '{}', '{}', {})".format(
        row.code,
        row.name.replace("'", "''"),
        row.type.value,
        row.role.value if row.role else "",
        "true" if row.accepts_payments else "false",
    )
    for row in STARTING_CHART
)
# The chart is a constant of this program.
OLDER_ORGANISATIONS = f"""
INSERT INTO ledger_book (id, tenant_id, accrual, costing, next_journal)
SELECT uuidv7(), o.id, true, 'fifo', 1 FROM tenants_organisation o;
INSERT INTO ledger_account
    (id, tenant_id, code, name, type, role, accepts_payments, description, is_active)
SELECT uuidv7(), o.id, chart.code, chart.name, chart.type, chart.role, chart.pays, '', true
FROM tenants_organisation o
CROSS JOIN (VALUES {CHART}) AS chart (code, name, type, role, pays);
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_books"), ("tenants", "0004_mail_templates")]
    operations = [
        ProtectTenantTables(append_only=("journal", "journalline")),
        migrations.RunSQL(
            BALANCE,
            "DROP TRIGGER balanced ON ledger_journalline; DROP FUNCTION ledger_check_balance()",
        ),
        migrations.RunSQL(OLDER_ORGANISATIONS, migrations.RunSQL.noop),
    ]
