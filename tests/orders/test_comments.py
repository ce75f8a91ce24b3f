"""Comments in the timeline: colleagues read them, partners never, @ tells somebody (A2, A3)."""

from orders.models import PurchaseOrder
from orders.services.bills import create_bill
from orders.services.lines import LineInput
from orders.services.purchases import create_purchase_order
from tenants.models import Activity, Notification
from tests.cast import Company, make_company
from tests.orders.test_network_goods import approved
from tests.trade import stocked_pair


def drafted(company: Company) -> PurchaseOrder:
    supplier = company.contact("Mill")
    with company.inside():
        return create_purchase_order(
            supplier.id, {}, [LineInput(description="Carriage", quantity="1", unit_price="7")]
        )


def test_a_comment_stands_in_the_timeline_and_tells_who_is_named() -> None:
    """A2, A3: by the whole name; the text is shown as text."""
    company = make_company()
    order = drafted(company)
    colleague = company.member("purchasing", "Ana Lopez")
    stranger_to_it = company.member("sales", "Ben Fox")
    text = "@ana lopez can we wait? <b>Friday</b> @Ben Fox"
    answer = company.browser().post(f"/purchases/{order.id}/comment/", {"text": text})
    assert answer["Location"] == f"/purchases/{order.id}/#timeline"
    page = company.browser().get(f"/purchases/{order.id}/").content.decode()
    assert "can we wait? &lt;b&gt;Friday&lt;/b&gt;" in page
    with company.inside():
        assert Activity.objects.get(action="purchase_order.commented").summary == text
        told = set(Notification.objects.values_list("user_id", flat=True))
        assert colleague.pk in told
        mention = Notification.objects.get(user_id=colleague.pk)
        assert (mention.kind, mention.url) == ("comments.mention", f"/purchases/{order.id}/")
        sales_sees_purchases = Notification.objects.filter(user_id=stranger_to_it.pk).count()
        assert sales_sees_purchases == 1


def test_who_may_not_see_the_document_is_not_told() -> None:
    """A2: a mention opens no door."""
    company = make_company()
    supplier, worker = company.contact("Mill"), company.member("warehouse", "Wim")
    with company.inside():
        line = LineInput(description="Carriage", quantity="1", unit_price="7")
        bill = create_bill(supplier.id, {}, [line])
    company.browser().post(f"/bills/{bill.id}/comment/", {"text": f"@{worker.email} look"})
    with company.inside():
        assert Activity.objects.filter(action="bill.commented").count() == 1
        assert not Notification.objects.filter(user_id=worker.pk).exists()


def test_an_empty_or_endless_comment_is_refused() -> None:
    """A3: with words; nothing is written."""
    company = make_company()
    order = drafted(company)
    client = company.api()
    url = f"/api/v1/purchase-orders/{order.id}/comment"
    for text in ("", " \n ", "x" * 2001, "a\x00b"):
        answer = client.post(url, {"text": text}, format="json")
        assert answer.status_code == 400, text[:5]
        assert list(answer.json()["fields"]) == ["text"]
    assert client.post(url, {"text": "By the API"}, format="json").status_code == 200
    with company.inside():
        assert Activity.objects.filter(action="purchase_order.commented").count() == 1


def test_a_partner_never_reads_a_comment() -> None:
    """N14: what colleagues write stays in the house; who only reads cannot write."""
    pair = stocked_pair()
    order_id, sale = approved(pair)
    secret = "Their price is too high"
    pair.buyer.browser().post(f"/purchases/{order_id}/comment/", {"text": secret})
    pair.drain()
    assert secret not in pair.supplier.browser().get(f"/sales/{sale.id}/").content.decode()
    assert secret in pair.buyer.browser().get(f"/purchases/{order_id}/").content.decode()
    reader = pair.buyer.browser(pair.buyer.member("read_only"))
    assert reader.post(f"/purchases/{order_id}/comment/", {"text": "Hi"}).status_code == 403
    assert 'name="text" rows="2"' not in reader.get(f"/purchases/{order_id}/").content.decode()
