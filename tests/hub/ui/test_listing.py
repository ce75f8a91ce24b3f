"""The list page over real rows: what it reads, what it shows, what it refuses."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django_htmx.middleware import HtmxDetails

from hub.errors import InvalidInput
from hub.ui import export as exporting
from hub.ui.components import EmptyState
from hub.ui.filters import ChoiceFilter, DateFilter
from hub.ui.listing import BulkAction, Column, Listing, ListTab, build_page, listing_response
from tenants.models import Notification
from tests.cast import Company, make_company

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
LIST = Listing(
    key="notifications",
    title="Notifications",
    noun="notification",
    columns=(
        Column("title", "Title", primary=True),
        Column("kind", "Kind"),
        Column("created_at", "When", kind="moment", sort="created_at"),
    ),
    tabs=(
        ListTab("all", "All"),
        ListTab("orders", "Orders", {"kind": "order"}),
        ListTab("unread", "Unread", {"read_at__isnull": True}),
    ),
    sort="-created_at",
    search=lambda rows, text: rows.filter(title=text),
    filters=(
        ChoiceFilter("tone", "Tone", (("info", "Info"), ("critical", "Problem"))),
        DateFilter("at", "When", "created_at__date"),
    ),
    row_url=lambda row: f"/notifications/{row.pk}/",
    bulk=(BulkAction("Mark as read", "/notifications/read/"),),
    empty=EmptyState("Nothing to tell", "You are up to date."),
)


@pytest.fixture
def company() -> Iterator[Company]:
    """A company with 60 notifications: every third about an order, one of them hostile."""
    made = make_company()
    with made.inside():
        Notification.objects.all().delete()
        Notification.objects.bulk_create(
            Notification(
                user=made.owner,
                kind="order" if number % 3 == 0 else "other",
                tone="critical" if number < 5 else "info",
                title="=cmd|' /C calc'!A0" if number == 59 else f"<b>Number {number}</b>",
                created_at=START + timedelta(days=number),
            )
            for number in range(60)
        )
        yield made


def ask(params: Mapping[str, str] | None = None, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/notifications/", params or {}, headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    request.user = None  # type: ignore[assignment]
    return listing_response(request, LIST, Notification.objects.all())


def page_of(**params: str) -> Any:
    return build_page(LIST, QueryDict(urlencode(params)), Notification.objects.all())


def test_a_page_takes_two_statements_whatever_it_shows(company: Company) -> None:
    """Lists: rows and counts; no statement per row, the hundredth page like the first."""
    with CaptureQueriesContext(connection) as first:
        page = page_of()
        assert len(page.rows) == 50
    with CaptureQueriesContext(connection) as second:
        page = build_page(LIST, QueryDict(page.next_url[1:]), Notification.objects.all())
        assert len(page.rows) == 10

    assert (len(first), len(second)) == (2, 2)


def test_tabs_count_in_one_statement(company: Company) -> None:
    tabs = page_of().tabs

    assert [(tab.label, tab.count) for tab in tabs] == [
        ("All", "60"),
        ("Orders", "20"),
        ("Unread", "60"),
    ]


def test_counts_stop_at_999(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.ui.listing.COUNT_LIMIT", 20)

    assert [tab.count for tab in page_of().tabs] == ["19+", "19+", "19+"]


def test_the_address_is_the_state(company: Company) -> None:
    page = page_of(tab="orders", sort="created_at", tone="critical", at_to="2026-11-03")

    assert [row.label for row in page.rows] == ["<b>Number 0</b>"]
    assert [(chip.label, chip.text) for chip in page.state.chips] == [
        ("Tone", "Problem"),
        ("When", "to 3 Nov 2026"),
    ]
    assert [heading.aria_sort for heading in page.headings] == ["", "", "ascending"]
    assert page.headings[2].sort_url == (
        "?tab=orders&tone=critical&at_to=2026-11-03&sort=-created_at"
    )
    assert page.clear_url == "?tab=orders&sort=created_at"


def test_what_the_address_may_not_ask_falls_back(company: Company) -> None:
    page = page_of(tab="nonsense", sort="title", tone="purple", at_from="31/12/2026")

    assert page.state.tab.key == "all"
    assert page.state.order == "-created_at"
    assert page.state.refused == [
        "Tone: choose one of the list.",
        "When: write a date such as 2026-11-30.",
    ]
    assert len(page.rows) == 50


def test_a_cursor_that_was_altered_says_so_and_shows_the_first_page(company: Company) -> None:
    page = page_of(cursor="altered")

    assert page.problem == "This page link is not valid any more. Start from the first page."
    assert page.rows[0].label == "=cmd|' /C calc'!A0"


def test_previous_leads_back_to_the_same_rows(company: Company) -> None:
    first = page_of()
    second = build_page(LIST, QueryDict(first.next_url[1:]), Notification.objects.all())
    again = build_page(LIST, QueryDict(second.previous_url[1:]), Notification.objects.all())

    assert [row.id for row in again.rows] == [row.id for row in first.rows]
    assert (second.next_url, again.previous_url) == ("", "")


def test_htmx_gets_the_table_that_the_page_includes(company: Company) -> None:
    part = ask(None, HX_Request="true", HX_Target="list").content.decode()
    whole = ask().content.decode()

    assert part.lstrip().startswith('<div id="list"')
    assert "<html" in whole
    assert '<div id="list"' in whole


def test_a_page_that_history_restores_is_whole(company: Company) -> None:
    shown = ask(
        None, HX_Request="true", HX_Target="list", HX_History_Restore_Request="true"
    ).content.decode()

    assert "<html" in shown


def test_what_people_wrote_is_escaped(company: Company) -> None:
    shown = ask({"sort": "created_at"}).content.decode()

    assert "&lt;b&gt;Number 0&lt;/b&gt;" in shown
    assert "<b>Number 0</b>" not in shown


def test_an_empty_list_and_one_without_a_match_differ(company: Company) -> None:
    nothing = ask({"q": "no such title"}).content.decode()
    Notification.objects.all().delete()
    empty = ask().content.decode()

    assert "No notifications match" in nothing
    assert "Clear filters" in nothing
    assert "Nothing to tell" in empty


def test_csv_holds_what_is_shown_and_no_formula(company: Company) -> None:
    response = ask({"format": "csv", "tab": "unread", "hide": "kind", "sort": "-created_at"})
    text = b"".join(response).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))

    assert response["Content-Disposition"] == 'attachment; filename="notifications.csv"'
    assert lines[0] == ["Title", "When"]
    assert lines[1] == ["'=cmd|' /C calc'!A0", "2026-12-30T09:00:00Z"]
    assert len(lines) == 61


def test_csv_above_its_limit_is_refused(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 59)

    with pytest.raises(InvalidInput, match="more than 59 rows"):
        ask({"format": "csv"})


def test_rows_can_be_ticked_by_name(company: Company) -> None:
    shown = ask({"sort": "created_at"}).content.decode()

    assert 'name="selected"' in shown
    assert 'aria-label="Select &lt;b&gt;Number 0&lt;/b&gt;"' in shown
    assert 'formaction="/notifications/read/"' in shown
