"""Stock in the browser: locations, levels, movements, stock work, counting."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bench.statements import counted
from inventory.models import (
    Location,
    MinimumStock,
    StockAdjustment,
    StockLevel,
    Stocktake,
    StockTransfer,
)
from inventory.services.stock_tasks import TaskLine
from tests.cast import make_company
from tests.inventory.warehouses import LATER, Warehouses, stocked
from tests.orders.business import DAY

D = Decimal


@pytest.fixture
def here() -> Warehouses:
    made = Warehouses()
    stocked(made, ("10", "2", DAY))
    return made


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def rows(*lines: dict[str, str], **header: str) -> dict[str, str]:
    """A task's form as posted."""
    data = {"lines-TOTAL_FORMS": str(len(lines)), "lines-INITIAL_FORMS": "0"}
    for n, line in enumerate(lines):
        data |= {f"lines-{n}-{name}": value for name, value in line.items()}
    return {"happened_on": DAY.isoformat(), **data, **header}


# --- Locations --------------------------------------------------------------------------------
def test_a_location_is_made_changed_made_the_default_and_archived(here: Warehouses) -> None:
    """O5: Settings → Locations."""
    client = here.company.browser()
    form = {"code": "VAN", "name": "Van <1>", "is_active": "on"}
    assert client.post("/settings/locations/new/", form).headers["Location"] == (
        "/settings/locations/"
    )
    assert "Van &lt;1&gt;" in text(client, "/settings/locations/")
    with here.company.inside():
        van = Location.objects.get(code="VAN")
    address = f"/settings/locations/{van.id}/"
    client.post(address, {**form, "name": "Blue van", "is_default": "on"})
    with here.company.inside():
        assert Location.objects.get(is_default=True).name == "Blue van"
    client.post(f"/settings/locations/{here.shop}/", {"code": "SHOP", "name": "Shop"})
    assert "Shop" in text(client, "/settings/locations/?tab=archived")
    refused = client.post(
        f"/settings/locations/{here.location}/", {"code": "MAIN", "name": "Main warehouse"}
    )
    assert refused.status_code == 422
    assert "There is stock here. Transfer it to another location first." in (
        refused.content.decode()
    )


# --- Levels and movements ---------------------------------------------------------------------
def test_the_stock_page_shows_every_count_and_narrows(here: Warehouses) -> None:
    """O5: on hand, allocated, available, on order, in transit, value."""
    here.sale("3")
    here.order("5", "2")
    here.send("4")
    client = here.company.browser()
    lines = text(client, "/stock/?format=csv").lstrip("\ufeff").splitlines()
    assert lines == [
        "SKU,Name,On hand,Allocated,Available,On order,In transit,Minimum,Unit,Value,Currency",
        "BEANS,Product BEANS,6.00000,3.00000,3.00000,5.00000,4.00000,,each,12.0000,",
        "FILTERS,Product FILTERS,0,0,0,0,0,,each,0,",
    ]
    shop = text(client, f"/stock/?location={here.shop}&format=csv").splitlines()
    assert shop[1:] == ["BEANS,Product BEANS,0.00000,0.00000,0.00000,0.00000,4.00000,,each,0,"]
    assert "FILTERS" not in text(client, "/stock/?tab=in_stock")
    assert "FILTERS" not in text(client, "/stock/?q=beans")
    assert "FREIGHT" not in text(client, "/stock/")


def test_products_below_their_minimum_are_found(here: Warehouses) -> None:
    """O5: less available and expected than a location should have."""
    client = here.company.browser()
    page = f"/products/{here.beans.id}/"
    main, shop = (f"minimums.{place}" for place in (here.location, here.shop))
    assert ">BEANS</a>" not in text(client, "/stock/?tab=below")
    answer = client.post(f"{page}minimums/", {main: "10", shop: "2"})
    assert answer.headers["Location"] == f"{page}#stock"
    assert ">BEANS</a>" in text(client, "/stock/?tab=below")
    assert "Below minimum" in text(client, page)
    assert ">BEANS</a>" not in text(client, f"/stock/?tab=below&location={here.location}")
    here.send("2")
    assert ">BEANS</a>" in text(client, f"/stock/?tab=below&location={here.location}")
    assert ">BEANS</a>" not in text(client, f"/stock/?tab=below&location={here.shop}")
    client.post(f"{page}minimums/", {main: "", shop: ""})
    with here.company.inside():
        assert not MinimumStock.objects.exists()
    refused = client.post(f"{page}minimums/", {main: "many", shop: "1"})
    assert refused.status_code == 422
    assert 'value="many"' in refused.content.decode()


def test_movements_lead_to_their_documents(here: Warehouses) -> None:
    """O5: each movement with its document; the product's page shows stock by location."""
    task = here.arrive(here.send("4"), LATER)
    client = here.company.browser()
    page = text(client, f"/products/{here.beans.id}/")
    assert "Stock by location" in page and "Shop" in page
    found = text(client, f"/products/{here.beans.id}/movements/")
    assert f'href="/stock/transfers/{task.id}/"' in found
    lines = text(client, "/stock/movements/?format=csv").splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == [
        "Came from another location",
        "Sent to another location",
        "Received",
    ]
    assert "BEANS" not in text(client, "/stock/movements/?q=filters")


def test_values_are_shown_to_those_who_see_the_books(here: Warehouses) -> None:
    """A2: a warehouse worker counts goods, not money."""
    with here.company.inside():
        task = StockAdjustment.objects.first()
    assert task is None
    done = here.adjust(TaskLine(here.beans.id, "-1"))
    pages = (
        "/stock/",
        "/stock/movements/",
        f"/products/{here.beans.id}/",
        f"/stock/adjustments/{done.id}/",
    )
    for role, sees in (("warehouse", False), ("read_only", True)):
        client = here.company.browser(here.company.member(role))
        for page in pages:
            assert (">Value<" in text(client, page)) is sees, (role, page)


def test_the_stock_page_takes_few_statements(here: Warehouses) -> None:
    """O5: however many products: at most ten."""
    client = here.company.browser()
    text(client, "/stock/")
    with counted() as seen:
        text(client, "/stock/")
    assert len(seen) <= 10, seen


# --- Adjustments and transfers ------------------------------------------------------------------
def test_a_warehouse_worker_adjusts_stock(here: Warehouses) -> None:
    """O5: draft, change, authorise with the effect named; undoing needs its own right."""
    worker = here.company.browser(here.company.member("warehouse"))
    assert 'name="lines-0-sku"' in text(worker, "/stock/adjustments/new/")
    lines = [{"sku": "beans", "quantity": "\u22122", "note": "Torn bag"}, {"sku": ""}]
    place = str(here.location)
    answer = worker.post("/stock/adjustments/new/", rows(*lines, location=place))
    page = answer.headers["Location"]
    with here.company.inside():
        task = StockAdjustment.objects.get()
        assert [(line.quantity, line.note) for line in task.lines.all()] == [(D(-2), "Torn bag")]
    assert page == f"/stock/adjustments/{task.id}/"
    assert 'value="Torn bag"' in text(worker, f"{page}edit/")
    worker.post(f"{page}edit/", rows({"sku": "BEANS", "quantity": "-3"}, location=place))
    asked = text(worker, f"{page}authorise/")
    assert "BEANS: 3 less at Main warehouse." in asked
    assert "Their cost is posted to Inventory discrepancy." in asked
    worker.post(f"{page}authorise/")
    assert here.level() == (D(7), D(0), D(0))
    shown = text(worker, page)
    assert "Done" in shown and f"{page}undo/" not in shown
    assert worker.get(f"{page}undo/").status_code == 403
    owner = here.company.browser()
    undoing = text(owner, f"{page}undo/")
    assert "1 movement of stock taken back." in undoing
    assert "Reversed in the book: JE-00002." in undoing
    owner.post(f"{page}undo/")
    assert here.level() == (D(10), D(0), D(0))
    owner.post(f"{page}void/")
    assert "Void" in text(owner, page)
    here.check()


def test_what_cannot_be_adjusted_stays_in_its_field(here: Warehouses) -> None:
    """O5: 422, each message at its row, what was typed is kept."""
    client = here.company.browser()
    place = str(here.location)
    for line, said in (
        ({"sku": "NOPE", "quantity": "1"}, "You have no product with the SKU “NOPE”."),
        ({"sku": "BEANS", "quantity": "a lot"}, "a lot"),
        ({"sku": "BEANS", "quantity": "0"}, "Must not be 0."),
        ({"sku": "FREIGHT", "quantity": "1"}, "Choose a product of which stock is kept."),
    ):
        answer = client.post("/stock/adjustments/new/", rows(line, location=place))
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert f'value="{line["sku"]}"' in answer.content.decode()
    answer = client.post("/stock/adjustments/new/", rows(location=place))
    assert "Enter at least one line." in answer.content.decode()
    with here.company.inside():
        assert not StockAdjustment.objects.exists()


def test_a_refused_verb_says_why_and_changes_nothing(here: Warehouses) -> None:
    """O5: more than there is."""
    task = here.adjust(TaskLine(here.beans.id, "-30"), authorise=False)
    answer = here.company.browser().post(f"/stock/adjustments/{task.id}/authorise/")
    assert answer.status_code == 422
    assert "30 wanted, 10 on hand at Main warehouse." in answer.content.decode()
    assert here.level() == (D(10), D(0), D(0))


def test_a_transfer_is_sent_and_received(here: Warehouses) -> None:
    """O5: with the day on which it arrives, at the field where that is wrong."""
    worker = here.company.browser(here.company.member("warehouse"))
    places = {"location": str(here.location), "destination": str(here.shop)}
    answer = worker.post("/stock/transfers/new/", rows({"sku": "BEANS", "quantity": "4"}, **places))
    page = answer.headers["Location"]
    assert "Until Shop receives them they are in transit" in text(worker, f"{page}send/")
    worker.post(f"{page}send/")
    assert "In transit" in text(worker, page)
    early = worker.post(f"{page}receive/", {"received_on": "2026-01-01"})
    assert early.status_code == 422
    assert "This is before the goods left." in early.content.decode()
    worker.post(f"{page}receive/", {"received_on": LATER.isoformat()})
    assert here.at(here.shop) == (D(4), D(8), D(0))
    with here.company.inside():
        number = StockTransfer.objects.get().number
    assert number in text(worker, "/stock/transfers/?tab=done")
    assert number in text(worker, f"/search/?q={number}")
    same = {"location": str(here.shop), "destination": str(here.shop)}
    refused = worker.post("/stock/transfers/new/", rows({"sku": "BEANS", "quantity": "4"}, **same))
    assert "Choose two different locations." in refused.content.decode()


# --- Stocktakes ---------------------------------------------------------------------------------
def begun(here: Warehouses, client: Client, **more: str) -> tuple[Stocktake, str]:
    form = {"location": str(here.location), "happened_on": DAY.isoformat(), **more}
    address = client.post("/stock/stocktakes/new/", form).headers["Location"]
    with here.company.inside():
        task = Stocktake.objects.latest("id")
    assert address == f"/stock/stocktakes/{task.id}/count/"
    return task, address


def counts(task: Stocktake, here: Warehouses, **wanted: str) -> dict[str, str]:
    """The counting form as posted: by SKU what is counted; what stood there before is empty."""
    data: dict[str, str] = {"found_sku": ""}
    with here.company.inside():
        for line in task.lines.select_related("product"):
            stored = "" if line.counted is None else str(line.counted.normalize())
            data[f"was-{line.id}"] = stored
            data[f"count-{line.id}"] = wanted.get(line.product.sku, stored)
    return data


def test_a_location_is_counted_page_by_page(here: Warehouses) -> None:
    """O5: counts are kept, a product nobody expected joins, differences become stock."""
    here.adjust(TaskLine(here.filters.id, "4", "1"))
    worker = here.company.browser(here.company.member("warehouse"))
    task, address = begun(here, worker)
    assert "0 of 2 products counted" in text(worker, address)
    data = counts(task, here, BEANS="9")
    worker.post(address, data)
    assert "1 of 2 products counted" in text(worker, address)
    # Another person's form does not know of that count, and leaves it.
    other = {**data, **counts(task, here, FILTERS="4")}
    for name in data:
        if name.startswith("count-") and data[name] == "9":
            other[name] = other[name.replace("count-", "was-")] = ""
    worker.post(address, other)
    with here.company.inside():
        assert sorted(
            (line.product.sku, line.counted) for line in task.lines.select_related("product")
        ) == [("BEANS", D(9)), ("FILTERS", D(4))]
    assert "FILTERS" not in text(worker, f"{address}?q=beans")
    asked = text(worker, f"/stock/stocktakes/{task.id}/authorise/")
    assert "BEANS: 10 expected, 9 counted." in asked
    worker.post(f"/stock/stocktakes/{task.id}/authorise/")
    assert here.level() == (D(9), D(0), D(0))
    assert worker.get(address).status_code == 409
    here.check()


def test_what_cannot_be_counted_is_said_at_its_product(here: Warehouses) -> None:
    """O5: nothing of the page is written."""
    client = here.company.browser()
    task, address = begun(here, client)
    answer = client.post(address, counts(task, here, BEANS="-1"))
    assert answer.status_code == 422
    assert 'value="-1"' in answer.content.decode()
    answer = client.post(address, {**counts(task, here), "found_sku": "NOPE"})
    assert "You have no product with the SKU “NOPE”." in answer.content.decode()
    client.post(address, {**counts(task, here), "found_sku": "filters"})
    with here.company.inside():
        assert task.lines.count() == 2
    only = {"location": str(here.location), "happened_on": DAY.isoformat(), "skus": "BEANS\nX-1"}
    assert "You have no product with the SKU X-1." in (
        client.post("/stock/stocktakes/new/", only).content.decode()
    )
    begun(here, client, skus="FILTERS")


# --- Others -------------------------------------------------------------------------------------
def test_who_may_only_look_is_offered_nothing_to_do(here: Warehouses) -> None:
    """A2: no buttons, and 403 behind each address."""
    task = here.adjust(TaskLine(here.beans.id, "-1"), authorise=False)
    client = here.company.browser(here.company.member("read_only"))
    page = text(client, f"/stock/adjustments/{task.id}/")
    assert "Authorise adjustment" not in page and ">Edit<" not in page
    assert "New adjustment" not in text(client, "/stock/adjustments/")
    for address in ("/stock/adjustments/new/", f"/stock/adjustments/{task.id}/authorise/"):
        assert client.post(address).status_code == 403


def test_a_stranger_finds_nothing(here: Warehouses) -> None:
    """A1: as if it did not exist."""
    task: Any = here.adjust(TaskLine(here.beans.id, "-1"), authorise=False)
    client = make_company("Stranger").browser()
    for address in ("", "edit/", "authorise/"):
        assert client.get(f"/stock/adjustments/{task.id}/{address}").status_code == 404
    assert task.number not in text(client, "/stock/adjustments/?tab=draft")
    with here.company.inside():
        assert StockLevel.objects.get().on_hand == 10
