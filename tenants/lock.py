"""An organisation that is read-only for a while, because its data is being moved.

Every door asks: pages and the API refuse what changes anything, jobs of the lanes below wait, and
what partners send waits on their side.
"""

from hub.errors import WharfError

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# Lanes whose jobs change an organisation's documents. Mail leaves, and the migration itself runs.
WAITING_LANES = ("courier", "bulk")


class Locked(WharfError):
    """The organisation is read-only now; the message says why and until when."""

    code = "organisation_locked"
    status = 423


def refuse_change(locked_because: str, method: str | None) -> None:
    """Refuse a request that may change something; raises Locked."""
    if locked_because and method not in SAFE_METHODS:
        raise Locked(locked_because)
