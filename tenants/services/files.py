"""Private files: under the organisation's own prefix, and checked to be what they say."""

import hashlib
import io
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from PIL import Image, UnidentifiedImageError

from hub.errors import InvalidInput, NotFound
from hub.ids import new_id
from tenants.boundary import current_tenant
from tenants.models import Organisation, StoredFile
from tenants.services.activity import log_activity

LARGEST_LOGO_BYTES = 1_000_000
MOST_PIXELS = 4000
TOO_LARGE = "The file is larger than 1 MB. Save the picture smaller."
FORMATS = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg")}


def file_or_404(file_id: UUID) -> StoredFile:
    """The only door from an id to a file; raises NotFound."""
    found = StoredFile.objects.filter(id=file_id).first()
    if found is None:
        raise NotFound("This file does not exist.")
    return found


def read_file(stored: StoredFile) -> bytes:
    """The file's bytes; raises NotFound when the storage has lost it."""
    try:
        with default_storage.open(stored.path) as opened:
            return bytes(opened.read())
    except FileNotFoundError as error:
        raise NotFound("This file is not in the storage any more.") from error


def read_logo(organisation: Organisation) -> bytes | None:
    """The logo's bytes, if the organisation has one; a lost one must not stop a document."""
    if organisation.logo is None:
        return None
    try:
        return read_file(file_or_404(organisation.logo))
    except NotFound:
        return None


def set_logo(upload: "File[bytes]") -> StoredFile:
    """Keep a new logo. Raises InvalidInput: too large, or not the picture that it says it is.

    The picture is written anew, so nothing that was hidden in the upload is kept or served.
    """
    if (upload.size or 0) > LARGEST_LOGO_BYTES:
        raise _refused(TOO_LARGE)
    content, content_type, ending = _clean_picture(upload.read(LARGEST_LOGO_BYTES + 1))
    tenant_id, file_id = current_tenant(), new_id()
    path = default_storage.save(f"{tenant_id}/logo/{file_id}.{ending}", ContentFile(content))
    stored = StoredFile(
        id=file_id,
        name=f"logo.{ending}",
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        path=path,
        purpose="logo",
    )
    stored.save(force_insert=True)
    Organisation.objects.filter(id=tenant_id).update(logo=file_id)
    log_activity("organisation.logo", "Logo changed", about=stored, label="Logo")
    return stored


def remove_logo() -> None:
    """Documents carry the name only; the file stays for documents that are frozen with it."""
    Organisation.objects.filter(id=current_tenant()).update(logo=None)
    log_activity("organisation.logo", "Logo removed", label="Logo")


def safe_picture(upload: "File[bytes]") -> bytes:
    """An uploaded logo written anew, without keeping it; raises InvalidInput as `set_logo` does."""
    if (upload.size or 0) > LARGEST_LOGO_BYTES:
        raise _refused(TOO_LARGE)
    return _clean_picture(upload.read(LARGEST_LOGO_BYTES + 1))[0]


def _clean_picture(raw: bytes) -> tuple[bytes, str, str]:
    try:
        with Image.open(io.BytesIO(raw), formats=list(FORMATS)) as picture:
            if max(picture.size) > MOST_PIXELS:
                raise _refused(f"The picture is wider or higher than {MOST_PIXELS:,} pixels.")
            picture.load()
            kind = picture.format or "PNG"
            clean = picture.convert("RGB" if kind == "JPEG" else "RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _refused("This is no PNG or JPEG picture, whatever its name says.") from error
    except Image.DecompressionBombError as error:
        raise _refused("The picture is too large to open.") from error
    written = io.BytesIO()
    clean.save(written, format=kind)
    content_type, ending = FORMATS[kind]
    return written.getvalue(), content_type, ending


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"logo": [message]})
