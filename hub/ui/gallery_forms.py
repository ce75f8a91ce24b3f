"""Forms of the example pages: every kind of field, the e-mail window, the line editor."""

from django import forms


class ExampleForm(forms.Form):
    """Every kind of field."""

    name = forms.CharField(help_text="As it stands on their invoices.", max_length=60)
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput({"autocomplete": "off"}))
    kind = forms.ChoiceField(
        label="Type", choices=(("customer", "Customer"), ("supplier", "Supplier"))
    )
    terms = forms.IntegerField(label="Payment terms in days", required=False, min_value=0)
    limit = forms.DecimalField(
        label="Credit limit", required=False, widget=forms.TextInput({"inputmode": "decimal"})
    )
    delivery = forms.ChoiceField(
        choices=(("ship", "We deliver"), ("fetch", "They collect")), widget=forms.RadioSelect
    )
    purposes = forms.MultipleChoiceField(
        label="Gets e-mails about",
        choices=(("orders", "Orders"), ("invoices", "Invoices"), ("reminders", "Reminders")),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(widget=forms.Textarea({"rows": 3}), required=False)
    discoverable = forms.BooleanField(
        label="Partners may find us by our company e-mail",
        help_text="Others who type that address see that you use Wharf.",
        required=False,
    )


class ExampleMail(forms.Form):
    """The fields of the e-mail window."""

    to = forms.CharField()
    cc = forms.CharField(required=False)
    template = forms.ChoiceField(
        choices=(("order", "Purchase order"), ("short", "Short and plain"))
    )
    subject = forms.CharField()
    body = forms.CharField(label="Message", widget=forms.Textarea)
    via_email = forms.BooleanField(label="E-mail", required=False)
    via_network = forms.BooleanField(label="Send via network", required=False)


class ExampleLine(forms.Form):
    """One line of an order."""

    product = forms.CharField(widget=forms.TextInput({"data-lookup": ""}))
    description = forms.CharField(required=False)
    quantity = forms.DecimalField(widget=forms.TextInput({"inputmode": "decimal"}))
    price = forms.DecimalField(widget=forms.TextInput({"inputmode": "decimal"}))
    tax = forms.ChoiceField(label="Tax", choices=(("20", "VAT 20 %"), ("0", "VAT zero")))


ExampleLines = forms.formset_factory(ExampleLine, extra=5, can_delete=True)

MAIL = {
    "to": "orders@harbour.example, Ana Ruiz <ana@harbour.example>",
    "cc": "",
    "template": "order",
    "subject": "Purchase order PO-00412 from Kestrel Cafés",
    "body": "Hello Ana,\n\nplease find our purchase order PO-00412 attached.\n\nKind regards\nTom",
    "via_email": True,
    "via_network": True,
}
LINES = [
    {
        "product": "HB-1000",
        "description": "Harbour Blend 1 kg",
        "quantity": "12",
        "price": "18.50",
        "tax": "20",
    },
    {
        "product": "DP-250",
        "description": "Decaf Peru 250 g",
        "quantity": "24",
        "price": "6.10",
        "tax": "20",
    },
]
PRODUCTS = (
    ("HB-1000", "Harbour Blend 1 kg", "18.50"),
    ("DP-250", "Decaf Peru 250 g", "6.10"),
    ("FP-4", "Filter papers no. 4", "3.20"),
)
