"""Cards on the page of a thing that apps above it bring: how it stands in other systems.

Types are those by which the audit report names things: invoice, product, journal.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from hub.ui.components import SidePanel
from tenants.selectors import MembershipInForce

Panels = Callable[[str, UUID, MembershipInForce], Sequence[SidePanel]]
_makers: list[Panels] = []


def register_object_panels(maker: Panels) -> None:
    """Called from `AppConfig.ready`: gives a thing's cards, none where there are none."""
    _makers.append(maker)


def object_panels(object_type: str, object_id: UUID, member: MembershipInForce) -> list[SidePanel]:
    """The cards that this person sees."""
    return [panel for maker in _makers for panel in maker(object_type, object_id, member)]
