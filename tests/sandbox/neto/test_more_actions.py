"""Carts, customer logs, shipping quotes, currency and other lists."""

from typing import Any

from tests.sandbox.neto.client import Store, listed

TO = {"ShipPostCode": "4000", "ShipCountry": "AU", "ShipCity": "BRISBANE", "ShipState": "QLD"}


def logs(store: Store, username: str) -> list[dict[str, Any]]:
    asked = {"Filter": {"Username": username, "OutputSelector": ["CustomerLog"]}}
    (found,) = store.call("GetCustomer", asked)["Customer"]
    return listed((found["CustomerLogs"] or {"CustomerLog": []})["CustomerLog"])


def test_customer_logs_are_added_changed_and_read(store: Store) -> None:
    """Replies carry LogID; an unknown customer, log or status is refused by itself."""
    first = {"Username": "Tanaka", "Notes": "Call back", "LastContacted": "2027-02-01 03:00:00"}
    both = [first, {"Username": "nobody", "Notes": "x"}]
    answer = store.call("AddCustomerLog", {"CustomerLogs": {"CustomerLog": both}})
    assert (answer["Ack"], answer["CustomerLog"]) == ("Warning", {"LogID": "1"})
    assert answer["Messages"]["Warning"]["Message"] == "Cannot find Customer nobody"
    sent = {"LogID": 1, "Status": "Completed", "AllocatedTo": "mara"}
    store.call("UpdateCustomerLog", {"CustomerLogs": {"CustomerLog": sent}})
    assert logs(store, "tanaka") == [
        {
            "LogID": "1",
            "Customer": "Tanaka",
            "AllocatedTo": "mara",
            "Status": "Completed",
            "DateRequiredFollowUp": "",
            "LastContacted": "2027-02-01 03:00:00",
            "LastContactedLocal": "2027-02-01 14:00:00",
            "LastContactedUTC": "2027-02-01 03:00:00",
            "Notes": "Call back",
        }
    ]
    assert logs(store, "obrien") == []
    for wrong in ({"LogID": 9}, {"LogID": 1, "Status": "Done"}):
        body = {"CustomerLogs": {"CustomerLog": [wrong]}}
        assert store.post("UpdateCustomerLog", body).json()["Ack"] in ("Error", "Warning")
    assert logs(store, "tanaka")[0]["Status"] == "Completed"


def quote(store: Store, **more: Any) -> list[dict[str, Any]]:
    answer = store.call("GetShippingQuote", {"ShippingQuote": {**TO, **more}})
    return listed(answer["ShippingQuotes"][0]["ShippingQuote"])


def test_shipping_is_quoted_by_weight_and_where_it_goes(store: Store) -> None:
    """Cheapest first; boxes, other countries, one method, without tax; a kit weighs its parts."""
    lines = {"OrderLine": [{"SKU": "BEAN-HOUSE-1KG", "Quantity": 2}]}  # 2.10 kg
    found = quote(store, OrderLines=lines)
    assert [(one["ShippingMethod"]["Name"], one["ShippingCost"]) for one in found] == [
        ("Pickup", "0.00"),
        ("Economy Mail", "6.60"),
        ("Australia Post", "9.39"),
        ("Australia Post eParcel", "11.13"),
        ("Express Shipping", "18.63"),
    ]
    assert (found[0]["PickUp"], found[1]["DeliveryTime"]) == ("True", "9")
    names = [one["ShippingMethod"]["Name"] for one in quote(store, ShipPOBox="True")]
    assert "Express Shipping" not in names and len(names) == 4
    abroad = quote(store, ShipCountry="NZ", OrderLines=lines)
    assert [one["ShippingCost"] for one in abroad] == ["23.48", "46.56"]
    (one,) = quote(store, OrderLines=lines, ShippingMethod={"ID": 2}, TaxInclusive="False")
    assert (one["ShippingCost"], one["TaxInclusive"]) == ("8.54", "False")
    (kit,) = quote(
        store, OrderLines={"OrderLine": {"SKU": "KIT-STARTER"}}, ShippingMethod={"ID": 2}
    )
    assert kit["ShippingCost"] == "9.03"  # 0.48 + 2 x 0.12 + 1.05 kg
    answer = store.post("GetShippingQuote", {"ShippingQuote": {"ShipPostCode": "2000"}}).json()
    assert answer["Messages"]["Error"]["Description"] == "ShipCountry is required"
    lost = {**TO, "OrderLines": {"OrderLine": {"SKU": "X"}}}
    answer = store.call("GetShippingQuote", {"ShippingQuote": lost})
    assert answer["Messages"]["Warning"]["Message"] == "Cannot find Item X"


def test_currency_and_tax_hold_from_now_on(store: Store) -> None:
    """UpdateCurrencySettings: values may be lists of one; orders that are there stay."""
    old = store.act("place_order", lines=[{"SKU": "SCALE-01"}])["OrderID"]
    sent = {"DEFAULTCOUNTRY": ["NZ"], "DEFAULTCURRENCY": ["NZD"], "GST_AMT": ["15"]}
    store.call("UpdateCurrencySettings", {"CurrencySettings": {**sent, "GST_INC_CPANEL": "False"}})
    assert store.call("GetCurrencySettings")["CurrencySettings"] == {
        "DEFAULTCOUNTRY": "NZ",
        "DEFAULTCURRENCY": "NZD",
        "GST_AMT": "15",
    }
    new = store.act("place_order", lines=[{"SKU": "SCALE-01"}])["OrderID"]
    taxes = [store.order(one, "OrderLine.Tax", "TaxInclusive") for one in (old, new)]
    assert [one["OrderLine"][0]["Tax"] for one in taxes] == ["6.27", "10.35"]
    assert [one["TaxInclusive"] for one in taxes] == ["True", "False"]
    for wrong in (
        {},
        {"GST_AMT": "-1"},
        {"GST_AMT": "x"},
        {"DEFAULTCOUNTRY": "Mars"},
        {"DEFAULTCURRENCY": "DOLLARS"},
    ):
        answer = store.post("UpdateCurrencySettings", {"CurrencySettings": wrong}).json()
        assert answer["Ack"] == "Error", wrong


def carts(store: Store, **filters: Any) -> list[dict[str, Any]]:
    selectors = ["CheckoutStatus", "CartTotal", "OrderLines", "CustomerEmail", "OrderID"]
    asked = {"Filter": {**filters, "OutputSelector": [*selectors, "CloseReason", "DateCreatedUTC"]}}
    return listed(store.call("GetCart", asked)["Cart"])


def test_carts_are_open_then_abandoned_or_closed(store: Store) -> None:
    """By their age, or by the order that they became; after ninety days they are gone."""
    clock = store.sandbox.control
    clock("clock", {"set": "2027-09-01T00:00:00Z", "stop": True})
    goods = [{"SKU": "SCALE-01", "Quantity": 2}]
    first = store.act("leave_cart", Username="tanaka", lines=goods)["CartID"]
    second = store.act("leave_cart", Username="obrien", lines=goods)["CartID"]
    made = store.act("check_out", cart=second)["OrderID"]
    (cart,) = carts(store, CartID=first)
    assert cart == {
        "CartID": "1",
        "CheckoutStatus": "Open",
        "CloseReason": "",
        "DateCreatedUTC": "2027-09-01 00:00:00",
        "CustomerEmail": "tanaka@example.com",
        "OrderLines": {
            "OrderLine": [
                {
                    "SKU": "SCALE-01",
                    "ProductName": "Brew scale 0.1 g",
                    "Quantity": "2",
                    "UnitPrice": "69.00",
                }
            ]
        },
        "CartTotal": "138.00",
        "OrderID": "",
    }
    (closed,) = carts(store, CheckoutStatus="Closed")
    assert (closed["CartID"], closed["OrderID"]) == (second, made)
    clock("clock", {"advance": 3600})
    assert carts(store, CheckoutStatus=["Open"]) == []
    assert [one["CartID"] for one in carts(store, CheckoutStatus="Abandoned")] == [first]
    clock("clock", {"advance": 90 * 86_400})
    assert carts(store) == []
    clock("clock", {"set": 1_800_000_000})
    answer = store.post("GetCart", {"Filter": {"CheckoutStatus": "Lost"}}).json()
    assert answer["Ack"] == "Error"


def test_lists_that_a_client_reads_once(store: Store) -> None:
    """Payment methods, shipping methods, suppliers, content and categories by their ids."""
    methods = store.call("GetPaymentMethods")["PaymentMethods"]["PaymentMethod"]
    assert {"ID": "2", "Name": "Visa", "Active": "True", "Visible": "True"} in methods
    shipping = store.call("GetShippingMethods")["ShippingMethods"]["ShippingMethod"]
    assert [one["Name"] for one in shipping][:2] == ["Australia Post eParcel", "Australia Post"]
    sent = {"SupplierID": "ROAST", "SupplierCompany": "Roasters & Söhne", "LeadTime1": "5"}
    store.call("AddSupplier", {"Supplier": [sent]})
    store.call("UpdateSupplier", {"Supplier": {"SupplierID": "ROAST", "LeadTime1": "7"}})
    asked = {"Filter": {"SupplierID": "ROAST", "OutputSelector": ["SupplierCompany", "LeadTime1"]}}
    (found,) = store.call("GetSupplier", asked)["Supplier"]
    assert found == {**sent, "LeadTime1": "7"}
    asked = {"Filter": {"ContentID": "1", "OutputSelector": ["ContentName", "ContentType"]}}
    (page,) = store.call("GetContent", asked)["Content"]
    assert page == {"ContentID": "1", "ContentName": "About us", "ContentType": "web"}
    asked = {"Filter": {"CategoryID": ["1", "3"], "OutputSelector": ["CategoryName"]}}
    names = [one["CategoryName"] for one in store.call("GetCategory", asked)["Category"]]
    assert names == ["Coffee", "Tea & milk"]
