"""Icons of @tabler/icons, written into the page: they take its colour and need no request."""

import re
from functools import lru_cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hub.configuration import ROOT

FOLDER = ROOT / "node_modules" / "@tabler" / "icons" / "icons"
NAME = re.compile(r"[a-z0-9-]{1,60}")
SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*/>")


class UnknownIcon(LookupError):
    """The name is not one of the icons: a slip of the template's author."""


@lru_cache(maxsize=512)
def _shape(name: str, *, filled: bool) -> SafeString:
    """What stands between `<svg>` and `</svg>` in the icon's file."""
    path: Path = FOLDER / ("filled" if filled else "outline") / f"{name}.svg"
    if not NAME.fullmatch(name) or not path.is_file():
        raise UnknownIcon(f"There is no icon {name!r} in {path.parent}")
    shapes = [s for s in SHAPE.findall(path.read_text("utf-8")) if 'stroke="none"' not in s]
    return mark_safe("".join(shapes))  # noqa: S308 - from the locked package, not from people


def icon_svg(
    name: str, *, size: int = 18, label: str = "", classes: str = "", filled: bool = False
) -> SafeString:
    """The icon as an `<svg>`; without a label it is decoration and hidden from screen readers.

    Raises `UnknownIcon` for a name that the icon set does not have.
    """
    role = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    paint = "currentColor" if filled else "none"
    stroke = "none" if filled else "currentColor"
    return format_html(
        '<svg class="w-icon {}" width="{}" height="{}" viewBox="0 0 24 24" fill="{}" stroke="{}"'
        ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        classes,
        size,
        size,
        paint,
        stroke,
        role,
        _shape(name, filled=filled),
    )
