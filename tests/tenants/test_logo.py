"""The logo: a file that is what it says, kept for its organisation alone."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tenants.models import StoredFile
from tests.cast import make_company


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#0f4c5c").save(out, format=kind)
    return out.getvalue()


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def test_a_logo_is_kept_and_shown_to_its_organisation_only() -> None:
    """A1: private files are served to members; a stranger gets the same 404 as for none."""
    company, stranger = make_company(), make_company("Stranger")

    saved = company.browser().post("/settings/company/logo/", {"logo": upload(picture())})

    assert saved.status_code == 302
    with company.inside():
        stored = StoredFile.objects.get()
    shown = company.browser().get(f"/files/{stored.id}/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert stranger.browser().get(f"/files/{stored.id}/").status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<script>alert(1)</script>", "no PNG or JPEG"),
        (b"GIF89a" + b"\0" * 40, "no PNG or JPEG"),
        (picture()[:40], "no PNG or JPEG"),
        (picture(size=(4001, 10)), "wider or higher"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 1_000_000, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(content: bytes, words: str) -> None:
    """A1: said at the field; nothing is kept."""
    company = make_company()

    refused = company.browser().post("/settings/company/logo/", {"logo": upload(content)})

    assert refused.status_code == 422
    assert words in refused.content.decode()
    with company.inside():
        assert StoredFile.objects.count() == 0


def test_documents_are_printed_with_the_logo() -> None:
    """N9: the PDF carries it; removing it takes it off."""
    from orders.services.printing import style_of
    from tenants.services.organisations import current_organisation

    company = make_company()
    company.browser().post("/settings/company/logo/", {"logo": upload(picture("JPEG"))})
    with company.inside():
        assert style_of(current_organisation()).logo is not None
    company.browser().post("/settings/company/logo/", {"remove": "1"})
    with company.inside():
        assert style_of(current_organisation()).logo is None
