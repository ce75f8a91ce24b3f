"""Keyset pages over real rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from hub.errors import InvalidInput
from hub.pagination import decode_cursor, encode_cursor, keyset_page
from tenants.models import Notification
from tests.cast import Company, make_company

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def company() -> Iterator[Company]:
    """A company whose owner has eleven notifications, several at the same moment."""
    made = make_company()
    with made.inside():
        Notification.objects.all().delete()
        for number in range(11):
            Notification.objects.create(
                user=made.owner,
                kind="example",
                title=f"Number {number}",
                created_at=START + timedelta(hours=number // 4),
            )
        yield made


def rows() -> QuerySet[Notification]:
    return Notification.objects.all()


def walk(order: str, *, limit: int) -> tuple[list[list[UUID]], list[list[UUID]]]:
    """The ids of every page forward to the end, then backward to the start."""
    forward, cursor = [], ""
    while True:
        page = keyset_page(rows(), order=order, limit=limit, cursor=cursor)
        forward.append([row.pk for row in page.rows])
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    backward = [forward[-1]]
    while page.previous_cursor is not None:
        page = keyset_page(rows(), order=order, limit=limit, cursor=page.previous_cursor)
        backward.insert(0, [row.pk for row in page.rows])
    return forward, backward


@pytest.mark.parametrize("order", ["created_at", "-created_at", "id", "-id", "title", "-title"])
def test_pages_show_each_row_once_in_both_directions(company: Company, order: str) -> None:
    """A4: cursor pages; rows that share a value are neither lost nor doubled."""
    expected = list(
        rows()
        .order_by(order, "-id" if order.startswith("-") else "id")
        .values_list("id", flat=True)
    )

    forward, backward = walk(order, limit=3)

    assert [pk for page in forward for pk in page] == expected
    assert [len(page) for page in forward] == [3, 3, 3, 2]
    assert backward == forward


def test_the_first_page_has_no_previous_and_the_only_page_no_next(company: Company) -> None:
    page = keyset_page(rows(), order="-id", limit=11)

    assert (page.next_cursor, page.previous_cursor) == (None, None)


def test_a_page_is_one_statement_that_compares_rows(company: Company) -> None:
    first = keyset_page(rows(), order="-created_at", limit=3)
    assert first.next_cursor is not None

    with CaptureQueriesContext(connection) as queries:
        keyset_page(rows(), order="-created_at", limit=3, cursor=first.next_cursor)

    assert len(queries) == 1
    sql = queries[0]["sql"].replace('"tenants_notification".', "")
    assert '("created_at", "id") < (' in sql


def test_an_altered_cursor_is_refused_at_its_field(company: Company) -> None:
    cursor = keyset_page(rows(), order="-id", limit=3).next_cursor
    assert cursor is not None

    for bad in (cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "x", "", f"{cursor}x"):
        with pytest.raises(InvalidInput) as refused:
            decode_cursor(bad, "-id")
        assert list(refused.value.fields) == ["cursor"]
        assert refused.value.code == "invalid_cursor"


def test_a_cursor_of_another_order_is_refused(company: Company) -> None:
    cursor = encode_cursor(rows()[0], "-created_at", backward=False)

    with pytest.raises(InvalidInput):
        decode_cursor(cursor, "created_at")
