"""What a kit consists of, as rows of SKU and quantity."""

from typing import TYPE_CHECKING, Any

from django import forms

from hub.errors import WharfError
from hub.money import plain
from inventory.forms.products import ProductInput
from inventory.models import ProductComponent
from inventory.services.components import MOST_COMPONENTS, ComponentInput

if TYPE_CHECKING:
    _Rows = forms.BaseFormSet["ComponentForm"]
else:
    _Rows = forms.BaseFormSet

BLANK_ROWS = 3


class ComponentForm(forms.Form):
    """One component; a row without a SKU is none."""

    sku = forms.CharField(
        label="SKU",
        max_length=60,
        required=False,
        widget=ProductInput({"aria-label": "SKU of a component"}),
    )
    quantity = forms.CharField(
        max_length=40,
        required=False,
        initial="1",
        widget=forms.TextInput(
            {
                "inputmode": "decimal",
                "class": "form-control--num",
                "aria-label": "How many in one kit",
            }
        ),
    )


class BaseComponents(_Rows):
    """The rows; what was refused goes to the row that it names."""

    def wanted(self) -> list[ComponentInput]:
        """The rows that name a product."""
        return [
            ComponentInput(sku=form.cleaned_data["sku"], quantity=form.cleaned_data["quantity"])
            for form in self.named()
        ]

    def named(self) -> list[ComponentForm]:
        """The forms whose SKU is filled in, in order."""
        return [form for form in self.forms if form.cleaned_data.get("sku")]

    def place_errors(self, error: WharfError) -> None:
        """Put each fault at its field; what has none stands above the rows."""
        forms_named = self.named()
        placed = False
        for path, messages in error.fields.items():
            _list, _dot, rest = path.partition(".")
            row, _dot, column = rest.partition(".")
            if row.isdecimal() and int(row) < len(forms_named):
                name = "sku" if column == "product" else "quantity"
                forms_named[int(row)].add_error(name, messages)
                placed = True
        if not placed:
            self.non_form_errors().append(error.message)


ComponentRows: Any = forms.formset_factory(
    ComponentForm, BaseComponents, extra=BLANK_ROWS, max_num=MOST_COMPONENTS, validate_max=True
)


def component_rows(data: Any = None, held: list[ProductComponent] | None = None) -> Any:
    """The rows as they are, or as posted."""
    initial = [{"sku": row.component.sku, "quantity": plain(row.quantity)} for row in held or []]
    return ComponentRows(data, prefix="components", initial=None if data else initial)
