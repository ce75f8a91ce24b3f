"""Attribute sets, and the values that follow them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.errors import InvalidInput
from tenants.domain.attributes import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_CHOICES,
    SLOTS,
    YES,
    AttributeOwner,
    AttributeType,
    BadValue,
    clean_value,
)
from tenants.models import Attribute
from tenants.services.activity import log_activity

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AttributeInput:
    """What a slot shall be; a name is needed unless it is not used."""

    slot: int
    name: str = ""
    type: AttributeType = AttributeType.TEXT
    choices: Sequence[str] = ()


def attribute_set(owner: AttributeOwner) -> list[Attribute]:
    """The slots of a set that were ever named, in order; one statement."""
    return list(Attribute.objects.filter(owner=owner).order_by("slot"))


def attributes_in_use(*owners: AttributeOwner) -> list[Attribute]:
    """The attributes that are asked for, by owner and slot; one statement."""
    rows = Attribute.objects.filter(owner__in=owners).exclude(type=AttributeType.UNUSED)
    return list(rows.order_by("owner", "slot"))


def save_attributes(owner: AttributeOwner, wanted: Iterable[AttributeInput]) -> list[Attribute]:
    """Set slots of a set; those that are not named stay. Values are never changed by it.

    Raises InvalidInput naming `slots.<slot>.name` or `.choices`.
    """
    rows = {row.slot: row for row in Attribute.objects.select_for_update().filter(owner=owner)}
    before = {slot: _words(row) for slot, row in rows.items()}
    fields: dict[str, list[str]] = {}
    for one in wanted:
        if one.slot not in SLOTS:
            fields[f"slots.{one.slot}"] = ["Slots are numbered 1 to 10."]
            continue
        row = rows.get(one.slot)
        if row is None and one.type is AttributeType.UNUSED:
            continue
        rows[one.slot] = _filled(row or Attribute(owner=owner, slot=one.slot), one, fields)
    _check_names(rows.values(), fields)
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)
    changes = {
        f"Attribute {slot}": (before.get(slot, ""), _words(row))
        for slot, row in sorted(rows.items())
        if before.get(slot, "") != _words(row)
    }
    for slot, row in rows.items():
        row.save(force_insert=slot not in before)
    if changes:
        log_activity("attributes.changed", f"Attributes of {owner.label.lower()}", changes=changes)
    return attribute_set(owner)


def _words(row: Attribute) -> str:
    listed = f": {', '.join(row.choices)}" if row.choices else ""
    return f"{row.name} ({AttributeType(row.type).label}{listed})"


def _filled(row: Attribute, wanted: AttributeInput, fields: dict[str, list[str]]) -> Attribute:
    path = f"slots.{wanted.slot}"
    row.type = wanted.type.value
    if wanted.type is AttributeType.UNUSED:
        return row
    row.name = " ".join(wanted.name.split())
    if not row.name:
        fields[f"{path}.name"] = ["Give the attribute a name."]
    elif len(row.name) > LONGEST_NAME or not row.name.isprintable():
        fields[f"{path}.name"] = [f"At most {LONGEST_NAME} characters, all of them visible."]
    choices = list(dict.fromkeys(" ".join(choice.split()) for choice in wanted.choices))
    row.choices = [choice for choice in choices if choice]
    if wanted.type is not AttributeType.LIST:
        row.choices = []
    elif not row.choices:
        fields[f"{path}.choices"] = ["Write what can be chosen, one on each line."]
    elif len(row.choices) > MOST_CHOICES or max(map(len, row.choices)) > LONGEST_TEXT:
        fields[f"{path}.choices"] = [
            f"At most {MOST_CHOICES} choices of {LONGEST_TEXT} characters each."
        ]
    return row


def _check_names(rows: Iterable[Attribute], fields: dict[str, list[str]]) -> None:
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: row.slot):
        key = row.name.casefold()
        if row.type != AttributeType.UNUSED and key:
            if key in seen:
                message = "Another attribute of this set has this name."
                fields.setdefault(f"slots.{row.slot}.name", [message])
            seen.add(key)


def clean_attributes(
    owner: AttributeOwner,
    given: Mapping[str, Any],
    before: Values | None = None,
    *,
    path: str = "attributes",
) -> dict[str, str]:
    """The values to keep: `given` by slot number or name over those before; others stay.

    Raises InvalidInput naming `attributes.<slot>`; an attribute that is not in use is refused.
    """
    if not given:
        return dict(before or {})
    known = attributes_in_use(owner)
    by_key = {str(row.slot): row for row in known} | {row.name.casefold(): row for row in known}
    kept = dict(before or {})
    fields: dict[str, list[str]] = {}
    for key, value in given.items():
        row = by_key.get(str(key).strip().casefold())
        if row is None:
            message = f"{owner.label} have no attribute “{str(key)[:60]}” in use."
            fields[f"{path}.{str(key)[:60]}"] = [message]
            continue
        try:
            text = clean_value(AttributeType(row.type), row.choices, value)
        except BadValue as error:
            fields[f"{path}.{row.slot}"] = [f"{row.name}: {error}"]
            continue
        kept[str(row.slot)] = text
        if not text:
            del kept[str(row.slot)]
    if fields:
        raise InvalidInput(next(iter(fields.values()))[0], fields=fields)
    return kept


def shown_value(row: Attribute, values: Values) -> str:
    """A value as people read it; "" where there is none."""
    text = str(values.get(str(row.slot), ""))
    return "Yes" if row.type == AttributeType.CHECKBOX and text == YES else text
