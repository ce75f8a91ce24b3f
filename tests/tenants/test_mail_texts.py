"""E-mail texts of an organisation's own."""

from orders.models import PurchaseOrder
from orders.services.sending import suggested_letter
from tenants.services.organisations import current_organisation
from tests.cast import make_company
from tests.orders.test_trading import sent_order, stocked_pair

PAGE = "/settings/e-mail-texts/"


def test_the_window_starts_with_the_organisations_own_text() -> None:
    """N9, O8: fields are filled in; Wharf's own text comes back on request."""
    pair = stocked_pair()
    order = sent_order(pair)
    browser = pair.buyer.browser()
    own = {"subject": "Order {number}", "body": "Dear {contact}, {total} {number}. {name}"}

    assert 'name="reset"' not in browser.get(f"{PAGE}?kind=purchase_order").content.decode()
    assert browser.post(f"{PAGE}?kind=purchase_order", own).status_code == 302
    assert 'name="reset"' in browser.get(f"{PAGE}?kind=purchase_order").content.decode()

    with pair.buyer.inside():
        document = PurchaseOrder.objects.select_related("contact").get(id=order.id)
        letter = suggested_letter(document, current_organisation())
    assert letter.subject == f"Order {order.number}"
    assert letter.body == (
        f"Dear {pair.supplier.name}, 164.40 GBP {order.number}. {pair.buyer.name}"
    )
    browser.post(f"{PAGE}?kind=purchase_order", {"reset": "1"})
    with pair.buyer.inside():
        letter = suggested_letter(document, current_organisation())
    assert letter.subject == f"Purchase order {order.number} from {pair.buyer.name}"


def test_an_unknown_field_or_a_missing_key_is_said_at_the_text() -> None:
    """N3: the invitation cannot lose its key; nothing is saved."""
    company = make_company()
    browser = company.browser()

    wrong = browser.post(f"{PAGE}?kind=invoice", {"subject": "{nummer}", "body": "Hello"})
    assert wrong.status_code == 422
    assert "“{nummer}” is no field here." in wrong.content.decode()
    lost = browser.post(f"{PAGE}?kind=invitation", {"subject": "Hi", "body": "{name} {legal_name}"})
    assert lost.status_code == 422
    assert "The text needs {key}" in lost.content.decode()


def test_only_those_who_may_change_settings_change_texts() -> None:
    """A1: a teammate may look; a kind that is none is a 404."""
    company = make_company()
    teammate = company.browser(company.teammate)

    assert teammate.get(PAGE).status_code == 200
    assert teammate.post(PAGE, {"subject": "Hi", "body": "Ho"}).status_code == 403
    assert company.browser().get(f"{PAGE}?kind=nothing").status_code == 404
