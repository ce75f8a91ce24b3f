"""Attributes on forms: the fields of a set, and the form of the set itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from tenants.domain.attributes import (
    LONGEST_NAME,
    LONGEST_TEXT,
    SLOTS,
    TYPE_LABELS,
    YES,
    AttributeOwner,
    AttributeType,
)
from tenants.models import Attribute
from tenants.services.attributes import AttributeInput, attributes_in_use

LONGEST_CHOICES = 60_000


def add_attribute_fields(
    form: forms.BaseForm,
    owner: AttributeOwner,
    values: Mapping[str, str] | None = None,
    *,
    path: str = "attributes",
) -> list[str]:
    """Give a form the fields of a set, with what is stored; gives their names.

    What is typed is checked by the service, at the field of the same name.
    """
    names = []
    for row in attributes_in_use(owner):
        name = f"{path}.{row.slot}"
        form.fields[name] = _field(row)
        stored = (values or {}).get(str(row.slot), "")
        form.initial[name] = stored == YES if row.type == AttributeType.CHECKBOX else stored
        names.append(name)
    return names


def _field(row: Attribute) -> forms.Field:
    match AttributeType(row.type):
        case AttributeType.LIST:
            return _Listed(row.name, row.choices)
        case AttributeType.CHECKBOX:
            return forms.BooleanField(label=row.name, required=False)
        case AttributeType.DATE:
            widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
            return forms.CharField(label=row.name, required=False, max_length=40, widget=widget)
        case AttributeType.NUMBER:
            number = forms.TextInput({"inputmode": "decimal", "class": "form-control--num"})
            return forms.CharField(label=row.name, required=False, max_length=40, widget=number)
        case _:
            return forms.CharField(label=row.name, required=False, max_length=LONGEST_TEXT)


class _Listed(forms.ChoiceField):
    """A list that also shows a value that is no longer offered, until another is chosen."""

    def __init__(self, label: str, offered: Iterable[str]) -> None:
        self._offered = list(offered)
        super().__init__(label=label, required=False, choices=self._listed())

    def _listed(self) -> list[tuple[str, str]]:
        return [("", "—"), *((choice, choice) for choice in self._offered)]

    def bound_data(self, data: Any, initial: Any) -> Any:
        self._offer(data)
        return super().bound_data(data, initial)

    def prepare_value(self, value: Any) -> Any:
        self._offer(value)
        return super().prepare_value(value)

    def _offer(self, value: Any) -> None:
        fits = isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT
        if fits and value not in self._offered:
            self._offered.append(value)
            self.choices = self._listed()


def attribute_values(
    cleaned: Mapping[str, Any], path: str = "attributes"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Cleaned data without the fields of attributes, and those by their slot."""
    start = f"{path}."
    rest = {name: value for name, value in cleaned.items() if not name.startswith(start)}
    values = {n.removeprefix(start): v for n, v in cleaned.items() if n.startswith(start)}
    return rest, values


class AttributeSetForm(forms.Form):
    """The ten slots of a set: name, type, and what a list offers."""

    def __init__(self, *args: Any, rows: Iterable[Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {row.slot: row for row in rows}
        types = [(kind.value, label) for kind, label in TYPE_LABELS.items()]
        for slot in SLOTS:
            row = known.get(slot)
            self.fields[f"slots.{slot}.name"] = forms.CharField(
                label=f"Name of attribute {slot}",
                max_length=LONGEST_NAME,
                required=False,
                initial=row.name if row is not None else "",
            )
            self.fields[f"slots.{slot}.type"] = forms.ChoiceField(
                label=f"Type of attribute {slot}",
                choices=types,
                required=False,
                initial=row.type if row is not None else AttributeType.UNUSED.value,
            )
            self.fields[f"slots.{slot}.choices"] = forms.CharField(
                label=f"Choices of attribute {slot}",
                max_length=LONGEST_CHOICES,
                required=False,
                initial="\n".join(row.choices) if row is not None else "",
                widget=forms.Textarea(
                    {
                        "rows": 4 if row is not None and row.choices else 1,
                        "placeholder": "Of a list: one on each line",
                    }
                ),
            )

    @property
    def slots(self) -> list[tuple[int, Any, Any, Any]]:
        """(slot, name, type, choices) for the table."""
        parts = ("name", "type", "choices")
        return [(slot, *(self[f"slots.{slot}.{part}"] for part in parts)) for slot in SLOTS]  # type: ignore[misc]

    def wanted(self) -> list[AttributeInput]:
        """What was typed, slot by slot."""
        data = self.cleaned_data
        return [
            AttributeInput(
                slot,
                data[f"slots.{slot}.name"],
                AttributeType(data[f"slots.{slot}.type"] or "unused"),
                data[f"slots.{slot}.choices"].splitlines(),
            )
            for slot in SLOTS
        ]
