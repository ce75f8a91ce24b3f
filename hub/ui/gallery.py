"""Examples of each component in each of its states, for `/_ui/`, the tests and the screenshots."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html

from hub.choices import ToneChoices
from hub.pagination import Page
from hub.ui import gallery_forms
from hub.ui.components import (
    Attachment,
    Change,
    DiffCell,
    DiffRow,
    DiffTable,
    EmptyState,
    ErrorPanel,
    Fact,
    JobCard,
    Link,
    MatrixArea,
    Outcome,
    PlainBadge,
    SidePanel,
    Step,
    Tab,
    TimelineEntry,
)
from hub.ui.filters import ChoiceFilter, DateFilter
from hub.ui.listing import BulkAction, Column, Listing, ListPage, ListTab, assemble, read_state


class ExampleStatus(ToneChoices):
    """The words of a document's life."""

    DRAFT = "draft", "Draft", "neutral", "pencil"
    AWAITING = "awaiting", "Awaiting approval", "attention", "hourglass"
    AUTHORISED = "authorised", "Authorised", "info", "circle-check"
    SENT = "sent", "Sent", "info", "send"
    PART = "part", "Part-fulfilled", "attention", "progress"
    COMPLETED = "completed", "Completed", "success", "checks"
    VOID = "void", "Void", "neutral", "ban"
    FAILED = "failed", "Needs attention", "critical", "alert-triangle"


@dataclass(frozen=True, slots=True)
class ExampleContact:
    """Stands for a contact."""

    name: str
    is_connected: bool


@dataclass(frozen=True, slots=True)
class ExampleOrder:
    """Stands for a row of a list."""

    pk: str
    number: str
    contact: ExampleContact
    reference: str
    ordered_on: date
    due_on: date | None
    status: ExampleStatus
    sent_at: datetime | None
    total: Decimal
    currency: str


CONTACTS = (
    ExampleContact("Kestrel Cafés", is_connected=True),
    ExampleContact("Fulmar & Daughters Hotel Supply", is_connected=False),
    ExampleContact("Petrel Market Hall", is_connected=True),
    ExampleContact("Dunlin Delicatessen", is_connected=False),
)


def example_orders(count: int = 14) -> list[ExampleOrder]:
    """Orders with every status, two currencies, one without a due date."""
    statuses = list(ExampleStatus)
    first = date(2026, 11, 20)
    return [
        ExampleOrder(
            pk=f"order-{number}",
            number=f"SO-{1042 - number:05}",
            contact=CONTACTS[number % len(CONTACTS)],
            reference=f"KC-PO-{733 - number}" if number % 3 else "",
            ordered_on=first - timedelta(days=number * 2),
            due_on=first + timedelta(days=14 - number) if number != 4 else None,
            status=statuses[(number * 3 + 1) % len(statuses)],
            sent_at=timezone.now() - timedelta(minutes=7 + 51 * number) if number % 4 else None,
            total=Decimal("1284.5000") * (number + 1) / 3,
            currency="EUR" if number == 2 else "GBP",
        )
        for number in range(count)
    ]


EXAMPLES = Listing(
    key="example-sales",
    title="Sales",
    noun="sale",
    columns=(
        Column("number", "Number", primary=True, sort="number"),
        Column("contact", "Customer", kind="contact", sub="reference"),
        Column("ordered_on", "Date", kind="date", sort="ordered_on"),
        Column("due_on", "Due", kind="date", hide_below="lg"),
        Column("status", "Status", kind="status"),
        Column("sent_at", "Sent", kind="ago", hide_below="lg"),
        Column("total", "Total", kind="money", currency="currency"),
    ),
    tabs=(
        ListTab("all", "All"),
        ListTab("draft", "Draft", {"status": "draft"}),
        ListTab("awaiting", "Awaiting approval", {"status": "awaiting"}),
        ListTab("authorised", "Authorised", {"status": "authorised"}),
        ListTab("completed", "Completed", {"status": "completed"}),
        ListTab("void", "Void", {"status": "void"}),
    ),
    sort="-ordered_on",
    search=lambda rows, _text: rows,
    search_hint="Search number, customer or reference",
    filters=(
        ChoiceFilter("status", "Status", ExampleStatus.choices),
        DateFilter("due", "Due", "due_on"),
    ),
    row_url=lambda row: f"/_ui/document/?row={row.pk}",
    bulk=(
        BulkAction("Authorise", "/_ui/list/", icon="circle-check"),
        BulkAction("Void", "/_ui/list/", icon="ban", tone="danger"),
    ),
    empty=EmptyState(
        "No sales yet",
        "Orders from your customers come here, also those that arrive over the network.",
        icon="receipt",
        action=Link("New sale", "/_ui/form/", icon="plus"),
        learn=Link("How orders arrive over the network", "/_ui/"),
    ),
)


def example_list(params: QueryDict) -> ListPage:
    """The list page over rows in memory; `?empty=1` and a search for "nothing" show no rows."""
    state = read_state(EXAMPLES, params)
    gone = "empty" in params or state.text == "nothing"
    rows = [] if gone else example_orders()
    if state.tab and state.tab.where:
        rows = [row for row in rows if row.status == state.tab.where["status"]]
    page = Page(rows, "example" if rows else None, "example" if "cursor" in params else None)
    counts = {"all": "999+", "draft": "12", "awaiting": "3", "authorised": "128"}
    counts |= {"completed": "999+", "void": "0"}
    return assemble(EXAMPLES, state, page, counts)


def timeline() -> list[TimelineEntry]:
    """One entry of each tone, with changes, a comment and a way out."""
    now = timezone.now()
    return [
        TimelineEntry(
            now - timedelta(minutes=4),
            "Kestrel Cafés",
            "declined the change of line 3",
            "Network",
            "x",
            "critical",
            body="Please keep the 250 g bags: <b>our shelves</b> are made for them.",
        ),
        TimelineEntry(
            now - timedelta(hours=2),
            "Maya Lind",
            "approved the order with changes",
            "Person",
            "check",
            "success",
            changes=(Change("Quantity, line 2", "12", "10"), Change("Due", "", "4 Dec 2026")),
        ),
        TimelineEntry(
            now - timedelta(days=2),
            "Wharf",
            "could not deliver the order",
            "System",
            "alert-triangle",
            "attention",
            links=(Link("Send again", "/_ui/", method="post"),),
        ),
        TimelineEntry(
            datetime(2026, 11, 18, 9, 12, tzinfo=UTC),
            "Kestrel Cafés",
            "sent the order",
            "Network",
            "send",
            "info",
        ),
        TimelineEntry(
            datetime(2026, 11, 18, 9, 2, tzinfo=UTC), "Tom Okafor", "drafted the order", "API"
        ),
    ]


def difference() -> DiffTable:
    """Two changed lines, one added, one removed, three the same."""

    def cells(*pairs: tuple[str, str]) -> list[DiffCell]:
        return [DiffCell(left, right) for left, right in pairs]

    unchanged = (("40", "40"), ("3.20", "3.20"), ("128.00", "128.00"))
    same = [DiffRow(f"Filter papers no. {n}", cells(*unchanged)) for n in (1, 2, 4)]
    return DiffTable(
        "Ordered",
        "Confirmed by Harbour Roasters",
        ("Quantity", "Price", "Total"),
        [
            DiffRow(
                "Harbour Blend 1 kg",
                cells(("12", "10"), ("18.50", "18.50"), ("222.00", "185.00")),
                note="HB-1000",
                choice="line-1",
            ),
            DiffRow(
                "Decaf Peru 250 g",
                cells(("24", "24"), ("6.10", "6.45"), ("146.40", "154.80")),
                note="DP-250",
                choice="line-2",
            ),
            DiffRow("Carriage", cells(("", "1"), ("", "14.00"), ("", "14.00")), state="added"),
            DiffRow(
                "Oat drink, six of 1 l",
                cells(("4", ""), ("9.90", ""), ("39.60", "")),
                state="removed",
            ),
            *same,
        ],
        totals=(
            ("Net", DiffCell("792.00", "737.80")),
            ("VAT", DiffCell("158.40", "147.56")),
            ("Total GBP", DiffCell("950.40", "885.36")),
        ),
        header=(
            ("Expected on", DiffCell("1 Dec 2026", "4 Dec 2026")),
            ("Terms", DiffCell("30 days", "30 days")),
        ),
        numeric=("Quantity", "Price", "Total"),
    )


def jobs() -> list[JobCard]:
    """A job in each state."""
    return [
        JobCard(
            "Sending 48 invoices",
            "running",
            "Running",
            "/_ui/job/?state=running",
            17,
            48,
            "INV-00417 to Kestrel Cafés",
            65,
            cancel_url="/_ui/",
        ),
        JobCard("Importing products", "queued", "Waiting", "/_ui/job/?state=queued"),
        JobCard(
            "Importing contacts",
            "done",
            "Finished",
            "",
            210,
            212,
            "",
            42,
            result="210 contacts imported, 2 refused.",
            result_link=Link("Open the contacts", "/_ui/list/"),
            failures=(
                Outcome("Row 17", "The e-mail address has no @."),
                Outcome("Row 90", "The currency GPB is unknown; GBP would be right."),
            ),
        ),
        JobCard(
            "Sending SO-01042 to Petrel Market Hall",
            "failed",
            "Failed",
            "",
            0,
            1,
            "",
            7260,
            error="The partner disconnected. Nothing was sent.",
        ),
        JobCard(
            "Filling the price list", "cancelled", "Cancelled", "", 30, 90, "Stopped by Maya", 8
        ),
    ]


def sides() -> list[SidePanel]:
    """The right rail of a document."""
    return [
        SidePanel(
            "Network",
            (
                Fact("Partner", "Kestrel Cafés"),
                Fact("Their number", "KC-PO-00733"),
                Fact("Opened", "20 Nov 2026, 14:03"),
                Fact("Their status", ""),
            ),
            "affiliate",
            PlainBadge("Connected", "success", "plug-connected"),
            (Link("Compare", "/_ui/diff/", icon="arrows-diff"),),
        ),
        SidePanel("Notes", note="Deliver to the back door before 10:00.", icon="note"),
    ]


def error_panels() -> list[ErrorPanel]:
    """With everything, and with the first line only."""
    return [
        ErrorPanel(
            "PO-00412 did not reach Harbour Roasters.",
            "The order stays authorised here; nothing was booked on either side.",
            Link("Send again", "/_ui/", method="post"),
            "network.disconnected",
            "0193f1f2a7",
            "connection removed by the partner at 2026-11-20T14:03:11Z",
        ),
        ErrorPanel("The file is not a picture."),
    ]


def frame(theme: str) -> dict[str, Any]:
    """A shell around the examples, with a person who chose `theme`; nothing of it is real."""
    organisation = SimpleNamespace(
        id=1,
        name="Harbour Roasters",
        base_currency="GBP",
        date_format="j M Y",
        timezone="Europe/London",
    )
    places = (("1", "Harbour Roasters"), ("2", "Kestrel Cafés"))
    navigation = (
        ("Dashboard", "layout-dashboard", "/_ui/", ""),
        ("Sales", "receipt", "/_ui/list/", "s"),
        ("Purchases", "shopping-cart", "/_ui/lines/", "p"),
        ("Contacts", "address-book", "/_ui/form/", ""),
        ("Network", "affiliate", "/_ui/diff/", ""),
    )
    new = (("Purchase order", "shopping-cart", "/_ui/lines/"), ("Contact", "user", "/_ui/form/"))
    return {
        "shell": SimpleNamespace(
            organisation=organisation,
            memberships=[SimpleNamespace(tenant_id=key, name=name) for key, name in places],
            nav=[
                SimpleNamespace(
                    label=label, icon=icon, url=url, shortcut=key, active=label == "Sales"
                )
                for label, icon, url, key in navigation
            ],
            new_menu=[SimpleNamespace(label=label, icon=icon, url=url) for label, icon, url in new],
            inbox_count=3,
            unread_count=12,
        ),
        "user": ExamplePerson("Maya Lind", "maya@harbour.example", theme),
    }


@dataclass(frozen=True, slots=True)
class ExamplePerson:
    """Stands for the person who is signed in."""

    name: str
    email: str
    appearance: str
    shortcuts: bool = True
    is_authenticated: bool = True

    def __str__(self) -> str:
        return self.name


def document_context() -> dict[str, Any]:
    """A sale, as its page would be given."""
    order = example_orders(1)[0]
    return {
        "page_title": "SO-01042",
        "page_status": ExampleStatus.AWAITING,
        "breadcrumbs": [Link("Sales", "/_ui/list/")],
        "page_tabs": [
            Tab("Order", "/_ui/document/", active=True),
            Tab("Invoices", "/_ui/document/?tab=invoices", count="1"),
            Tab("Timeline", "/_ui/document/?tab=timeline"),
        ],
        "contact": order.contact,
        "contact_url": "/_ui/",
        "contact_label": "Customer",
        "facts": [
            Fact("Their order", "KC-PO-00733"),
            Fact("Ordered", "20 Nov 2026"),
            Fact("Expected", "4 Dec 2026", "they asked for 1 Dec"),
            Fact("Terms", "30 days"),
            Fact("Deliver to", format_html("{}", "14 Quay Street, Bristol")),
        ],
        "badges": [
            PlainBadge("Arrived over the network", "info", "affiliate"),
            PlainBadge("Differs from the order", "attention", "arrows-diff"),
        ],
        "lines": gallery_forms.LINES,
        "totals": [("Net", Decimal("368.40")), ("VAT 20 %", Decimal("73.68"))],
        "grand": ("Total", Decimal("442.08")),
        "sides": sides(),
        "entries": timeline(),
        "more_links": [
            Link("Print", "/_ui/", icon="printer"),
            Link("Duplicate", "/_ui/", icon="copy", method="post"),
            Link("Void…", "/_ui/confirm/", icon="ban", tone="critical", dialog="void-order"),
        ],
        "approve": Link(
            "Approve order", "/_ui/", icon="check", method="post", tone="primary", shortcut="a"
        ),
        "decline": Link("Decline", "/_ui/confirm/", dialog="void-order"),
    }


def component_context() -> dict[str, Any]:
    """What the page of small components shows."""
    levels = (("none", "None"), ("view", "View"), ("edit", "Edit"), ("approve", "Approve"))
    return {
        "page_title": "Components",
        "page_lead": "Each component in each state. Shown while developing and in the demo only.",
        "statuses": list(ExampleStatus),
        "amounts": [Decimal("1284.5"), Decimal("-73.125"), Decimal(0), None],
        "now": timezone.now() - timedelta(minutes=5),
        "today": date(2026, 11, 22),
        "errors": error_panels(),
        "jobs": jobs(),
        "entries": timeline(),
        "sides": sides(),
        "areas": [
            MatrixArea("sales", "Sales", "approve"),
            MatrixArea("purchases", "Purchases", "edit", "Purchase orders and bills"),
            MatrixArea("settings", "Settings", "none", levels=("none", "view", "edit")),
        ],
        "levels": levels,
        "files": [Attachment("PO-00412.pdf", "/_ui/", 48_213), Attachment("terms.pdf", "", 9_120)],
        "steps": [Step("Company", "done", "/_ui/"), Step("Users", "current"), Step("Products")],
        "empty": EXAMPLES.empty,
        "links": [Link("Print", "/_ui/"), Link("Void", "/_ui/", tone="critical", method="post")],
        "tabs": [Tab("All", "/_ui/", active=True, count="999+"), Tab("Draft", "/_ui/", count="0")],
        "person": SimpleNamespace(name="Kestrel Cafés", is_connected=True),
    }
