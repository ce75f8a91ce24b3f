"""The template tags: what they write, and that they escape."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import timezone

from hub.money import Money
from hub.ui.components import PlainBadge
from hub.ui.formatting import MINUS
from hub.ui.icons import UnknownIcon, icon_svg

ORGANISATION = SimpleNamespace(
    base_currency="GBP", date_format="j M Y", timezone="Europe/London", name="Harbour Roasters"
)


def render(text: str, **values: object) -> str:
    context = Context({"shell": SimpleNamespace(organisation=ORGANISATION), **values})
    return Template("{% load wharf %}" + text).render(context)


def test_money_in_the_base_currency_shows_no_code() -> None:
    shown = render("{% money total %}", total=Money(Decimal("1284.5"), "GBP"))

    assert shown == '<span class="w-money">1,284.50</span>'


def test_money_in_another_currency_shows_its_code() -> None:
    shown = render("{% money total 'EUR' %}", total=Decimal(-12))

    assert shown == (
        '<span class="w-money w-money--negative">'
        f'<span class="w-money__code">EUR</span>&nbsp;{MINUS}12.00</span>'
    )


@pytest.mark.parametrize("nothing", [None, "", "not a number"])
def test_what_is_no_amount_is_a_dash(nothing: object) -> None:
    assert ">&ndash;<" in render("{% money total %}", total=nothing)


def test_a_badge_has_words_icon_and_tone() -> None:
    shown = render(
        "{% status_badge status %}", status=PlainBadge("Needs <attention>", "critical", "x")
    )

    assert 'class="w-badge w-badge--critical"' in shown
    assert "<svg" in shown
    assert "Needs &lt;attention&gt;" in shown


def test_an_unknown_tone_is_neutral() -> None:
    assert "w-badge--neutral" in render(
        "{% status_badge status %}", status=PlainBadge("Odd", 'x" onclick="', "x")
    )


def test_a_date_carries_its_iso_form() -> None:
    assert render("{% day due %}", due=date(2026, 12, 4)) == (
        '<time datetime="2026-12-04" title="2026-12-04">4 Dec 2026</time>'
    )


def test_a_moment_is_local_and_carries_utc() -> None:
    shown = render("{% moment at %}", at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))

    assert 'datetime="2026-07-01T23:30:00Z"' in shown
    assert ">2 Jul 2026, 00:30<" in shown


def test_a_recent_moment_can_be_relative() -> None:
    shown = render("{% moment at relative=True %}", at=timezone.now() - timedelta(minutes=5))

    assert ">5 min ago<" in shown


def test_a_connected_contact_is_marked_with_words() -> None:
    """N7: the icon has a text alternative."""
    shown = render("{% connected_mark True 'Kestrel & Sons' %}")

    assert 'aria-label="Connected to Kestrel &amp; Sons on Wharf"' in shown
    assert render("{% connected_mark False %}") == ""


def test_a_dialog_is_named_by_its_heading() -> None:
    shown = render(
        '{% dialog name="void" title=title %}<p>Sure?</p>{% enddialog %}', title="<Void>"
    )

    assert '<dialog class="w-dialog" id="void" aria-labelledby="void-title">' in shown
    assert "&lt;Void&gt;" in shown
    assert "<p>Sure?</p>" in shown


def test_initials_are_those_of_two_words() -> None:
    assert render("{% initials 'Kestrel Cafés Ltd' %}") == "KC"
    assert render("{% initials '' %}") == "?"


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(UnknownIcon):
        icon_svg("no-such-icon")
    with pytest.raises(UnknownIcon):
        icon_svg("../../package")


def test_an_icon_without_words_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon_svg("truck")
    assert 'role="img" aria-label="Shipped"' in icon_svg("truck", label="Shipped")
