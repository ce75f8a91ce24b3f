"""Ending a conflict (Q25). Calls are made outside transactions; a refusal shows the page anew."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounting.domain.states import SyncState
from accounting.engine.talking import ProviderRefused
from accounting.models import SyncDocument
from accounting.services import conflicts
from accounting.services.sync_documents import name_of
from hub.errors import WharfError
from hub.ui.toasts import say
from tenants.access import tenant_view
from tenants.domain.permissions import Special
from tenants.request import membership_of

View = Callable[..., HttpResponse]


def _deciding(verb: Callable[[UUID, UUID, str], SyncDocument], words: str) -> View:
    @require_POST
    @tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
    def decide(request: HttpRequest, document_id: UUID) -> HttpResponse:
        tenant_id = UUID(str(membership_of(request).organisation.id))
        page = reverse("accounting:history_entry", args=[document_id])
        try:
            row = verb(tenant_id, document_id, request.GET.get("seen", "")[:40])
        except WharfError as error:
            if error.code == "sync_state" or error.status in (403, 404):
                raise
            say(request, error.message, tone="critical")
            return redirect(page)
        messages.success(request, words.format(name=name_of(row)))
        return redirect(page)

    return decide


keep = _deciding(conflicts.keep_ours, "Our version of {name} goes with the next sync.")
take = _deciding(conflicts.take_theirs, "{name} is here what it is there now.")
leave = _deciding(conflicts.leave_theirs, "{name} is left as it stands there.")


@require_POST
@tenant_view(special=Special.QUICKBOOKS, own_transactions=True)
def again(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Compare both anew; where they agree the conflict is over."""
    tenant_id = UUID(str(membership_of(request).organisation.id))
    page = reverse("accounting:history_entry", args=[document_id])
    try:
        row = conflicts.compare_again(tenant_id, document_id)
    except ProviderRefused as error:
        say(request, error.message, tone="critical")
        return redirect(page)
    messages.success(request, CAME_OF.get(SyncState(row.state), OVER))
    return redirect(page)


OVER = "There is no conflict any more: what stands here goes with the next sync."
CAME_OF = {
    SyncState.SYNCED: "Both sides agree: there is no conflict any more.",
    SyncState.CONFLICT: "Both were compared anew, and still differ.",
    SyncState.REMOTE_GONE: "It is not there any more.",
}
