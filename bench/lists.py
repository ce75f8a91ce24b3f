"""Lists: a page of 50 costs the same in an organisation with 1,000 rows and with 1,000,000.

Each list is measured twice: by the API, and as the page a person opens.
"""

import re
from collections.abc import Callable
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.test import Client

from bench.measure import Figure, at_least, at_most, compare
from bench.stage import Stage
from bench.statements import counted
from bench.trading import Api
from bench.walls import reads_past, reads_through
from tenants.middleware import SESSION_KEY
from tenants.models import User

PAGE = 50
HUNDREDTH = 99
RESOURCES = ("purchase-orders", "sales-orders", "contacts", "network/envelopes", "sync-documents")
PAGES = (
    "/purchases/",
    "/sales/",
    "/contacts/",
    "/network/envelopes/",
    "/integrations/quickbooks/history/?tab=all",
)
NEXT = re.compile(r'rel="next"[^>]*href="([^"]*)"')

Get = Callable[[str], Any]


class Browser:
    """A signed-in person at one organisation."""

    def __init__(self, user: User, tenant_id: UUID) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1")
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        self.client.force_login(user, backend=backend)
        session = self.client.session
        session[SESSION_KEY] = str(tenant_id)
        session.save()

    def get(self, path: str) -> str:
        """GET a page; fails loudly."""
        response = self.client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status_code}")
        return str(response.content.decode())


def list_figures(stage: Stage) -> list[Figure]:
    """Statements and time of each list, first page and a far one, small against big."""
    small_api, big_api = Api(stage.small_key), Api(stage.big_key)
    figures = []
    for name in RESOURCES:
        path = f"{name}?limit={PAGE}"
        figures += _figures(name, path, small_api.get, big_api.get, _next_in_answer)
    small, big = Browser(stage.owner, stage.small_id), Browser(stage.owner, stage.big_id)
    for path in PAGES:
        figures += _figures(f"page {path}", path, small.get, big.get, partial(_next, path))
    return figures


def _next_in_answer(page: dict[str, Any]) -> str:
    return str(page["next"])


def _next(path: str, page: str) -> str:
    found = NEXT.search(page)
    assert found is not None, "the page has no next one"
    return urljoin(path, unescape(found.group(1)))


def _figures(
    name: str, path: str, small: Get, big: Get, next_of: Callable[[Any], str]
) -> list[Figure]:
    with counted() as at_small:
        small(path)
    with counted() as at_big:
        page = big(path)
    first = compare(lambda: small(path), lambda: big(path))
    far = next_of(page)
    for _ in range(HUNDREDTH - 1):
        far = next_of(big(far))
    deep = compare(lambda: big(path), lambda: big(far))
    return [
        at_most(f"{name}: statements with a million rows", len(at_big), 10),
        Figure(
            f"{name}: the same number with a thousand",
            f"{len(at_small)} and {len(at_big)}",
            len(at_small) == len(at_big),
        ),
        at_most(
            f"{name}: time of the first page, million against thousand",
            first.b_over_a,
            1.15,
            f"{first.a_ms:.1f} ms and {first.b_ms:.1f} ms",
        ),
        at_most(
            f"{name}: time of the hundredth page against the first",
            deep.b_over_a,
            1.15,
            f"{deep.a_ms:.1f} ms and {deep.b_ms:.1f} ms",
        ),
    ]


def wall_figure(stage: Stage) -> Figure:
    """Row-level security on against off: the same reads as wharf_app and past the wall."""
    ratio = compare(reads_through(stage.big_id), reads_past(stage.big_id), repeats=40)
    return at_least(
        "row-level security on against off",
        ratio.b_over_a,
        0.9,
        f"{ratio.a_ms:.2f} ms and {ratio.b_ms:.2f} ms",
    )
