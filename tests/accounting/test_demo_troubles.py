"""What the demo plants for the accountant's walk does what README says."""

from datetime import date, timedelta

from django.utils import timezone

from accounting.domain.states import Kind, SyncState
from accounting.models import Connection
from accounting.services.history_export import start_export
from accounting.services.reconciling import compare
from demo.companies import DemoCompany
from demo.data.companies import KESTREL
from demo.troubles import COLLEAGUE, SAMPLE, some_troubles
from inventory.models import Product
from inventory.services.products import change_product
from network.models import Contact
from network.services.contacts import change_contact
from tests.accounting.books import LANES, connected_books
from tests.sandbox.running import Running


def test_two_documents_cannot_go_and_go_once_renamed(quickbooks: Running) -> None:
    """Q12, Q25: a ":" in a product's name, a customer called as an employee; the books agree with
    them and without; renamed and retried, both go with the invoices that waited.
    """
    books = connected_books(quickbooks, demo=True)
    owner = books.company.owner
    some_troubles(DemoCompany(books.company.id, KESTREL, "", "", (), owner.id, str(owner.email)))
    with books.company.inside():
        start_export(Connection.objects.get(), timezone.localdate() - timedelta(days=1))
    books.company.drain(lanes=LANES)
    stuck = {
        (row.kind, row.reason): row.number for row in books.documents(state=SyncState.ATTENTION)
    }
    assert stuck == {
        (Kind.PRODUCT, "forbidden_character"): SAMPLE,
        (Kind.CUSTOMER, "name_taken"): COLLEAGUE,
    }
    assert {row.state for row in books.documents(kind=Kind.INVOICE)} == {SyncState.WAITING}
    theirs = books.session().trial_balance(date(2030, 1, 1))
    with books.company.inside():
        assert not any(
            row.difference
            for row in compare(Connection.objects.get(), timezone.localdate(), theirs)
        )
        change_product(Product.objects.get(sku=SAMPLE).id, {"name": "Tasting set"})
        change_contact(Contact.objects.get(name=COLLEAGUE).id, {"name": f"{COLLEAGUE} (guest)"})
    books.sync()
    assert {row.state for row in books.documents()} == {SyncState.SYNCED}
    assert len(books.there("Invoice")) == 2
