"""Whatever is sent to any action: an answer in the vendor's words, and a book that balances."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.common.http import Answer, Call
from sandbox.common.ledger import Ledger
from sandbox.common.server import Application
from sandbox.common.store import Store
from sandbox.neto.actions import ACTIONS
from sandbox.neto.app import Neto
from sandbox.neto.shop_pages import FORMS

LINE = {"SKU": "SCALE-01", "Quantity": "2", "UnitPrice": "9.95", "DiscountPercent": "5"}
TRACKING = {"ShippingMethod": "Australia Post", "TrackingNumber": "C1", "DateShipped": "2026-01-02"}
FILTER = {
    "OrderID": ["N100001"],
    "OrderStatus": "New",
    "SKU": ["SCALE-01"],
    "Page": 0,
    "Limit": 5,
    "DateUpdatedFrom": "2020-01-02 03:04:05",
    "DatePlacedTo": "2030-01-01",
    "WarehouseID": 1,
    "Username": "tanaka",
    "PaymentID": "1001",
    "RmaID": "1",
    "Email": "a@b.example",
    "CartID": "1",
    "CheckoutStatus": "Open",
    "OutputSelector": [
        *("OrderLine", "OrderLine.Tax", "GrandTotal", "StickyNotes", "AccountBalance"),
        *("CustomerLog", "AvailableSellQuantity", "VariantInventoryIDs", "Images", "PriceGroups"),
    ],
    "UpdateResults": {"ExportStatus": "Exported"},
    "SplitKitComponents": "True",
}
GOOD: dict[str, Any] = {
    "Filter": FILTER,
    "Order": [
        {
            "OrderID": "N100001",
            "Username": "tanaka",
            "OrderStatus": "Pick",
            "OrderApproval": "True",
            "ShippingCost": "7.08",
            "AppliedDiscounts": {"AppliedDiscount": {"CouponCode": "A", "Amount": "1.00"}},
            "StickyNotes": {"StickyNote": [{"Title": "A", "Description": "B"}]},
            "OrderLine": [{**LINE, "TrackingDetails": TRACKING, "QuantityShipped": 1}],
        },
        {
            "Username": "x",
            "OrderLine": [{**LINE, "KitComponents": [{"ComponentSKU": "CUP-SET-2"}]}],
        },
    ],
    "Payment": [{"OrderID": "N100001", "AmountPaid": "5.00", "CardAuthorisation": "1"}],
    "Item": [
        {
            "SKU": "SCALE-01",
            "DefaultPrice": "1.00",
            "WarehouseQuantity": {"WarehouseID": 1, "Quantity": 2, "Action": "set"},
            "KitComponents": {"KitComponent": [{"ComponentSKU": "A", "AssembleQuantity": 2}]},
            "Images": {"Image": [{"Name": "Main", "URL": "https://x.example/a.jpg"}]},
            "ItemSpecifics": {"ItemSpecific": [{"Name": "Size", "Value": "S"}]},
            "PromotionStartDate": "2026-01-01 00:00:00",
            "PriceGroups": {
                "PriceGroup": [
                    {
                        "GroupID": "1",
                        "Price": "5.00",
                        "MultilevelBands": {
                            "MultiLevelBand": [{"Price": "4.00", "MinimumQuantity": 3}]
                        },
                    }
                ]
            },
        }
    ],
    "Customer": [{"Username": "tanaka", "BillingAddress": {"BillCity": "X"}, "CreditLimit": "5"}],
    "Rma": [
        {
            "OrderID": "N100001",
            "RmaLines": {"RmaLine": [{"SKU": "SCALE-01", "Quantity": 1}]},
            "Refunds": {"Refund": [{"RefundAmount": "1.00"}]},
        }
    ],
    "CustomerLogs": {"CustomerLog": [{"LogID": 1, "Username": "tanaka", "Notes": "A"}]},
    "ShippingQuote": {
        "ShipPostCode": "2000",
        "ShipCountry": "AU",
        "ShipCity": "SYDNEY",
        "ShipState": "NSW",
        "ShipPOBox": "False",
        "OrderLines": {"OrderLine": [{"SKU": "SCALE-01", "Quantity": 2}]},
        "ShippingMethod": {"ID": 1},
    },
    "CurrencySettings": {"DEFAULTCOUNTRY": ["AU"], "GST_AMT": "10", "GST_INC_CPANEL": "True"},
    "Warehouse": [{"WarehouseID": 1, "WarehouseName": "A", "IsPrimary": "True"}],
    "Category": [{"CategoryID": 1, "CategoryName": "A"}],
    "Content": [{"ContentID": 1, "ContentName": "A"}],
    "Supplier": [{"SupplierID": "S", "SupplierCompany": "A"}],
    "Voucher": [{"VoucherCode": "V", "VoucherTitle": "A"}],
}
ROOTS = {
    "GetShippingQuote": "ShippingQuote",
    "AddCustomerLog": "CustomerLogs",
    "UpdateCustomerLog": "CustomerLogs",
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            *("", "-1", "NaN", "Infinity", "1e99999", "-0", "0.005", "\0", "\ud800", "x" * 30_000),
            *("9" * 40, "0000-00-00 00:00:00", "9999-12-31T23:59:59+14:00", "True", "🌟"),
            *([], {}, [[]], [None], {"": ""}, [{"SKU": {}}], {"OrderLine": "x"}, "Dispatched"),
        ]
    ),
    st.recursive(
        st.none() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)
STEPS = st.lists(st.integers(0, 9), min_size=0, max_size=6)


def mutated(value: Any, steps: list[int], odd: Any) -> Any:
    """The same with something odd at the end of a way into it."""
    if not steps or not isinstance(value, (dict, list)) or not value:
        return odd
    first, *rest = steps
    if isinstance(value, list):
        where = first % len(value)
        return [mutated(one, rest, odd) if i == where else one for i, one in enumerate(value)]
    name = sorted(value)[first % len(value)]
    return {key: mutated(one, rest, odd) if key == name else one for key, one in value.items()}


class Inside:
    """A sandbox without a server, as the server asks it."""

    def __init__(self) -> None:
        self.neto = Neto(Store(), base_url="http://127.0.0.1:1")
        with self.neto.store.transaction():
            self.filled = self.neto.fill({"store": "one", "orders": 12, "seed": 2})
        self.application = Application(self.neto, control=True)

    def ask(self, action: str, body: bytes, accept: str = "application/json") -> Answer:
        headers = {
            "netoapi_action": action,
            "netoapi_key": self.filled["global_key"],
            "accept": accept,
        }
        path, now = "/one/do/WS/NetoAPI", self.neto.clock.now()
        return self.application._handled(Call("POST", path, "", headers, body, now))

    def web(self, method: str, path: str, body: bytes = b"", query: str = "") -> Answer:
        call = Call(method, path, query, {}, body, self.neto.clock.now())
        return self.application._handled(call)

    def total(self) -> Any:
        return Ledger(self.neto.store, "one").total()


@pytest.fixture(scope="module")
def inside() -> Inside:
    return Inside()


@settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    action=st.sampled_from(sorted(ACTIONS)),
    changes=st.lists(st.tuples(STEPS, ODD), min_size=0, max_size=3),
    accept=st.sampled_from(["application/json", "*/*"]),
)
def test_nothing_that_is_sent_breaks_it(
    inside: Inside, action: str, changes: list[tuple[list[int], Any]], accept: str
) -> None:
    """Random changes of good bodies: 200 with an Ack, in JSON or XML, and debits = credits."""
    root = ROOTS.get(action) or (
        "Filter" if action.startswith("Get") else action.removeprefix("Add").removeprefix("Update")
    )
    body: Any = {root: GOOD[root]}
    for steps, odd in changes:
        body = mutated(body, steps, odd)
    answer = inside.ask(action, json.dumps(body).encode(), accept)
    assert answer.status == 200, (body, answer.body)
    if accept == "*/*":
        assert b"<Ack>" in answer.body
    else:
        assert json.loads(answer.body)["Ack"] in ("Success", "Warning", "Error")
    assert inside.total() == 0


FORM_WORDS = (
    *("N100001", "SCALE-01", "Pick", "all", "1", "-1", "NaN", "1e99", "", "\0", "🌟"),
    "x" * 999,
)
FIELDS = (
    *("order", "status", "amount", "method", "sku0", "quantity0", "percent0", "warehouse0", "pay"),
    *("kind", "count", "Username", "OrderCoupon", "SurchargeTotal", "ShippingTotal", "url"),
    *("tick_N100001-0", "quantity_N100001-0", "username", "client_id", "token"),
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    verb=st.sampled_from(sorted(FORMS)),
    form=st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(FORM_WORDS), max_size=8),
)
def test_forms_of_the_screens_filled_with_anything(
    inside: Inside, verb: str, form: dict[str, str]
) -> None:
    """A page that says so, or done; the book balances."""
    if verb == "place-many" and form.get("count") not in ("1", "-1"):
        form["count"] = "2"
    answer = inside.web("POST", f"/one/shop/{verb}", urlencode(form).encode())
    assert answer.status in (303, 400), (verb, form, answer.body[-300:])
    assert inside.total() == 0


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    where=st.sampled_from(
        ["/one/shop", "/one/shop/new", "/one/shop/orders/{}", "/one/shop/{}", "/{}/shop"]
        + ["/one/assets/thumb/{}", "/one/assets/{}/SCALE-01~Main.svg", "/oauth/v2/auth"]
    ),
    word=st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), max_size=20),
    name=st.sampled_from(["page", "status", "cart", "sku", "said", "client_id", "store_domain"]),
)
def test_addresses_of_the_screens_with_anything_in_them(
    inside: Inside, where: str, word: str, name: str
) -> None:
    """A page, or one that is not there."""
    query = {name: word}
    if where.startswith("/oauth"):
        query = {"client_id": "sandbox-client", "redirect_uri": "http://localhost/x"} | query
        query |= {"response_type": "code"}
    answer = inside.web("GET", where.format(word), query=urlencode(query))
    assert answer.status in (200, 400, 404), (where, word, answer.status)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.binary(max_size=200), start=st.sampled_from([b"", b"{", b"<GetOrder>", b'{"Filter":'])
)
def test_bytes_of_any_sort(inside: Inside, body: bytes, start: bytes) -> None:
    """Neither JSON nor XML: an error, not a fault."""
    assert inside.ask("GetOrder", start + body).status == 200
    assert inside.ask("UpdateOrder", start + body, "*/*").status == 200


def test_amounts_beyond_all_measure_are_refused(inside: Inside) -> None:
    """Each factor is allowed and the product is not."""
    line = {"SKU": "X", "Quantity": "999999999", "UnitPrice": "999999999.99999999"}
    answer = json.loads(
        inside.ask("AddOrder", json.dumps({"Order": {"OrderLine": line}}).encode()).body
    )
    assert (answer["Ack"], answer["Messages"]["Error"]["Message"]) == ("Error", "Invalid Request")
    assert inside.total() == 0


def test_every_order_still_adds_up_after_all_that(inside: Inside) -> None:
    """Orders that were made or changed above: their parts are their total."""
    with inside.neto.store.transaction():
        for record in inside.neto.store.records("one", "order"):
            order = record.body
            parts = order["ProductSubtotal"] - order["CouponDiscount"] + order["ShippingTotal"]
            parts += order["SurchargeTotal"] - order["ShippingDiscount"] + order["OrderRounding"]
            untaxed = 0 if order["TaxInclusive"] else order["OrderTax"]
            assert order["GrandTotal"] == parts + untaxed, order["OrderID"]
