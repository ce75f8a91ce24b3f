"""What a caller is told when the database or the disk is away; the battery does it for real."""

import errno
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError
from rest_framework.test import APIClient

from hub.outages import is_disk_full, is_outage
from tenants.models import Organisation, StoredFile
from tests.cast import make_company
from tests.tenants.test_logo import picture


def disk_full() -> OperationalError:
    """What Django raises when PostgreSQL has no room for another page."""
    error = OperationalError("could not extend file: No space left on device")
    error.__cause__ = psycopg.errors.DiskFull(str(error))
    return error


def raising(error: Exception) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


OUTAGES = {
    "refused": OperationalError("connection failed: Connection refused"),
    "too many": OperationalError("connection failed: FATAL: sorry, too many clients already"),
    "cut": InterfaceError("the connection is closed"),
    "disk": disk_full(),
}


@pytest.mark.parametrize("name", OUTAGES)
def test_the_api_says_that_it_is_unavailable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A1: 503 in the shape of every error, with the time to wait; not a bare 500."""
    monkeypatch.setattr("tenants.api.authentication._caller", raising(OUTAGES[name]))
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION="Bearer wharf_x")

    answer = client.get("/api/v1/contacts")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    body = answer.json()
    assert (body["code"], body["fields"]) == ("unavailable", {})
    assert body["request_id"] == answer["X-Request-ID"]


@pytest.mark.parametrize("name", OUTAGES)
def test_a_page_says_that_it_is_back_in_a_moment(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A1: the page asks the database nothing, and says what to look at before saving again."""
    browser = make_company().browser()
    browser.raise_request_exception = False
    monkeypatch.setattr("tenants.middleware.places_of", raising(OUTAGES[name]))

    answer = browser.get("/inbox/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Wharf's database cannot be used just now." in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"


def test_a_fault_of_our_own_is_no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A1: waiting would not help, so nobody is told to wait."""
    monkeypatch.setattr("tenants.api.authentication._caller", raising(ValueError("ours")))
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION="Bearer wharf_x")

    answer = client.get("/api/v1/contacts")

    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert not answer.has_header("Retry-After")


def test_no_room_for_a_file_leaves_the_organisation_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A1: the storage's disk is full: 503, and neither a row nor another logo."""
    company = make_company()
    browser = company.browser()
    browser.raise_request_exception = False
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(FileSystemStorage, "_save", raising(full))

    answer = browser.post(
        "/settings/company/logo/", {"logo": SimpleUploadedFile("logo.png", picture())}
    )

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    with company.inside():
        assert not StoredFile.objects.exists()
        assert Organisation.objects.get().logo is None


@pytest.mark.parametrize(
    ("error", "outage", "full"),
    [
        (disk_full(), True, True),
        (OSError(errno.ENOSPC, "No space left on device"), True, True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True, True),
        (OperationalError("refused"), True, False),
        (OSError(errno.ENOENT, "No such file"), False, False),
        (ValueError("ours"), False, False),
        (None, False, False),
    ],
)
def test_outages_are_told_from_faults(
    error: BaseException | None, outage: bool, full: bool
) -> None:
    """A1: what passes by itself, and what of it is a full disk."""
    assert (is_outage(error), is_disk_full(error)) == (outage, full)
