"""The organisation's network key (N2)."""

from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.db.models.functions import Now

from hub.errors import TooManyTries
from hub.secrets import SealedColumn, decrypt, encrypt, keyed_hash
from network.domain.keys import new_key, normalise_key
from network.domain.states import InviteStatus
from network.models import Invitation, NetworkKey
from tenants.boundary import current_tenant
from tenants.models import Organisation
from tenants.services.activity import log_activity

PURPOSE = "network-key"
SEALED = SealedColumn("network_networkkey.sealed", "network.NetworkKey", "sealed")
# Wrong keys within fifteen minutes: for one organisation, and from one network address.
TRIES_PER_ORGANISATION = 10
TRIES_PER_ADDRESS = 20
TRIES_WINDOW_SECONDS = 900


def lay_down_key(organisation: Organisation) -> None:
    """A first key; part of founding an organisation."""
    make_key()


def make_key(value: str | None = None) -> NetworkKey:
    """Make the live key of the current organisation."""
    value = value or new_key()
    key = NetworkKey(
        key_hash=keyed_hash(normalise_key(value), purpose=PURPOSE),
        sealed=encrypt(value, tenant_id=current_tenant(), field=SEALED.field),
    )
    key.save(force_insert=True)
    return key


def live_key() -> NetworkKey:
    """The organisation's key row."""
    return NetworkKey.objects.get(replaced_at=None)


def take_turns() -> None:
    """Rows for new partners are made one at a time in an organisation, until the transaction ends.

    Two requests that cross each other would otherwise both make a row for the same partner.
    """
    NetworkKey.objects.select_for_update(no_key=True).filter(replaced_at=None).first()


def reveal_key(key: NetworkKey | None = None) -> str:
    """The key as printed, for admins to copy."""
    key = key or live_key()
    return decrypt(key.sealed, tenant_id=current_tenant(), field=SEALED.field)


def replace_key() -> str:
    """A new key; open invitations carry the old one and become void, connections stay (N2)."""
    old = NetworkKey.objects.select_for_update().get(replaced_at=None)
    NetworkKey.objects.filter(id=old.id).update(replaced_at=Now())
    voided = Invitation.objects.filter(status=InviteStatus.OPEN).update(status=InviteStatus.VOID)
    key = make_key()
    log_activity(
        "network_key.replaced",
        f"Network key replaced; {voided} open invitation{'' if voided == 1 else 's'} became void",
        about=key,
        label="Network key",
    )
    return reveal_key(key)


def organisation_of_key(text: str) -> UUID | None:
    """Whose live key this is. Found by a keyed hash, so the time says nothing of the key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT door_network_key(%s)", [keyed_hash(normalise_key(text), purpose=PURPOSE)]
        )
        row = cursor.fetchone()
    return row[0] if row else None


def check_tries(tenant_id: UUID, address: str) -> None:
    """Raise TooManyTries once too many wrong keys were entered lately."""
    for counter, limit in _counters(tenant_id, address):
        if int(cache.get(counter, 0)) >= limit:
            raise TooManyTries(
                "Too many keys that do not fit were entered. Wait 15 minutes, then copy the key "
                "from your partner's invitation."
            )


def count_wrong_try(tenant_id: UUID, address: str) -> None:
    """Remember a wrong key against the organisation and the address."""
    for counter, _limit in _counters(tenant_id, address):
        if not cache.add(counter, 1, TRIES_WINDOW_SECONDS):
            cache.incr(counter)


def _counters(tenant_id: UUID, address: str) -> list[tuple[str, int]]:
    counters = [(f"network-tries:organisation:{tenant_id}", TRIES_PER_ORGANISATION)]
    if address:
        counters.append((f"network-tries:address:{address}", TRIES_PER_ADDRESS))
    return counters
