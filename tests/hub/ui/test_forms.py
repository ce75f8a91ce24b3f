"""One field template for every form."""

from django import forms
from django.template import Context, Template


class Contact(forms.Form):
    name = forms.CharField(help_text="As it stands on their invoices.")
    email = forms.EmailField(label="E-mail", required=False)
    limit = forms.DecimalField(required=False)
    kind = forms.ChoiceField(choices=(("a", "A"), ("b", "B")), widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)


def test_a_control_names_its_hint_and_its_error() -> None:
    """Errors: aria-describedby, and what was typed is kept."""
    form = Contact({"name": "", "email": "<no address>", "kind": "a"})

    html = str(form)

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext">As it stands on their invoices.</div>' in html
    assert 'id="id_name_error"' in html
    assert 'value="&lt;no address&gt;"' in html
    assert html.count('aria-invalid="true"') == 2


def test_the_summary_leads_to_each_field() -> None:
    html = str(Contact({"name": "", "email": "x", "kind": "a"}))

    assert "2 things need your attention" in html
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert '<a href="#id_email">E-mail: Enter a valid email address.</a>' in html


def test_a_form_that_was_not_sent_has_no_summary() -> None:
    assert "data-error-summary" not in str(Contact())


def test_widgets_carry_their_style() -> None:
    form = Contact()

    assert 'class="form-control"' in str(form["name"])
    assert 'class="form-control form-control--num"' in str(form["limit"])
    assert 'class="form-check-input"' in str(form["agreed"])
    assert "<fieldset" in form["kind"].as_field_group()
    assert '<div id="id_kind" class="w-options">' in str(form["kind"])


def test_what_need_not_be_filled_in_is_marked() -> None:
    assert "(optional)" in Contact()["email"].as_field_group()
    assert "(optional)" not in Contact()["name"].as_field_group()


def test_lines_of_a_formset_are_named_in_the_summary() -> None:
    lines = forms.formset_factory(Contact, extra=0)(
        {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "2",
            "form-0-name": "A",
            "form-0-kind": "a",
            "form-1-name": "",
            "form-1-kind": "a",
        }
    )

    html = Template('{% include "components/form_errors.html" %}').render(
        Context({"formset": lines})
    )

    assert '<a href="#id_form-1-name">Line 2, Name: This field is required.</a>' in html
