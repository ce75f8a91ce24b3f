"""Views of lists that the demo's people have saved."""

from demo.companies import DemoCompany
from demo.history import inside
from tenants.services.saved_views import ViewValues, save_view

# (list, name, address, for everybody)
VIEWS = (
    ("purchases", "On its way", "tab=authorised&sort=-id", True),
    ("invoices", "Unpaid, by network", "tab=authorised&network=delivered", True),
    ("sales", "My drafts", "tab=draft", False),
    ("products", "Plain", "hide=barcode", False),
)


def some_views(company: DemoCompany) -> None:
    """One's own and everybody's."""
    with inside(company):
        for list_key, name, query, shared in VIEWS:
            values = ViewValues(name, query, shared)
            save_view(list_key, values, owner=company.actor().id, member=None)
