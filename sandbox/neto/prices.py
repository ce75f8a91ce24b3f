"""Prices of an item: the default one, promotions, price groups and their bands by quantity."""

from decimal import Decimal
from typing import Any

from sandbox.neto.values import Problem, decimal, fixed, inside, moment, plain, stamp, text, whole

Body = dict[str, Any]
LIMITS = ("MinimumQuantity", "MaximumQuantity")
COUNTS = (*LIMITS, "Multiple", "MultipleStartQuantity")
PROMOTION = ("PromotionStartDate", "PromotionExpiryDate")


def read_dates(sent: Body) -> dict[str, str]:
    """The days of a promotion. Raises Problem."""
    return {name: stamp(moment(sent[name], name)) for name in PROMOTION if name in sent}


def read_groups(sent: Any) -> list[dict[str, Any]]:
    """PriceGroups as AddItem and UpdateItem take them. Raises Problem."""
    return [
        {
            "Group": text(one.get("Group"), "Group", 50),
            "GroupID": text(one.get("GroupID"), "GroupID", 20),
            **{name: _price(one, name) for name in ("Price", "PromotionPrice")},
            **{name: _count(one, name) for name in COUNTS},
            "Bands": [
                {"Price": _price(band, "Price"), **{name: _count(band, name) for name in LIMITS}}
                for band in inside(
                    one.get("MultilevelBands", one.get("MultiLevelBands")), "MultiLevelBand"
                )
            ],
        }
        for one in inside(sent, "PriceGroup")
    ]


def _price(sent: Body, name: str) -> Decimal:
    found = decimal(sent.get(name), name)
    if found < 0:
        raise Problem("Invalid Request", f"{name} is not negative")
    return found


def _count(sent: Body, name: str) -> int:
    found = whole(sent.get(name), name)
    if found < 0:
        raise Problem("Invalid Request", f"{name} is not negative")
    return found


def group_rows(item: dict[str, Any]) -> list[dict[str, Any]]:
    """PriceGroup[] as GetItem answers it."""
    return [
        {
            "GroupID": one["GroupID"],
            "Group": one["Group"],
            "Price": fixed(one["Price"], 2),
            "PromotionPrice": fixed(one.get("PromotionPrice", 0), 2),
            **{name: plain(one.get(name, 0)) for name in COUNTS},
            "MultilevelBands": {
                "MultiLevelBand": [
                    {
                        "Price": fixed(band["Price"], 2),
                        **{name: plain(band[name]) for name in LIMITS},
                    }
                    for band in one.get("Bands", [])
                ]
            },
        }
        for one in item["PriceGroups"]
    ]


def price_for(item: dict[str, Any], group: str, quantity: Decimal, now: str) -> Decimal:
    """What a buyer of a group pays for one, when that many are bought. `now` as stamps are."""
    promoted = _promoted(item, now)
    for one in item["PriceGroups"]:
        if group.lower() not in (str(one["GroupID"]).lower(), str(one["Group"]).lower()):
            continue
        for band in one.get("Bands", []):
            most = Decimal(band["MaximumQuantity"]) or quantity
            if Decimal(band["MinimumQuantity"]) <= quantity <= most and band["Price"]:
                return Decimal(band["Price"])
        if promoted and one.get("PromotionPrice"):
            return Decimal(one["PromotionPrice"])
        if one["Price"]:
            return Decimal(one["Price"])
    if promoted and item["PromotionPrice"]:
        return Decimal(item["PromotionPrice"])
    return Decimal(item["DefaultPrice"])


def _promoted(item: dict[str, Any], now: str) -> bool:
    """A promotion has a beginning or an end; without either there is none."""
    since, until = (str(item.get(name, "")) for name in PROMOTION)
    return bool(since or until) and since <= now and (not until or now <= until)
