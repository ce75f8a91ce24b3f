"""What apps above bring to a thing's pages: cards of how it stands in other systems, and what they
make of a verb before somebody does it.

Types are those by which the audit report names things: invoice, product, journal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.ui.components import SidePanel
from tenants.selectors import MembershipInForce


@dataclass(frozen=True, slots=True)
class Caution:
    """What another system will do when a verb is done here. `tone`: info or attention."""

    title: str
    text: str
    tone: str = "attention"


Panels = Callable[[str, UUID, MembershipInForce], Sequence[SidePanel]]
Cautions = Callable[[str, UUID, str], Sequence[Caution]]
_makers: list[Panels] = []
_cautions: list[Cautions] = []


def register_object_panels(maker: Panels) -> None:
    """Called from `AppConfig.ready`: gives a thing's cards, none where there are none."""
    _makers.append(maker)


def object_panels(object_type: str, object_id: UUID, member: MembershipInForce) -> list[SidePanel]:
    """The cards that this person sees."""
    return [panel for maker in _makers for panel in maker(object_type, object_id, member)]


def register_cautions(maker: Cautions) -> None:
    """Called from `AppConfig.ready`: what to know before a verb ("undo", "void") on a thing."""
    _cautions.append(maker)


def cautions_of(object_type: str, object_id: UUID, verb: str) -> list[Caution]:
    """What is to be known before the verb, wherever it is asked."""
    return [one for maker in _cautions for one in maker(object_type, object_id, verb)]
