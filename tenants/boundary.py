"""The tenant boundary: one durable transaction that belongs to one organisation.

Row-level security reads `app.tenant`, which is set for the transaction only, so a pooled
connection can never carry one organisation's right to look into another's request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

_current: ContextVar[UUID | None] = ContextVar("wharf_tenant", default=None)


class NoTenant(RuntimeError):
    """Code that reads or writes an organisation's rows ran outside `tenant_context`."""


class TenantAlreadySet(RuntimeError):
    """`tenant_context` was opened inside another transaction: tenants never switch inside."""


ENTER = "SELECT set_config('app.tenant', %s, true)"
# Sent together with it, in one round trip; the setting holds when it is read.
ASK_LOCK = "; SELECT locked_because FROM tenants_organisation WHERE id = %s"


@contextmanager
def tenant_context(tenant_id: UUID, *, ask_lock: bool = False) -> Iterator[str]:
    """Open one durable transaction as `tenant_id`; commits at the end, rolls back on any error.

    For entry points only (request, task, command). Raises TenantAlreadySet when nested. With
    `ask_lock` it gives why the organisation may not be changed now, "" when it may.
    """
    locked_because = ""
    if connection.in_atomic_block:
        raise TenantAlreadySet("tenant_context opens a transaction of its own")
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            if ask_lock:
                cursor.execute(ENTER + ASK_LOCK, [str(tenant_id), str(tenant_id)])
                cursor.nextset()
                row = cursor.fetchone()
                locked_because = str(row[0]) if row is not None else ""
            else:
                cursor.execute(ENTER, [str(tenant_id)])
        token = _current.set(tenant_id)
        try:
            yield locked_because
        finally:
            _current.reset(token)


def current_tenant() -> UUID:
    """The organisation whose transaction this is; raises NoTenant outside one."""
    tenant_id = _current.get()
    if tenant_id is None:
        raise NoTenant("no organisation is set: open tenant_context first")
    return tenant_id


def tenant_is_set() -> bool:
    """Whether the code runs inside `tenant_context`."""
    return _current.get() is not None
