"""Uploading a file to import, and saying which of its columns is which."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from tenants.imports.attributes import columns_of
from tenants.imports.kinds import ImportKind
from tenants.models import Import


class UploadForm(forms.Form):
    """What is imported, and the file."""

    kind = forms.ChoiceField(label="What the file holds")
    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX, titles in the first row, at most 100,000 rows. Nothing is changed "
        "before you have seen what was found in it.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def __init__(self, *args: Any, kinds: list[ImportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.name, kind.label) for kind in kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """For each thing that can be imported, the column of the file that holds it."""

    def __init__(self, data: Mapping[str, Any] | None, row: Import, kind: ImportKind) -> None:
        super().__init__(data)
        choices = [("", "— not in the file —")]
        choices += [
            (str(index), f"{title}{_example(row, index)}") for index, title in enumerate(row.header)
        ]
        if kind.asks_date:
            self.fields["on"] = forms.DateField(
                label=kind.asks_date,
                required=False,
                initial=row.on,
                widget=forms.DateInput({"type": "date"}),
            )
        self._columns = columns_of(kind)
        for column in self._columns:
            self.fields[column.name] = forms.ChoiceField(
                label=column.label,
                required=False,
                choices=choices,
                initial=str(row.mapping.get(column.name, "")),
                help_text=("Needed. " if column.required else "") + column.help,
            )

    def mapping(self) -> dict[str, int | None]:
        """Column name → number of the file's column, or None."""
        return {
            column.name: int(value) if (value := self.cleaned_data.get(column.name)) else None
            for column in self._columns
        }

    def on(self) -> date | None:
        """The date that was asked for."""
        found: date | None = self.cleaned_data.get("on")
        return found


def _example(row: Import, index: int) -> str:
    cells = [cells[index] for cells in row.sample if index < len(cells) and cells[index]]
    return f" — {cells[0][:40]}" if cells else ""
