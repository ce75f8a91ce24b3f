"""Numbers of documents: per organisation and kind, without gaps."""

from django.db import connection

from tenants.boundary import current_tenant

TAKE = """
UPDATE tenants_numbersequence SET next_value = next_value + 1
WHERE tenant_id = %s AND kind = %s
RETURNING prefix, digits, next_value - 1
"""


def take_number(kind: str) -> str:
    """The next number of `kind`, such as `PO-00042`.

    The counter's row stays locked until the transaction ends, so a roll-back gives the number
    back. Raises LookupError when the organisation has no such sequence.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [current_tenant(), kind])
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no number sequence {kind!r}")
    prefix, digits, value = row
    return f"{prefix}{value:0{digits}d}"
