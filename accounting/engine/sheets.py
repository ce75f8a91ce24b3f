"""Keeping what a document said when it was last in step, and what it says there in a conflict.

Sealed, and packed where it is large. A row that was in step before this was kept has none.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from accounting.domain.sheets import Sheet, figure, read_sheet
from accounting.engine.provider import Provider, Rendered
from hub.secrets import UnreadableSecret, decrypt, encrypt
from tenants.boundary import current_tenant

LAST = "accounting.synced_sheet"
THERE = "accounting.there_sheet"
# Below this, packing saves less than it costs.
LARGE = 1500
PACKED = "z"


def sealed_sheet(sheet: Sheet | None, field: str = LAST) -> str:
    """As a row keeps it; "" for none. Inside the organisation's transaction."""
    if sheet is None:
        return ""
    text = json.dumps(sheet.as_json(), separators=(",", ":"), ensure_ascii=False)
    if len(text) > LARGE:
        text = PACKED + base64.b85encode(zlib.compress(text.encode(), 1)).decode()
    return encrypt(text, tenant_id=current_tenant(), field=field)


def unsealed_sheet(kept: str, field: str = LAST) -> Sheet | None:
    """What was kept; None where nothing was, or where its key is gone."""
    if not kept:
        return None
    try:
        text = decrypt(kept, tenant_id=current_tenant(), field=field)
    except UnreadableSecret:
        return None
    if text.startswith(PACKED):
        text = zlib.decompress(base64.b85decode(text[1:])).decode()
    return read_sheet(json.loads(text))


def sheet_there(provider: Provider, entity: str, body: Mapping[str, Any]) -> Sheet | None:
    """An object there; None for what was answered without its content."""
    return provider.sheet(entity, body) if body.get("Id") else None


def sheet_here(provider: Provider, rendered: Rendered) -> Sheet:
    """What we would send, with the sums that the provider works out by itself."""
    found = provider.sheet(rendered.entity, rendered.payload) or Sheet({})
    sums = {"total": rendered.total}
    if "tax" in found.fields:
        sums["tax"] = rendered.tax
    texts = {key: figure(value) for key, value in sums.items() if value is not None}
    return replace(found, fields={**found.fields, **texts})
