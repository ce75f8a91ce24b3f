"""Which buttons a document's page offers this person, from its state."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from hub.ui.components import Link
from orders.domain.states import NetworkStatus
from orders.models import Bill, PurchaseOrder, SalesOrder, TradeDocument
from orders.presenters.kinds import AnyDocument, Kind
from orders.presenters.money_links import money_links
from orders.presenters.part_buttons import add_bill_parts, add_order_parts, add_piece_pages
from orders.presenters.partner import is_received
from orders.selectors import is_sent_as_authorised
from orders.services.approvals import Standing, standing_of
from orders.services.quote_approval import waits_for_approval
from orders.services.sending import SENDABLE
from orders.verbs import Verb, verbs_of
from tenants.domain.limits import LimitKind
from tenants.domain.permissions import Level
from tenants.selectors import MembershipInForce
from tenants.services.limits import Approver


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a verb: in a dialog of this name, or on a page of its own."""

    name: str
    title: str
    url: str
    verb: Verb
    form: Any
    consequences: Sequence[str] = ()

    @property
    def button(self) -> str:
        """The button's words say the verb again."""
        return self.verb.label

    @property
    def tone(self) -> str:
        """Red for what cannot be undone."""
        return "danger" if self.verb.tone == "critical" else "primary"


@dataclass(frozen=True, slots=True)
class Buttons:
    """The one primary action, what stands beside it, the menu, and the questions they ask."""

    primary: Link | None = None
    beside: Sequence[Link] = ()
    menu: Sequence[Link] = ()
    questions: Sequence[Question] = field(default=())


def question(kind: Kind, verb: Verb, document: AnyDocument, url: str, form: Any) -> Question:
    """What `verb` asks about `document`."""
    consequences = verb.consequences(document) if verb.consequences is not None else []
    title = verb.title.format(
        label=verb.label, number=document.number, contact=document.contact.name
    )
    return Question(f"ask-{verb.name}", title, url, verb, form, consequences)


def buttons_for(
    kind: Kind, document: AnyDocument, member: MembershipInForce, *, then: str = ""
) -> Buttons:
    """Buttons by state and right. `then`: where to go when it is done (the inbox's next item)."""
    links: dict[str, list[Link]] = {"primary": [], "beside": [], "menu": []}
    questions = []
    standing = standing_for(document, member)
    for verb in verbs_of(kind.model):
        if not (verb.allowed(member, kind.area) and verb.offered(document)):
            continue
        if verb.whom is not None and not verb.whom(standing):
            continue
        url = kind.url(document, verb.name) + (f"?{urlencode({'next': then})}" if then else "")
        links[verb.place].append(_link(verb, url))
        if verb.asks and not verb.rehearses:
            form = verb.form(auto_id=f"{verb.name}-%s")
            questions.append(question(kind, verb, document, url, form))
    if isinstance(document, TradeDocument):
        _add_pages(kind, document, member, links)
    else:
        add_piece_pages(kind, document, member, links)
    first, others = links["primary"][:1], links["primary"][1:]
    beside = [*links["beside"], *(_quiet(link) for link in others)]
    menu = sorted(links["menu"], key=lambda link: link.tone == "critical")  # red ones last
    return Buttons(first[0] if first else None, beside, menu, questions)


def standing_for(document: AnyDocument, member: MembershipInForce) -> Standing:
    """How the person stands to a document that waits for approval; none for other papers."""
    if not isinstance(document, TradeDocument) or member.user_id is None:
        return Standing()
    kinds = frozenset(kind for kind in LimitKind if member.can(kind.area, Level.APPROVE))
    return standing_of(document, Approver(member.user_id, "", kinds, member.limits))


def _link(verb: Verb, url: str) -> Link:
    tone = {"primary": "primary", "beside": "", "menu": verb.tone}[verb.place]
    if verb.rehearses:
        return Link(f"{verb.label}…", url, verb.icon, tone=tone)
    if verb.asks:
        label = f"{verb.label}…"
        return Link(label, url, verb.icon, tone=tone, dialog=f"ask-{verb.name}")
    return Link(verb.label, url, verb.icon, "post", tone, shortcut=verb.shortcut)


def _quiet(link: Link) -> Link:
    """A second primary button steps back."""
    return replace(link, tone="", shortcut="")


def _add_pages(
    kind: Kind, document: TradeDocument, member: MembershipInForce, links: dict[str, list[Link]]
) -> None:
    status = document.status
    may_edit = member.can(kind.area, Level.EDIT)
    if status == "draft" and may_edit and not getattr(document, "from_network", False):
        links["beside"].insert(0, Link("Edit", kind.url(document, "edit"), "pencil"))
    if kind.sendable and status in SENDABLE[kind.model] and may_edit:
        _add_email(kind, document, links)
    if isinstance(document, PurchaseOrder | SalesOrder):
        add_order_parts(kind, document, member, links)
    if isinstance(document, Bill):
        add_bill_parts(kind, document, member, links)
    for place, link in money_links(kind, document, member):
        links[place].append(link)
    if kind.sendable and not waits_for_approval(document):
        links["menu"].append(Link("PDF", kind.url(document, "pdf"), "file-type-pdf"))


def _add_email(kind: Kind, document: TradeDocument, links: dict[str, list[Link]]) -> None:
    """Sending is the next step until the document as it stands has left; then it is in the menu."""
    waits = _waits_to_be_sent(document)
    first = waits and not links["primary"]
    link = Link(
        f"E-mail {kind.short}",
        kind.url(document, "email"),
        "mail",
        tone="primary" if first else "",
        shortcut="e",
    )
    # A partner with a question waits for words or a new version.
    asked = document.network_status == NetworkStatus.ASKED
    links["primary" if first else "beside" if waits or asked else "menu"].append(link)


def _waits_to_be_sent(document: TradeDocument) -> bool:
    if is_received(document):
        return False
    came_back = (NetworkStatus.RETURNED, NetworkStatus.REFUSED)
    return document.network_status in came_back or not is_sent_as_authorised(document)
