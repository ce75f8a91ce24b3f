"""What a sample store sells, to whom, from where: enough for every kind of order."""

from decimal import Decimal
from typing import Any

WAREHOUSES = (
    {
        "WarehouseName": "Main Warehouse",
        "WarehouseReference": "MAIN",
        "WarehouseStreet1": "14 Foundry Street",
        "WarehouseCity": "ALEXANDRIA",
        "WarehouseState": "NSW",
        "WarehousePostcode": "2015",
        "WarehouseCountry": "AU",
        "IsPrimary": True,
    },
    {
        "WarehouseName": "Brisbane Depot",
        "WarehouseReference": "BNE",
        "WarehouseCity": "EAGLE FARM",
        "WarehouseState": "QLD",
        "WarehousePostcode": "4009",
        "WarehouseCountry": "AU",
    },
    {
        "WarehouseName": "Newtown Shop",
        "WarehouseReference": "SHOP",
        "WarehouseCity": "NEWTOWN",
        "WarehouseState": "NSW",
        "WarehousePostcode": "2042",
        "WarehouseCountry": "AU",
    },
)
# Name, carrier's code and name, cost of the first, per kilo, days, PO boxes, abroad
SHIPPING = (
    ("Australia Post eParcel", "AP", "Australia Post", "8.40", "1.30", 4, True, False),
    ("Australia Post", "AP", "Australia Post", "7.08", "1.10", 6, True, True),
    ("Express Shipping", "STP", "StarTrack", "13.90", "2.25", 2, False, True),
    ("Economy Mail", "AP", "Australia Post", "4.60", "0.95", 9, True, False),
    ("Pickup", "PICKUP", "Click & Collect", "0.00", "0.00", 0, True, False),
)
METHODS = ("PayPal Checkout", "Visa", "Direct Deposit", "Cheque", "Afterpay", "Account Credit")
# SKU, name, price, cost, tax free, stock per warehouse, weight
ITEMS = (
    ("BEAN-HOUSE-1KG", "House blend, 1 kg", "42.50", "18.20", False, (120, 40, 12), "1.05"),
    ("BEAN-DECAF-250", "Decaf, 250 g", "14.95", "6.10", False, (60, 20, 8), "0.27"),
    ("GRINDER-HAND", "Hand grinder", "129.00", "61.50", False, (18, 6, 2), "0.62"),
    ("KETTLE-GOOSE", "Gooseneck kettle 1 L", "89.90", "44.00", False, (25, 9, 3), "1.30"),
    ("FILTER-V60-100", "Paper filters, 100", "9.99", "3.05", False, (300, 150, 40), "0.12"),
    ("DRIPPER-V60", "Ceramic dripper", "34.95", "14.40", False, (40, 15, 5), "0.48"),
    ("SCALE-01", "Brew scale 0.1 g", "69.00", "31.90", False, (22, 10, 4), "0.40"),
    ("CUP-SET-2", "Two cups “Früh & Spät”", "27.33", "11.05", False, (35, 12, 6), "0.55"),
    ("MILK-OAT-1L", "Oat drink, 1 L (no GST)", "5.45", "2.80", True, (200, 80, 24), "1.04"),
    ("TEA-SENCHA", "煎茶 Sencha, 100 g", "18.60", "7.75", True, (50, 25, 10), "0.13"),
    ("CARD-GIFT", "Greeting card", "0.00", "0.35", False, (500, 0, 100), "0.01"),
    ("TUMBLER-LAST", "Tumbler (last ones)", "24.00", "9.80", False, (1, 0, 0), "0.30"),
)
# Sizes of one thing: SKU, size, stock in the main warehouse
VARIATIONS = (("APRON-S", "Small", 14), ("APRON-L", "Large", 9))
WHOLESALE = "2"
KITS = (
    (
        "KIT-STARTER",
        "Starter kit: dripper, filters, house blend",
        "79.95",
        (
            ("DRIPPER-V60", "1", "34.95"),
            ("FILTER-V60-100", "2", "9.99"),
            ("BEAN-HOUSE-1KG", "1", "42.50"),
        ),
    ),
)
SERVICES = (("NOTE", "See the note on this order"), ("GIFT-WRAP", "Gift wrapping"))
CUSTOMERS = (
    ("alexexample", "Alex", "Example", "", "1 Sample Road", "ADELAIDE", "SA", "5000", "AU"),
    ("zoe.muller", "Zoë", "Müller-Ødegård", "", "7 Rua São João", "MELBOURNE", "VIC", "3000", "AU"),
    (
        "obrien",
        "Siobhán",
        "O'Brien",
        "O'Brien & Sons <Pty> Ltd",
        "22/9 King St",
        "SYDNEY",
        "NSW",
        "2000",
        "AU",
    ),
    ("tanaka", "花子", "田中", "田中商店", "4 Harbour Lane", "CAIRNS", "QLD", "4870", "AU"),
    ("nguyen", "Thị Ánh", "Nguyễn", "", "88 Beamish St", "CAMPSIE", "NSW", "2194", "AU"),
    (
        "cafe.corner",
        "Mara",
        "Ilić",
        "Corner Café",
        "3 Smith St",
        "COLLINGWOOD",
        "VIC",
        "3066",
        "AU",
    ),
    ("kiwi", "Aroha", "Tāne", "", "12 Cuba Street", "WELLINGTON", "", "6011", "NZ"),
    ("emoji", "Robin", "Starr 🌟", "", "5 Long Road", "PERTH", "WA", "6000", "AU"),
)


def group_of(username: str) -> str:
    """A customer's price group: the café buys wholesale."""
    return WHOLESALE if username == "cafe.corner" else "1"


def address(side: str, row: tuple[str, ...]) -> dict[str, str]:
    """A customer's address as fields of one side of an order."""
    _user, first, last, company, street, city, state, code, country = row
    found = {
        "FirstName": first,
        "LastName": last,
        "Company": company,
        "StreetLine1": street,
        "City": city,
        "State": state,
        "PostCode": code,
        "Country": country,
        "Phone": "0400000000",
    }
    return {f"{side}{name}": one for name, one in found.items()}


def _wholesale(price: str) -> dict[str, Any]:
    """A tenth off, and a fifth from ten on."""
    tenth, fifth = (str(round(Decimal(price) * Decimal(off), 2)) for off in ("0.9", "0.8"))
    bands = [{"Price": fifth, "MinimumQuantity": "10", "MaximumQuantity": "0"}]
    return {
        "GroupID": WHOLESALE,
        "Group": "Wholesale",
        "Price": tenth,
        "MultilevelBands": {"MultiLevelBand": bands},
    }


def items() -> list[dict[str, Any]]:
    """The catalogue as AddItem takes it."""
    found: list[dict[str, Any]] = [
        {
            "SKU": sku,
            "Name": name,
            "DefaultPrice": price,
            "RRP": price,
            "CostPrice": cost,
            "TaxFreeItem": free,
            "ShippingWeight": weight,
            "CubicWeight": str(Decimal(weight) / 4000),
            "Brand": "Harbour",
            "PriceGroups": {"PriceGroup": [_wholesale(price)]},
            "WarehouseQuantity": [
                {"WarehouseID": str(number + 1), "Quantity": quantity, "Action": "set"}
                for number, quantity in enumerate(levels)
            ],
        }
        for sku, name, price, cost, free, levels, weight in ITEMS
    ]
    found += [
        {
            "SKU": sku,
            "Name": name,
            "DefaultPrice": price,
            "IsInventoried": False,
            "KitComponents": [
                {"ComponentSKU": part, "AssembleQuantity": quantity, "ComponentValue": value}
                for part, quantity, value in parts
            ],
        }
        for sku, name, price, parts in KITS
    ]
    found.append({"SKU": "APRON", "Name": "Barista apron", "DefaultPrice": "49.00"})
    found += [
        {
            "SKU": sku,
            "ParentSKU": "APRON",
            "Name": f"Barista apron, {size.lower()}",
            "DefaultPrice": "49.00",
            "ItemSpecifics": {"ItemSpecific": [{"Name": "Size", "Value": size}]},
            "WarehouseQuantity": {"WarehouseID": "1", "Quantity": quantity},
        }
        for sku, size, quantity in VARIATIONS
    ]
    for one in found:
        one["Images"] = {"Image": [{"Name": "Main"}]}
    return found + [
        {"SKU": sku, "Name": name, "IsInventoried": False, "IsNetoUtility": True}
        for sku, name in SERVICES
    ]
