"""Settings show the documents in the style that is typed, drawn by the real renderer."""

import base64
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from orders.services.example_documents import KINDS, MOST_PAGES, example_pages
from tenants.models import Activity, Organisation
from tenants.services.organisations import current_organisation
from tests.cast import Company, make_company
from tests.orders.pages import text_of

PAGE = "/settings/company/preview/"
HTMX = {"HTTP_HX_REQUEST": "true"}


def typed(company: Company, **changes: str) -> dict[str, str]:
    """The settings form as it stands, with changes."""
    with company.inside():
        me = current_organisation()
    names = ("name", "country", "timezone", "date_format", "tax_rounding", "brand_colour")
    return {**{name: str(getattr(me, name)) for name in names}, "document_footer": "", **changes}


def pictures(client: Client, data: dict[str, Any]) -> list[bytes]:
    """What the fragment shows."""
    answer = client.post(PAGE, data, **HTMX)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.content
    html = answer.content.decode()
    assert "<html" not in html
    return [base64.b64decode(one) for one in re.findall(r"base64,([A-Za-z0-9+/=]+)", html)]


def colour_at_the_top(png: bytes) -> Any:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGB").getpixel((300, 4))


def test_the_preview_shows_what_is_typed_and_saves_nothing() -> None:
    """O8: the colour of the bar is the one in the form; the stored one stays."""
    company = make_company()
    browser = company.browser()
    [before] = pictures(browser, typed(company))
    [after] = pictures(browser, typed(company, brand_colour="#8a1f5c"))
    assert colour_at_the_top(after) == (0x8A, 0x1F, 0x5C)
    assert colour_at_the_top(before) != colour_at_the_top(after)
    [footed] = pictures(browser, typed(company, document_footer="Registered in Cork"))
    assert footed != before
    with company.inside():
        assert current_organisation().brand_colour != "#8a1f5c"
        assert current_organisation().document_footer == ""
        assert not Activity.objects.filter(action="organisation.changed").exists()


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_of_document_is_drawn(kind: str) -> None:
    """O8: invoice, quote, orders, credit note, and the papers of the warehouse."""
    company = make_company()
    with company.inside():
        pages = example_pages(kind, current_organisation(), None)
    assert 1 <= len(pages) <= MOST_PAGES
    with Image.open(io.BytesIO(pages[0])) as picture:
        assert picture.format == "PNG"
        assert picture.size == (794, 1123)


def test_hostile_text_is_only_text_and_what_cannot_be_used_is_said() -> None:
    """O8: markup stays letters; a bad colour shows the stored one with a word about it."""
    company = make_company()
    browser = company.browser()
    hostile = '#read("/etc/passwd") <script>alert(1)</script> \\ $x$ *b*'
    data = typed(company, name=hostile, document_footer=hostile, preview_kind="<script>")
    answer = browser.post(PAGE, data, **HTMX)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
    bad = browser.post(PAGE, typed(company, brand_colour="red"), **HTMX)  # type: ignore[arg-type]
    assert "The saved one is shown." in bad.content.decode()
    long = browser.post(PAGE, typed(company, document_footer="x" * 1001), **HTMX)  # type: ignore[arg-type]
    assert "The saved one is shown." in long.content.decode()


def test_without_javascript_a_button_opens_it_on_a_page_of_its_own() -> None:
    """O8: the form posts to the preview in a new tab; what was typed stays in the old one."""
    company = make_company()
    browser = company.browser()
    shown = text_of(browser, "/settings/company/")
    assert f'formaction="{PAGE}" formtarget="_blank"' in shown
    assert f'hx-post="{PAGE}"' in shown
    answer = browser.post(PAGE, typed(company, preview_kind="quote"))
    assert "<html" in answer.content.decode()
    assert "Preview: quote" in answer.content.decode()


def test_a_logo_is_seen_before_it_is_kept() -> None:
    """O8: the chosen picture is on the example; a file that is no picture is refused in words."""
    company = make_company()
    browser = company.browser()
    assert f'hx-post="{PAGE}"' in text_of(browser, "/settings/company/logo/")
    [plain] = pictures(browser, {"preview_kind": "invoice"})
    file = io.BytesIO()
    Image.new("RGB", (80, 40), "red").save(file, "PNG")
    [with_logo] = pictures(browser, {"logo": SimpleUploadedFile("l.png", file.getvalue())})
    assert with_logo != plain
    broken = browser.post(PAGE, {"logo": SimpleUploadedFile("l.png", b"no")}, **HTMX)  # type: ignore[arg-type]
    assert "no PNG or JPEG picture" in broken.content.decode()
    with company.inside():
        assert Organisation.objects.get(id=company.id).logo is None


def test_who_may_not_change_the_settings_has_no_preview() -> None:
    """Q19: neither on the page nor at its address."""
    company = make_company()
    browser = company.browser(company.member("read_only"))
    assert browser.post(PAGE, {}).status_code == 403
