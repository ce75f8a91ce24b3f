"""The recorded requests are taken as they are, and the replies have the recorded shape."""

import json
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from tests.sandbox.neto.client import Store, listed, recorded
from tests.sandbox.neto.conftest import filled
from tests.sandbox.running import Running

GET = ("getorder_request_3pl_pending_export", "getorder_request_by_id")
REQUESTS = (*GET, "getorder_request_multi_status")


@pytest.mark.parametrize("name", REQUESTS)
def test_recorded_requests_give_the_same_in_json_and_xml(neto: Running, name: str) -> None:
    """GetOrder as the documentation shows it, in both spellings, with UpdateResults."""
    found = []
    for kind in ("json", "xml"):
        store = filled(neto, orders=30, seed=4, user_key="k", days=0)
        store.act("place_order", kind="odd")
        body = recorded(f"{name}.{kind}")
        answer = store.post("GetOrder", body, **{"Content-Type": f"text/{kind}"}).json()
        assert answer["Ack"] == "Success"
        found.append([one["OrderID"] for one in listed(answer["Order"])])
    assert found[0] == found[1] and found[0]


def test_the_reply_has_every_field_of_the_real_one(store: Store) -> None:
    """Each key of the real reply is there with a value of the same sort and decimals."""
    real = json.loads(recorded("getorder_response_real_anonymised.json"))
    selectors = json.loads(recorded("getorder_filter_spec.json"))["outputSelectors"]
    made = store.act("place_order", kind="dispatched", Username="alexexample")["OrderID"]
    store.call("UpdateOrder", {"Order": {"OrderID": made, "StickyNotes": [{"Title": "One"}]}})
    answer = store.call(
        "GetOrder",
        {"Filter": {"OrderID": made, "OutputSelector": [*selectors, "OrderPayment.DatePaid"]}},
    )
    assert set(answer) == set(real)
    _same_shape(real["Order"][0], answer["Order"][0], "Order")


def _same_shape(theirs: Any, ours: Any, where: str) -> None:
    assert type(theirs) is type(ours), where
    if isinstance(theirs, dict):
        assert not set(theirs) - set(ours), (where, set(theirs) - set(ours))
        for name, one in theirs.items():
            _same_shape(one, ours[name], f"{where}.{name}")
    elif isinstance(theirs, list):
        _same_shape(theirs[0], ours[0], where)
    elif theirs and ours and theirs.replace(".", "", 1).isdecimal() and "." in theirs:
        assert len(theirs.partition(".")[2]) == len(ours.partition(".")[2]), (where, theirs, ours)


def test_every_documented_field_and_no_other(store: Store) -> None:
    """What is answered to all selectors is in the documented table of types."""
    types = json.loads(recorded("getorder_response_types.json"))["Order"][0]
    known = {*types, *types["observedButNotInResponseTable"]}
    lines = types["OrderLine"][0]
    kits = {"ComponentOfKit", "KitPartID"}  # listed with the order there, told by the line here
    known_in_lines = {*lines, *lines["observedButNotInResponseTable"], *kits}
    selectors = json.loads(recorded("getorder_filter_spec.json"))["outputSelectors"]
    for kind in ("kit", "ebay", "options", "part_paid"):
        made = store.act("place_order", kind=kind)["OrderID"]
        order = store.order(made, *selectors, SplitKitComponents="True")
        assert not set(order) - known
        for line in listed(order["OrderLine"]):
            assert not set(line) - known_in_lines


def test_the_documented_orders_are_answered_as_documented(neto: Running) -> None:
    """N001001 and N10155, field by field, to the recorded request; nothing more has a value."""
    store = filled(neto, template="documented", orders=0)
    neto.control("switches", {"price_places": 3})
    asked = json.loads(recorded("getorder_request_3pl_pending_export.json"))["Filter"]
    asked = {"OrderID": ["N001001", "N10155"], "OutputSelector": asked["OutputSelector"]}
    ours = store.call("GetOrder", {"Filter": asked})["Order"]
    neto.control("switches", {"price_places": 8})
    theirs = json.loads(recorded("getorder_response_docs_sample_repaired.json"))["Order"]
    for one in theirs:
        (same,) = [it for it in ours if it["OrderID"] == one["OrderID"]]
        assert {name: value for name, value in same.items() if value} == one


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_the_recorded_dispatch(store: Store, kind: str) -> None:
    """UpdateOrder with tracking per line, as recorded; the reply is the recorded one."""
    for sku in ("ABC-123", "HYS-97462"):
        store.call("AddItem", {"Item": [{"SKU": sku, "Name": sku, "DefaultPrice": "10"}]})
    lines = [{"SKU": "ABC-123"}, {"SKU": "HYS-97462", "Quantity": 2}]
    store.call("AddOrder", {"Order": {"OrderID": "N1000", "Username": "a", "OrderLine": lines}})
    answer = store.post("UpdateOrder", recorded(f"updateorder_request_dispatch.{kind}")).json()
    expected = json.loads(recorded("updateorder_response_success.json"))
    assert {**answer, "CurrentTime": ""} == {**expected, "CurrentTime": ""}
    wanted = ("OrderStatus", "OrderLine", "OrderLine.ShippingTracking", "OrderLine.ShippingMethod")
    order = store.order("N1000", *wanted, "OrderLine.QuantityShipped")
    assert order["OrderStatus"] == "Dispatched"
    assert {line["ShippingTracking"] for line in order["OrderLine"]} == {"C123345767765"}
    assert [line["QuantityShipped"] for line in order["OrderLine"]] == ["1", "2"]


def test_xml_is_the_reply_unless_json_is_asked_for(store: Store) -> None:
    """Even to a JSON body; its root is the action's; hostile text stays text."""
    store.act("place_order", kind="unicode")
    asked = {"Filter": {"Limit": 1, "OutputSelector": ["OrderLine", "DeliveryInstruction"]}}
    answer = store.post("GetOrder", asked, Accept="*/*")
    root = fromstring(answer.content)
    recorded_root = fromstring(recorded("getorder_response_docs_sample.xml"))
    assert root.tag == recorded_root.tag == "GetOrderResponse"
    assert "<b>" in (root.findtext("Order/DeliveryInstruction") or "")
    assert root.findtext("Ack") == "Success"


def test_payments_in_xml_as_recorded(store: Store) -> None:
    """Three payments, one for an order that is not there: two are entered, one is a warning."""
    for order_id in ("N100000", "N100001"):
        lines = [{"SKU": "GRINDER-HAND"}]
        store.call("AddOrder", {"Order": {"OrderID": order_id, "OrderLine": lines}})
    answer = store.post("AddPayment", recorded("addpayment_request.xml")).json()
    assert answer["Ack"] == "Warning"
    assert [set(one) for one in answer["Payment"]] == [{"PaymentID"}, {"PaymentID"}]
    assert answer["Messages"]["Warning"]["Message"] == "Cannot find Order N100003"
    order = store.order("N100000", "OrderPayment", "OrderPayment.DatePaid", "RealtimeConfirmation")
    assert order["RealtimeConfirmation"] == "PARTIALLY PAID"
    assert order["OrderPayment"][0]["DatePaid"] == "2012-12-13 00:00:00"
    asked = {"Filter": {"OrderID": "N100000", "OutputSelector": ["AmountPaid", "CurrencyCode"]}}
    (payment,) = store.call("GetPayment", asked)["Payment"]
    assert (payment["AmountPaid"], payment["CurrencyCode"]) == ("99.95", "AUD")


@pytest.mark.parametrize(
    ("name", "skus"),
    [
        ("messages_warning_single.json", ["EXAMPLE-SKU-1"]),
        ("messages_warning_multiple.json", ["EXAMPLE-SKU-1", "EXAMPLE-SKU-2"]),
    ],
)
def test_the_recorded_warnings(store: Store, name: str, skus: list[str]) -> None:
    """One unknown item is an object, two are a list."""
    answer = store.call("UpdateItem", {"Item": [{"SKU": sku} for sku in skus]})
    expected = json.loads(recorded(name))
    assert (answer["Ack"], answer["Messages"]) == (expected["Ack"], expected["Messages"])


def test_the_recorded_errors(store: Store) -> None:
    """A body that is no JSON, and a wrong key, with HTTP 200."""
    for body, name, headers in (
        ("{", "messages_error_json.json", {}),
        ("{}", "messages_error_invalid_key_RECONSTRUCTED.json", {"NETOAPI_KEY": "wrong"}),
    ):
        answer = store.post("GetOrder", body, **headers)
        expected = json.loads(recorded(name))
        error, theirs = answer.json()["Messages"]["Error"], expected["Messages"]["Error"]
        assert (answer.status_code, set(answer.json())) == (200, set(expected))
        assert (error["Message"], set(error)) == (theirs["Message"], set(theirs))
