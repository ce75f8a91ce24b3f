"""One QuickBooks sandbox for the process's tests of accounting; each fills a company of its own."""

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.accounting.books import Books, connected_books
from tests.sandbox.running import Running, running
from tests.support.browser import collect_static
from tests.support.processes import Processes, Web


@pytest.fixture(scope="session")
def quickbooks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    store: Path = tmp_path_factory.mktemp("quickbooks") / "store.sqlite"
    with running("sandbox.quickbooks", store) as sandbox:
        settings.QUICKBOOKS_ENVIRONMENT = sandbox.url
        settings.ACCOUNTING_SPEED = 200  # our pacing; the sandbox's limits are off
        settings.QUICKBOOKS_CLIENT_ID = "sandbox-client"
        settings.QUICKBOOKS_CLIENT_SECRET = "sandbox-secret"
        sandbox.control("switches", {"limits": False})
        yield sandbox


@pytest.fixture
def books(quickbooks: Running) -> Books:
    """An organisation that is connected to a British company, both ways."""
    return connected_books(quickbooks)


@pytest.fixture(scope="session")
def site(quickbooks: Running) -> Iterator[Web]:
    """The web server, led to the sandbox: some pages call it."""
    collect_static()
    there = {
        "QUICKBOOKS_ENVIRONMENT": quickbooks.url,
        "QUICKBOOKS_CLIENT_ID": "sandbox-client",
        "QUICKBOOKS_CLIENT_SECRET": "sandbox-secret",
    }
    with Processes({**os.environ, **there}) as processes:
        web = processes.web()
        with urllib.request.urlopen(f"{web.url}/accounts/login/", timeout=60):
            pass
        yield web
