"""From a frozen payload to a PDF, through one template and without any look-up.

The template folder is all that the typesetter can read. What people wrote goes in as JSON and is
shown as strings, never evaluated. The same input gives the same bytes: the file carries no time.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import typst
from PIL import Image

from hub.ui.formatting import DEFAULT_DATE_FORMAT, date_text
from orders.domain.payloads import DocumentPayload
from orders.pdf.view import DocumentKind, breakable, document_view

_TEMPLATES = Path(__file__).parent / "template"
_DEFAULT_COLOUR = "#0f4c5c"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LARGEST_LOGO_BYTES = 1_000_000
# White text stands on the colour; 4.5 is what WCAG asks for.
_LEAST_CONTRAST = 4.5
_NO_TIME = 0


@dataclass(frozen=True, slots=True)
class DocumentStyle:
    """How an organisation's documents look.

    `colour` is `#rrggbb` (made darker where white text could not be read on it); `logo` the bytes
    of a PNG or JPEG; `date_format` in Django's letters.
    """

    colour: str = _DEFAULT_COLOUR
    logo: bytes | None = None
    footer: str = ""
    date_format: str = DEFAULT_DATE_FORMAT


def render_pdf(
    kind: DocumentKind | str, payload: DocumentPayload, style: DocumentStyle | None = None
) -> bytes:
    """The document as PDF. TypeError when the payload is not of the kind."""
    return _compile(_data(kind, payload, style or DocumentStyle()), "pdf")[0]


def render_pages(
    kind: DocumentKind | str,
    payload: DocumentPayload,
    style: DocumentStyle | None = None,
    *,
    ppi: float = 96,
) -> list[bytes]:
    """The pages of the document as PNG, for a preview on the screen."""
    return _compile(_data(kind, payload, style or DocumentStyle()), "png", ppi)


def render_view(view: Mapping[str, object], style: DocumentStyle) -> bytes:
    """A view that is written out already (a statement) as PDF."""
    return _compile(_styled(view, style), "pdf")[0]


def render_view_pages(
    view: Mapping[str, object], style: DocumentStyle, *, ppi: float = 96
) -> list[bytes]:
    """The pages of such a view as PNG."""
    return _compile(_styled(view, style), "png", ppi)


def _data(kind: DocumentKind | str, payload: DocumentPayload, style: DocumentStyle) -> str:
    write_date = partial(date_text, style=style.date_format)
    return _styled(document_view(DocumentKind(kind), payload, write_date).as_dict(), style)


def _styled(view: Mapping[str, object], style: DocumentStyle) -> str:
    logo = style.logo or b""
    return json.dumps(
        dict(view)
        | {
            "colour": _readable(style.colour),
            "logo": list(logo) if _is_picture(logo) else None,
            "footer": [breakable(line) for line in style.footer.split("\n")],
        }
    )


def _compile(data: str, output: Literal["pdf", "png"], ppi: float | None = None) -> list[bytes]:
    # Several pages of pictures come as a list, whatever the annotation says.
    result: bytes | list[bytes] = typst.compile(
        str(_TEMPLATES / "document.typ"),
        root=str(_TEMPLATES),
        format=output,
        ppi=ppi,
        sys_inputs={"data": data},
        timestamp=_NO_TIME,
    )
    return result if isinstance(result, list) else [result]


def _is_picture(logo: bytes) -> bool:
    """Whether it can be shown: a logo that cannot must not keep an invoice from going out."""
    if not logo or len(logo) > _LARGEST_LOGO_BYTES:
        return False
    try:
        with Image.open(io.BytesIO(logo), formats=("PNG", "JPEG")) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _readable(colour: str) -> str:
    """The colour, darkened until white text on it can be read."""
    if not _COLOUR.fullmatch(colour):
        return _DEFAULT_COLOUR
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    while 1.05 / (_luminance(channels) + 0.05) < _LEAST_CONTRAST:
        channels = [channel * 9 // 10 for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _luminance(channels: list[int]) -> float:
    """The relative luminance as WCAG defines it."""
    shares = [channel / 255 for channel in channels]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
