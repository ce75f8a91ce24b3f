"""Making an organisation read-only while its data is moved, and letting it go again."""

from hub.errors import Conflict
from tenants.boundary import current_tenant
from tenants.models import Organisation
from tenants.services.activity import log_activity


def lock_organisation(because: str) -> None:
    """Make it read-only; raises Conflict (`organisation_locked`) when it is for another reason."""
    row = Organisation.objects.select_for_update().get(id=current_tenant())
    if row.locked_because and row.locked_because != because:
        raise Conflict(row.locked_because, code="organisation_locked")
    if not row.locked_because:
        Organisation.objects.filter(id=row.id).update(locked_because=because[:200])
        log_activity("organisation.locked", f"Read-only: {because}", about=row)


def unlock_organisation() -> None:
    """Let everybody work again; nothing happens when it was not locked."""
    row = Organisation.objects.select_for_update().get(id=current_tenant())
    if row.locked_because:
        Organisation.objects.filter(id=row.id).update(locked_because="")
        log_activity("organisation.unlocked", "Everybody can work again", about=row)
