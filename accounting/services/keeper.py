"""Whether a connected system keeps the chart of accounts and the payment terms (Q10)."""

from accounting.domain.states import ConnectionState
from accounting.engine.provider import provider_named
from accounting.models import Connection


def keeper_now() -> str:
    """The connected system's name; "" while the wizard is walked, and once it is disabled."""
    provider = (
        Connection.objects.filter(
            state__in=sorted(ConnectionState.living()), connected_at__isnull=False
        )
        .values_list("provider", flat=True)
        .first()
    )
    return provider_named(provider).title if provider else ""
