"""A journal by hand: its head and its rows. Numbers stay as typed; the service reads them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms

from hub.errors import WharfError
from ledger.domain.accounts import CONTROL_ROLES
from ledger.forms.accounts import day_field
from ledger.models import Account
from ledger.services.manual_journals import MOST_LINES, TypedLine

if TYPE_CHECKING:
    _LineForms = forms.BaseFormSet["JournalLineForm"]
else:
    _LineForms = forms.BaseFormSet

PREFIX = "lines"
ROWS = 6
NUMBER = {"inputmode": "decimal", "class": "form-control--num", "autocomplete": "off"}


class JournalForm(forms.Form):
    """Date and words of a journal."""

    posted_on = day_field("Date")
    memo = forms.CharField(
        label="What it is for", max_length=255, required=False, help_text="Shown in the journals."
    )


class ReversalForm(forms.Form):
    """When the opposite is posted."""

    posted_on = day_field("Date of the reversal")


class JournalLineForm(forms.Form):
    """One row; a row in which nothing is typed does not count."""

    account = forms.TypedChoiceField(required=False, coerce=UUID, empty_value=None)
    debit = forms.CharField(max_length=40, required=False, widget=forms.TextInput(NUMBER))
    credit = forms.CharField(max_length=40, required=False, widget=forms.TextInput(NUMBER))
    memo = forms.CharField(label="Note", max_length=255, required=False)

    def __init__(self, *args: Any, account_choices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = account_choices  # type: ignore[attr-defined]


class JournalLines(_LineForms):
    """The rows of a journal."""

    deletion_widget = forms.CheckboxInput

    def kept(self) -> list[JournalLineForm]:
        """The rows that count, in their order; their places are those in error paths."""
        return [
            form
            for form in self.forms
            if not form.cleaned_data.get("DELETE")
            and any(form.cleaned_data.get(name) for name in form.base_fields)
        ]

    def readable(self) -> list[TypedLine]:
        """The amounts of all rows, also where another field of a row is wrong."""
        rows = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        return [
            TypedLine(None, row.get("debit", ""), row.get("credit", ""))
            for row in rows
            if not row.get("DELETE")
        ]

    def typed(self) -> list[TypedLine]:
        """The rows as the service takes them."""
        return [
            TypedLine(row["account"], row["debit"], row["credit"], row["memo"])
            for row in (form.cleaned_data for form in self.kept())
        ]


_JournalLineSet = forms.formset_factory(
    JournalLineForm,
    formset=JournalLines,
    extra=ROWS,
    can_delete=True,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES + 50,
    validate_max=True,
)


def account_choices(accounts: Sequence[Account]) -> list[tuple[str, str]]:
    """What a journal may name: no control accounts."""
    offered = [one for one in accounts if one.role not in CONTROL_ROLES]
    return [("", ""), *((str(one.id), str(one)) for one in offered)]


def line_forms(
    data: Mapping[str, Any] | None,
    accounts: Sequence[Account],
    typed: Sequence[Mapping[str, str]] = (),
) -> JournalLines:
    """The rows: posted ones from `data`, or blank ones after those of `typed`."""
    formset = _JournalLineSet(
        data,
        prefix=PREFIX,
        initial=[dict(row) for row in typed] or None,
        form_kwargs={"account_choices": account_choices(accounts)},
    )
    return cast("JournalLines", formset)


def typed_rows(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """What stands in posted rows, unchecked: to show them again with more rows below."""
    count = str(data.get(f"{PREFIX}-TOTAL_FORMS", "0"))
    rows = range(min(int(count), MOST_LINES) if count.isascii() and count.isdigit() else 0)
    names = tuple(JournalLineForm.base_fields)
    found = [{name: str(data.get(f"{PREFIX}-{n}-{name}", "")) for name in names} for n in rows]
    return [row for row in found if any(row.values())]


def place_journal_errors(header: JournalForm, lines: JournalLines, error: WharfError) -> None:
    """Put each message of a refused journal at its field; the rest on top."""
    rows = lines.kept()
    for path, messages in error.fields.items() or [("", [error.message])]:
        first, _dot, rest = path.partition(".")
        position, _dot, name = rest.partition(".")
        form: forms.Form = header
        field = "posted_on" if path == "date" else None
        if first == "lines" and position.isdecimal() and int(position) < len(rows):
            form, field = rows[int(position)], name
        for message in messages:
            form.add_error(field, message)
