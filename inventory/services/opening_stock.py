"""Opening stock: what was on the shelves when the organisation came to Wharf."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from hub.money import QUANTITY, UNIT_PRICE, multiply, round_half_up
from inventory.models import Location, MovementKind, Product, ProductKind
from inventory.services.books import Books, open_books
from inventory.services.stock import StockSource
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from tenants.domain.permissions import Area
from tenants.imports.kinds import Cells, Checked, ImportColumn, ImportKind, Staged
from tenants.imports.values import RowReader, amount_text, by_name
from tenants.models import ImportRow

COLUMNS = (
    ImportColumn("sku", "SKU", True, ("code", "itemcode", "productcode", "item")),
    ImportColumn("quantity", "Quantity", True, ("onhand", "qty", "stock", "stockonhand")),
    ImportColumn("unit_cost", "Unit cost", True, ("cost", "averagecost", "costprice")),
    ImportColumn("location", "Location", False, ("warehouse", "bin"), "its code or name"),
)
# So many places are locked and written at a time, which keeps memory flat.
CHUNK = 2_000
ZERO = Decimal(0)


class OpeningStockChecker:
    """Looks at rows of opening stock."""

    def __init__(self, _columns: frozenset[str]) -> None:
        self._columns = by_name(COLUMNS)
        rows = Product.objects.filter(kind=ProductKind.STOCK).values_list("sku_key", "id")
        self._products = {key: str(product) for key, product in rows.iterator(20_000)}
        locations = list(Location.objects.filter(is_active=True))
        self._locations = {
            text.casefold(): str(place.id)
            for place in locations
            for text in (place.code, place.name)
        }
        self._default = next(str(place.id) for place in locations if place.is_default)
        self._seen: set[tuple[str, str]] = set()

    def check(self, cells: Cells) -> Checked:
        """One row."""
        row = RowReader(self._columns, cells)
        sku = row.text("sku", 60)
        product = self._products.get(sku.casefold())
        if sku and product is None:
            row.fault("sku", f"There is no product “{sku[:60]}” of which stock is kept.")
        location = row.one_of("location", self._locations, "location") or self._default
        if product is not None:
            if (product, location) in self._seen:
                row.fault("sku", f"“{sku}” stands in another row of this location too.")
            self._seen.add((product, location))
        quantity = row.number("quantity", QUANTITY)
        cost = row.number("unit_cost", UNIT_PRICE)
        row.checked.values = {
            "product": product,
            "location": location,
            "quantity": amount_text(quantity),
            "unit_cost": amount_text(cost),
        }
        return row.checked


def apply_opening_stock(staged: Staged) -> str:
    """Receive it all at its cost, against Opening balances; raises InvalidInput."""
    books = open_books(staged.on, field="on")
    count, total = 0, ZERO
    source = StockSource("import", staged.import_id, "Opening stock")
    rows = ImportRow.objects.filter(of_import_id=staged.import_id).order_by("number")
    waiting: Iterator[dict[str, Any]] = (row.values for row in rows.iterator(CHUNK))
    while chunk := list(islice(waiting, CHUNK)):
        wanted = [row for row in chunk if Decimal(row["quantity"]) > 0]
        total += _receive(books, staged.on, source, wanted)
        count += len(wanted)
    _post(books, staged.on, source, total)
    return f"Opening stock of {count:,} products, worth {total:,.2f} {books.base}."


def receive_opening_stock(
    rows: Sequence[Mapping[str, str]], on: date, source: StockSource
) -> Decimal:
    """Receive rows of {"product", "location", "quantity", "unit_cost"}; gives what they are worth.

    Raises InvalidInput (`period_locked`).
    """
    books = open_books(on, field="on")
    total = _receive(books, on, source, rows)
    _post(books, on, source, total)
    return total


def _post(books: Books, on: date, source: StockSource, total: Decimal) -> None:
    entries = [
        Entry(AccountRole.INVENTORY, total),
        Entry(AccountRole.OPENING_BALANCES, -total),
    ]
    told = Source(source.kind, source.id, "Opening stock")
    books.post([Posting(JournalEvent.OPENING, on, told, entries, books.base)])


def _receive(
    books: Books, on: date, source: StockSource, rows: Sequence[Mapping[str, str]]
) -> Decimal:
    places = [(UUID(row["product"]), UUID(row["location"])) for row in rows]
    work = books.work(on, source, places)
    total = ZERO
    for place, row in zip(places, rows, strict=True):
        quantity = Decimal(row["quantity"])
        value = round_half_up(multiply(quantity, Decimal(row["unit_cost"])), books.decimals)
        work.receive(*place, quantity, value, kind=MovementKind.OPENING)
        total += value
    work.save()
    return total


OPENING_STOCK = ImportKind(
    "opening_stock",
    "Opening stock",
    "rows of stock",
    Area.STOCK,
    COLUMNS,
    OpeningStockChecker,
    apply_opening_stock,
    help="What is on the shelves at the start, with what it cost. It is posted against the "
    "account “Opening balances”.",
    asks_date="The day that the stock was counted",
)
