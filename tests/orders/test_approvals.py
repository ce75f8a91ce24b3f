"""Limits of approval, requests for it, and quotes that need it."""

from decimal import Decimal
from typing import Any

import pytest

from hub.errors import Conflict, InvalidInput, PermissionDenied
from orders.models import ApprovalRequest, Bill, PurchaseOrder, Quote, SalesOrder
from orders.services.approvals import ask_approval, send_back
from orders.services.lines import LineInput
from orders.services.printing import pdf_of_document
from orders.services.purchases import (
    authorise_purchase_order,
    create_purchase_order,
    void_purchase_order,
)
from orders.services.quotes import (
    approve_quote,
    authorise_quote,
    create_quote,
    refuse_quote,
    review_quote,
    submit_quote,
)
from orders.services.sales import authorise_sales_order, create_sales_order
from orders.services.trade_settings import change_trade_settings
from tenants.domain.limits import LimitKind, is_above, limits_in_force, within
from tenants.domain.permissions import Area, Level
from tenants.models import Notification, Role, User
from tenants.selectors import membership_in_force
from tenants.services.limits import approvers
from tenants.services.roles import save_role, set_limits
from tests.cast import Company, make_company

D = Decimal
K = LimitKind
APPROVES = {"purchases": 3, "bills": 3, "sales": 3, "payments": 3}


@pytest.mark.parametrize(
    ("roles", "overrides", "limit"),
    [
        ([(APPROVES, {"purchases": "100"})], {}, D(100)),
        ([(APPROVES, {"purchases": "100"}), (APPROVES, {"purchases": "250.5"})], {}, D("250.5")),
        ([(APPROVES, {"purchases": "100"}), (APPROVES, {})], {}, None),
        ([(APPROVES, {"purchases": "100"}), ({"purchases": 1}, {})], {}, D(100)),
        ([(APPROVES, {"purchases": "100"})], {"area:purchases": 3}, None),
        ([], {}, None),
    ],
)
def test_roles_add_up_and_the_highest_limit_counts(
    roles: Any, overrides: dict[str, int], limit: Decimal | None
) -> None:
    """O3: a role that may not approve lifts no limit; a right of one's own does."""
    assert limits_in_force(roles, overrides).get(K.PURCHASES) == limit


def test_what_is_within_a_limit() -> None:
    """O3: up to and with it; credits count without their sign; nobody gives more than they have."""
    assert within({K.BILLS: D(10)}, K.BILLS, D(10)) and within({}, K.BILLS, D(10**9))
    assert not within({K.BILLS: D(10)}, K.BILLS, D("-10.01"))
    areas = dict.fromkeys(Area, Level.APPROVE)
    assert is_above({}, areas, {K.BILLS: D(10)})
    assert is_above({K.BILLS: D(11)}, areas, {K.BILLS: D(10)})
    assert not is_above({K.BILLS: D(10)}, areas, {K.BILLS: D(10)})
    assert not is_above({}, dict.fromkeys(Area, Level.EDIT), {K.BILLS: D(10)})


@pytest.fixture
def company() -> Company:
    made = make_company()
    made.product("BEANS")
    return made


def limited(company: Company, key: str = "purchasing", amount: str = "100") -> User:
    """A colleague whose role approves purchases, bills and sales up to an amount."""
    with company.inside():
        role = Role.objects.get(key=key)
        role.areas = {**role.areas, **APPROVES}
        role.save()
        set_limits(role.id, dict.fromkeys(LimitKind, amount))
    return company.member(key, "Limited")


def order_of(company: Company, user: User, price: str = "500") -> PurchaseOrder:
    mill = company.contact(f"Mill {price}")
    with company.inside(user):
        line = LineInput(sku="BEANS", quantity="1", unit_price=price)
        return create_purchase_order(mill.id, {}, [line])


def test_above_the_limit_the_verb_says_the_limit_and_who_may(company: Company) -> None:
    """O3: refused with the sentence; under it the same person authorises."""
    buyer = limited(company)
    small, large = order_of(company, buyer, "50"), order_of(company, buyer)
    with company.inside(buyer):
        authorise_purchase_order(small.id)
    with pytest.raises(Conflict) as refused, company.inside(buyer):
        authorise_purchase_order(large.id)
    assert refused.value.code == "above_limit"
    assert "comes to 600.00 GBP, and you may approve up to 100.00 GBP." in refused.value.message
    assert company.owner.name in refused.value.message
    with company.inside():
        owner = approvers(K.PURCHASES, D(600))
        assert [one.user_id for one in owner] == [company.owner.id]
        authorise_purchase_order(large.id)


def test_a_request_waits_in_the_inbox_of_those_who_may(company: Company) -> None:
    """O3: asked on the page, told, shown with its note, authorised there; the author is told."""
    buyer = limited(company)
    order = order_of(company, buyer)
    asker, owner = company.browser(buyer), company.browser()
    page = f"/purchases/{order.id}/"
    shown = asker.get(page).content.decode()
    assert "Ask for approval" in shown and "Authorise order" not in shown
    assert "you may approve up to 100.00 GBP" in shown
    assert order.number not in owner.get("/inbox/").content.decode()
    answer = asker.post(f"{page}ask-approval/", {"text": "Needed by Friday"})
    assert answer.status_code == 302
    again = asker.post(f"{page}ask-approval/", {"text": ""})
    assert again.status_code == 422
    inbox = owner.get("/inbox/").content.decode()
    assert order.number in inbox and "Needed by Friday" in inbox and "Send back" in inbox
    assert order.number not in asker.get("/inbox/").content.decode()
    with company.inside():
        told = Notification.objects.get(kind="approvals.asked")
        assert (told.user_id, told.url) == (company.owner.id, page)
    assert owner.post(f"{page}authorise/").status_code == 302
    with company.inside():
        order.refresh_from_db()
        assert order.status == "authorised"
        assert ApprovalRequest.objects.get().state == "approved"
        assert Notification.objects.get(kind="approvals.answered").user_id == buyer.id
    assert "Needed by Friday" not in owner.get("/inbox/").content.decode()


def test_a_request_is_sent_back_with_a_reason(company: Company) -> None:
    """O3: without one it is refused; the order stays a draft and can be asked for again."""
    buyer = limited(company)
    order = order_of(company, buyer)
    with company.inside(buyer):
        ask_approval(PurchaseOrder, order.id)
    owner = company.browser()
    page = f"/purchases/{order.id}/"
    assert owner.post(f"{page}send-back/", {"text": ""}).status_code == 422
    assert owner.post(f"{page}send-back/", {"text": "Too dear"}).status_code == 302
    with company.inside():
        request = ApprovalRequest.objects.get()
        assert (request.state, request.answer) == ("sent_back", "Too dear")
        assert Notification.objects.get(kind="approvals.answered").body == "Too dear"
    with company.inside(buyer), pytest.raises(Conflict):
        send_back(PurchaseOrder, order.id, "What?")
    asker = company.browser(buyer)
    asker.post(f"{page}ask-approval/", {"text": ""})
    assert "Withdraw the request" in asker.get(page).content.decode()
    assert asker.post(f"{page}withdraw-request/").status_code == 302
    with company.inside():
        assert not ApprovalRequest.objects.filter(state="open").exists()


def test_a_void_document_waits_no_longer(company: Company) -> None:
    """O3: its request is closed with it."""
    buyer = limited(company)
    order = order_of(company, buyer)
    with company.inside(buyer):
        ask_approval(PurchaseOrder, order.id)
    with company.inside():
        void_purchase_order(order.id)
        assert ApprovalRequest.objects.get().state == "closed"
    with company.inside(buyer), pytest.raises(Conflict):
        ask_approval(PurchaseOrder, order.id)


def test_nobody_may(company: Company) -> None:
    """O3: then asking is refused and says where limits are."""
    buyer = limited(company)
    order = order_of(company, buyer)
    with company.inside():
        change_trade_settings({"separate_approval": True})
        own = create_purchase_order(
            order.contact_id, {}, [LineInput(sku="BEANS", unit_price="500")]
        )
    with pytest.raises(Conflict, match="raise the limit of a role"), company.inside():
        ask_approval(PurchaseOrder, own.id)


def test_whoever_made_it_may_not_approve_it(company: Company) -> None:
    """O3: the switch; a colleague may, and so may a program."""
    with company.inside():
        change_trade_settings({"separate_approval": True})
    order = order_of(company, company.owner, "5")
    with pytest.raises(Conflict, match="a colleague approves it"), company.inside():
        authorise_purchase_order(order.id)
    admin = company.member("admin")
    with company.inside(admin):
        authorise_purchase_order(order.id)


def test_sales_and_bills_have_limits_of_their_own(company: Company) -> None:
    """O3, O4: each kind by its own limit; foreign totals count in base currency."""
    seller = limited(company, "sales")
    customer = company.contact("Café", kind="customer")
    with company.inside(seller):
        order = create_sales_order(
            customer.id, {}, [LineInput(sku="BEANS", quantity="100", unit_price="1")]
        )
    with pytest.raises(Conflict, match=r"120\.00 GBP"), company.inside(seller):
        authorise_sales_order(order.id)
    with company.inside():
        SalesOrder.objects.filter(id=order.id).update(currency="EUR", rate=D("0.5"))
    with company.inside(seller):
        authorise_sales_order(order.id)


def test_limits_are_set_on_the_roles_page_and_by_the_api(company: Company) -> None:
    """O3, A4: kept, shown, refused at their field; nobody gives a higher one than their own."""
    client, api = company.browser(), company.api()
    with company.inside():
        role = Role.objects.get(key="purchasing")
    page = f"/settings/roles/{role.id}/"
    values = {"name": role.name, "area-purchases": "3", "limits.purchases": "2,5"}
    refused = client.post(page, values)
    assert refused.status_code == 422 and 'value="2,5"' in refused.content.decode()
    assert client.post(page, values | {"limits.purchases": "2500"}).status_code == 302
    assert 'value="2500"' in client.get(page).content.decode()
    path = f"/api/v1/roles/{role.id}"
    assert api.get(path).json()["limits"]["purchases"] == "2500"
    changed = api.patch(path, {"limits": {"bills": "10", "purchases": None}}, format="json")
    assert changed.json()["limits"] == {
        "purchases": None,
        "bills": "10",
        "sales": None,
        "credits": None,
    }
    bad = api.patch(path, {"limits": {"bills": "-1"}}, format="json")
    assert set(bad.json()["fields"]) == {"limits.bills"}
    assert make_company().api().get(path).status_code == 404
    admin = limited(company, "admin", "100")
    wanted: Any = {
        "name": "Buyers",
        "description": "",
        "areas": {Area.PURCHASES: Level.APPROVE},
        "specials": set(),
        "limits": {K.PURCHASES: "101"},
    }
    with company.inside(admin):
        wanted["acting"] = membership_in_force(admin.id)
    with company.inside(admin), pytest.raises(PermissionDenied, match="limits up to your own"):
        save_role(role.id, **wanted)


def test_approval_by_the_api(company: Company) -> None:
    """A4, O3: a program asks for people, reads what waits, takes it back."""
    order = order_of(company, company.owner)
    api = company.api()
    path = f"/api/v1/purchase-orders/{order.id}"
    assert api.post(f"{path}/ask-approval", {"text": "Please"}, format="json").status_code == 200
    found = api.get("/api/v1/approval-requests?state=open").json()["results"]
    assert [(one["number"], one["note"]) for one in found] == [(order.number, "Please")]
    assert api.post(f"{path}/send-back", {"text": ""}, format="json").status_code == 400
    assert api.post(f"{path}/send-back", {"text": "No"}, format="json").status_code == 200
    assert api.post(f"{path}/withdraw-request", {}, format="json").status_code == 409
    with company.inside():
        assert not Bill.objects.exists()


# --- Quotes ------------------------------------------------------------------------------------
def quote_of(company: Company, user: User) -> Quote:
    customer = company.contact(f"Customer {user.id}", kind="customer")
    with company.inside(user):
        return create_quote(customer.id, {}, [LineInput(sku="BEANS")])


def test_a_quote_is_submitted_and_approved(company: Company) -> None:
    """O4: by the pages; only then may it be printed; the author is told."""
    with company.inside():
        change_trade_settings({"quotes_need_approval": True})
        role = Role.objects.get(key="warehouse")
        role.areas = {**role.areas, "sales": 2}
        role.save()
    writer = company.member("warehouse", "Writer")
    quote = quote_of(company, writer)
    page = f"/quotes/{quote.id}/"
    own, boss = company.browser(writer), company.browser()
    shown = own.get(page).content.decode()
    assert "Submit for approval" in shown and "Authorise quote" not in shown
    assert f"{page}pdf/" not in shown and own.get(f"{page}pdf/").status_code == 409
    with company.inside(), pytest.raises(Conflict, match="need approval"):
        authorise_quote(quote.id)
    assert own.post(f"{page}submit/").status_code == 302
    assert own.post(f"{page}approve/").status_code == 403
    assert quote.number in boss.get("/inbox/").content.decode()
    assert boss.post(f"{page}approve/").status_code == 302
    with company.inside():
        quote.refresh_from_db()
        assert quote.status == "authorised"
        assert pdf_of_document(quote).startswith(b"%PDF")
        answered = Notification.objects.get(kind="approvals.answered")
        assert answered.user_id == writer.id


def test_a_rejected_quote_is_read_only_until_it_is_reviewed(company: Company) -> None:
    """O4: with the reason on it; a review makes it a draft."""
    with company.inside():
        change_trade_settings({"quotes_need_approval": True})
    quote = quote_of(company, company.owner)
    with company.inside():
        submit_quote(quote.id)
        with pytest.raises(InvalidInput):
            refuse_quote(quote.id, "  ")
        refuse_quote(quote.id, "Margin is too low")
    client = company.browser()
    shown = client.get(f"/quotes/{quote.id}/").content.decode()
    assert "Margin is too low" in shown
    assert client.get(f"/quotes/{quote.id}/edit/").status_code == 409
    with company.inside():
        with pytest.raises(Conflict):
            approve_quote(quote.id)
        assert review_quote(quote.id).status == "draft"


def test_quotes_are_approved_by_the_api(company: Company) -> None:
    """A4, O4: submit, take back, submit, refuse; without the setting there is nothing to submit."""
    quote = quote_of(company, company.owner)
    api = company.api()
    path = f"/api/v1/quotes/{quote.id}"
    assert api.post(f"{path}/submit", {}, format="json").status_code == 409
    api.patch("/api/v1/trade-settings", {"quotes_need_approval": True}, format="json")
    for verb, body, status in (
        ("submit", {}, "awaiting_approval"),
        ("take-back", {}, "draft"),
        ("submit", {}, "awaiting_approval"),
        ("refuse", {"text": "No"}, "rejected"),
        ("review", {}, "draft"),
        ("submit", {}, "awaiting_approval"),
        ("approve", {}, "authorised"),
    ):
        answer = api.post(f"{path}/{verb}", body, format="json")
        assert (answer.status_code, answer.json()["status"]) == (200, status), verb
