"""The example pages and the pages outside the shell, without a browser."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings

EXAMPLES = [
    "/_ui/",
    "/_ui/list/",
    "/_ui/list/?empty=1",
    "/_ui/list/?q=nothing",
    "/_ui/document/",
    "/_ui/form/",
    "/_ui/lines/",
    "/_ui/mail/",
    "/_ui/mail/?stranger=1",
    "/_ui/diff/",
    "/_ui/confirm/",
    "/_ui/job/?state=running",
]
TEMPLATES = Path(settings.TEMPLATES[0]["DIRS"][0])


@pytest.fixture
def demo() -> Iterator[Client]:
    """A browser of an instance that shows its examples."""
    with override_settings(DEMO=True):
        yield Client()


@pytest.mark.parametrize("address", EXAMPLES)
def test_each_example_is_shown_within_the_budget(demo: Client, address: str) -> None:
    """HTML under 60 kB compressed."""
    response = demo.get(address)

    assert response.status_code == 200
    assert len(gzip.compress(response.content)) < 60_000


@pytest.mark.parametrize("address", EXAMPLES)
def test_no_page_breaks_its_own_policy(demo: Client, address: str) -> None:
    """No style attribute, no inline script, no inline handler."""
    html = demo.get(address).content.decode()

    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son[a-z]+=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", html)
    assert "unsafe-inline" not in demo.get(address)["Content-Security-Policy"]


@override_settings(DEMO=False, DEBUG=False)
def test_examples_do_not_exist_elsewhere() -> None:
    assert Client().get("/_ui/").status_code == 404


def test_a_job_that_ended_stops_the_asking(demo: Client) -> None:
    """A5: the card polls every 2 s and stops by the status of the answer."""
    running = demo.get("/_ui/job/?state=running")
    done = demo.get("/_ui/job/?state=done")

    assert (running.status_code, done.status_code) == (200, 286)
    assert 'hx-trigger="every 2s"' in running.content.decode()
    assert "hx-trigger" not in done.content.decode()


def test_a_refused_form_keeps_what_was_typed(demo: Client) -> None:
    response = demo.post("/_ui/form/", {"name": "Kestrel", "email": "no address"})

    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="Kestrel"' in html
    assert 'href="#id_email"' in html


def test_the_mail_window_offers_the_network_to_partners_only(demo: Client) -> None:
    """N9: Send via network for a connected contact, else an invitation in place."""
    partner = demo.get("/_ui/mail/").content.decode()
    stranger = demo.get("/_ui/mail/?stranger=1").content.decode()

    assert 'name="via_network"' in partner
    assert "Invite to connect" not in partner
    assert 'name="via_network"' not in stranger
    assert "Invite to connect" in stranger


def test_differences_are_marked_with_words(demo: Client) -> None:
    """N11: side by side, "was 12", totals at both feet."""
    html = demo.get("/_ui/diff/").content.decode()

    assert "was 12" in html
    assert "was 950.40" in html
    assert "5 differences" in html
    assert "Show all lines (3 unchanged)" in html


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_need_no_context(code: str) -> None:
    html = render_to_string(f"{code}.html")

    assert "<h1" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
)
def test_sign_in_pages_speak_our_words(address: str) -> None:
    """A1: labels, no placeholder instead of a label, password managers are welcome."""
    html = Client().get(address).content.decode()

    assert ">E-mail</label>" in html
    assert "placeholder" not in html
    assert 'autocomplete="email"' in html or 'autocomplete="username"' in html
    assert not re.search(r"<[^>]+\sstyle=", html)


def test_every_component_says_what_it_takes() -> None:
    for template in (TEMPLATES / "components").glob("*.html"):
        text = template.read_text()
        assert "{% comment %}" in text.split("{% load", maxsplit=1)[0] or text.startswith(
            "{% extends"
        ), template.name
