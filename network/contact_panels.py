"""Cards on a contact's page that apps above the network bring: what is owed, stock, shops."""

from collections.abc import Callable

from hub.ui.components import SidePanel
from network.models import Contact
from tenants.selectors import MembershipInForce

Panel = Callable[[Contact, MembershipInForce], SidePanel | None]
_panels: list[Panel] = []


def register_contact_panel(panel: Panel) -> None:
    """Called from `AppConfig.ready`: gives a contact's card, or None where there is none."""
    _panels.append(panel)


def panels_of(contact: Contact, member: MembershipInForce) -> list[SidePanel]:
    """The cards that this person sees."""
    found = (panel(contact, member) for panel in _panels)
    return [panel for panel in found if panel is not None]
