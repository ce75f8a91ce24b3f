"""Every form looks and speaks the same: one field template, one error summary."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

CHECKS = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


def widget_class(widget: forms.Widget) -> str:
    """The style class that suits the widget."""
    if isinstance(widget, CHECKS):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


class WharfBoundField(BoundField):
    """A field whose widget carries its style wherever it is written, also in line editors."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return built
        classes = [widget_class(widget), widget.attrs.get("class", ""), attrs.get("class", "")]
        if isinstance(self.field, forms.DecimalField | forms.IntegerField):
            classes.append("form-control--num")
        built["class"] = " ".join(dict.fromkeys(" ".join(classes).split()))
        return built

    @property
    def is_check(self) -> bool:
        """A single check box: its label stands behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_numeric(self) -> bool:
        """Numbers are written to the right."""
        number = isinstance(self.field, forms.DecimalField | forms.IntegerField)
        return number or "form-control--num" in self.field.widget.attrs.get("class", "")


class WharfFormRenderer(TemplatesSetting):
    """Renders `{{ form }}`, `{{ field.as_field_group }}` and formsets with our templates."""

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"
    bound_field_class = WharfBoundField
