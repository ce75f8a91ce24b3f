"""Settings → Automations: the company's switches, each partner's, both halves."""

from network.models import AutomationSettings, Connection
from tenants.models import Notification
from tests.cast import Company, make_company, make_pair

PAGE = "/settings/automations/"
SUPPLIERS = {"suppliers-TOTAL_FORMS": "1", "suppliers-INITIAL_FORMS": "0"}


def row_of(company: Company) -> Connection:
    with company.inside():
        return Connection.objects.get()


def settings_of(company: Company) -> AutomationSettings:
    with company.inside():
        return AutomationSettings.objects.get()


def test_only_holders_of_the_permission_open_the_page() -> None:
    """K4: Admin and Setup do; others have no menu entry and get 403."""
    company = make_company()
    for role, status in (("setup", 200), ("admin", 200), ("sales", 403), ("accountant", 403)):
        client = company.browser(company.member(role))
        assert client.get(PAGE).status_code == status
        shown = f'href="{PAGE}"' in client.get("/settings/").content.decode()
        assert shown == (status == 200)
    answer = company.browser(company.teammate).post(PAGE, {**SUPPLIERS, "send_invoices": "on"})
    assert answer.status_code == 403
    assert settings_of(company).send_invoices is False


def test_check_boxes_and_save_keep_the_companys_choice() -> None:
    """K1, K2, K3: also per supplier."""
    company = make_company()
    contact = company.contact("Curlew")
    client = company.browser()

    answer = client.post(
        PAGE,
        {
            "send_invoices": "on",
            "separate_ecommerce_orders": "on",
            "consolidate_by": "day",
            **SUPPLIERS,
            "suppliers-0-supplier": "Curlew",
            "suppliers-0-by": "week",
        },
    )

    assert answer.headers["Location"] == PAGE
    kept = settings_of(company)
    assert (kept.send_invoices, kept.take_in_invoices) == (True, False)
    assert (kept.separate_ecommerce_orders, kept.consolidate_by) == (True, "day")
    assert kept.consolidate_per_supplier == {str(contact.id): "week"}
    page = client.get(PAGE).content.decode()
    assert "Automations saved." in page
    assert 'value="Curlew"' in page


def test_a_customer_is_no_supplier_to_order_from() -> None:
    """K3: said at the line, nothing saved."""
    company = make_company()
    company.contact("Petrel", kind="customer")

    answer = company.browser().post(
        PAGE, {"consolidate_by": "week", **SUPPLIERS, "suppliers-0-supplier": "Petrel"}
    )

    assert answer.status_code == 422
    assert "Petrel is not your supplier." in answer.content.decode()
    assert settings_of(company).consolidate_by == "order"


def test_the_page_shows_the_partners_half_and_asks_for_it() -> None:
    """K2: works only where both halves are on."""
    pair = make_pair()
    buyer = pair.buyer.browser()
    buyer.post(PAGE, {"take_in_invoices": "on", "consolidate_by": "order", **SUPPLIERS})
    page = buyer.get(PAGE).content.decode()
    assert "Waits for the partner" in page
    assert "Ask to switch on" in page

    row = row_of(pair.buyer)
    assert buyer.get(f"{PAGE}{row.id}/ask/").status_code == 405
    buyer.post(f"{PAGE}{row.id}/ask/")
    pair.drain()
    with pair.supplier.inside():
        told = Notification.objects.get(user=pair.supplier.owner, kind="automations.asked")
        assert told.url == PAGE
    pair.supplier.browser().post(
        PAGE, {"send_invoices": "on", "consolidate_by": "order", **SUPPLIERS}
    )
    pair.drain()

    page = buyer.get(PAGE).content.decode()
    assert "Automatic" in page
    assert "Ask to switch on" not in page
    assert buyer.post(f"{PAGE}{row.id}/ask/").status_code == 409


def test_one_partner_may_differ_and_customers_invoices_are_off_at_first() -> None:
    """K4, N12: overrides per connection; invoices of a customer are accepted only where chosen."""
    pair = make_pair()
    client, row = pair.supplier.browser(), row_of(pair.supplier)
    page = client.get(f"{PAGE}{row.id}/").content.decode()
    assert "As the company&#x27;s setting says: off" in page
    assert row.accept_customer_invoices is False

    client.post(f"{PAGE}{row.id}/", {"ours": "on", "accept_customer_invoices": "on"})

    row = row_of(pair.supplier)
    assert (row.send_invoices, row.accept_customer_invoices) == (True, True)
    client.post(f"{PAGE}{row.id}/", {"ours": "company"})
    row = row_of(pair.supplier)
    assert (row.send_invoices, row.accept_customer_invoices) == (None, False)
    at_buyer = row_of(pair.buyer)
    page = pair.buyer.browser().get(f"{PAGE}{at_buyer.id}/").content.decode()
    assert "Accept invoices from this customer" not in page


def test_a_strangers_connection_does_not_exist() -> None:
    """K4: the same 404."""
    pair, strange = make_pair(), make_company("Strange")
    row = row_of(pair.buyer)
    client = strange.browser()

    assert client.get(f"{PAGE}{row.id}/").status_code == 404
    assert client.post(f"{PAGE}{row.id}/", {"ours": "on"}).status_code == 404
    assert client.post(f"{PAGE}{row.id}/ask/").status_code == 404
    assert row_of(pair.buyer).take_in_invoices is None
