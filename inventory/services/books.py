"""The organisation's books as verbs need them: settings, an open date, stock work, journals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hub.money import minor_units, multiply, round_half_up
from inventory.models import MovementKind, Product, ProductKind
from inventory.services.cost_corrections import CarriedCost
from inventory.services.stock import Place, StockSource, StockWork
from ledger.domain.accounts import AccountRole
from ledger.domain.postings import Entry, JournalEvent, Posting, Source
from ledger.models import Book
from ledger.services.books import check_open, current_book
from ledger.services.journals import post_all
from tenants.models import Organisation
from tenants.services.organisations import current_organisation


@dataclass(frozen=True, slots=True)
class Books:
    """The organisation and how it keeps its book, read once per verb."""

    me: Organisation
    book: Book

    @property
    def base(self) -> str:
        """The base currency."""
        return str(self.me.base_currency)

    @property
    def decimals(self) -> int:
        """Decimals of the base currency."""
        return minor_units(self.base)

    def in_base(self, amount: Decimal, rate: Decimal) -> Decimal:
        """An amount of a document in base currency, rounded to its cent."""
        return round_half_up(multiply(amount, rate), self.decimals)

    def work(self, on: date, source: StockSource, places: Sequence[Place]) -> StockWork:
        """Begin to move stock: locks the levels of `places`."""
        return StockWork(self.me, self.book, on, source, places)

    def post(self, postings: Iterable[Posting]) -> None:
        """Write journals; the last thing that a verb locks."""
        post_all(postings, self.base)


def books_of_today() -> Books:
    """The books, for work that posts nothing."""
    return Books(current_organisation(), current_book())


def open_books(on: date, *, field: str = "date") -> Books:
    """The books, open on that day; raises InvalidInput (`period_locked`) naming `field`."""
    book = current_book()
    check_open(on, book.locked_until, field=field)
    return Books(current_organisation(), book)


def is_stock(product: Product | None) -> bool:
    """Whether stock is kept of it."""
    return product is not None and product.kind == ProductKind.STOCK


def ships(product: Product | None) -> bool:
    """Whether goods leave when it is sold: its own, or those of a kit."""
    return product is not None and product.kind in (ProductKind.STOCK, ProductKind.KIT)


def cogs_account(product: Product) -> AccountRole | UUID:
    """Where the cost of a sold product is posted."""
    own = product.cogs_account_id
    return AccountRole.COGS if own is None else UUID(str(own))


# What bears a cost that is corrected after the goods left.
BEARERS = {
    MovementKind.ADJUSTMENT: AccountRole.DISCREPANCY,
    MovementKind.STOCKTAKE: AccountRole.DISCREPANCY,
    MovementKind.UNSTOCK: AccountRole.DISCREPANCY,
    MovementKind.TRANSFER_OUT: AccountRole.IN_TRANSIT,
}


def correction_postings(
    books: Books, carried: Sequence[CarriedCost], on: date, source: Source
) -> list[Posting]:
    """Journals that move corrected cost from Inventory to what bears it.

    Each is linked to the document whose issue bears it (the sale's shipment), so that undoing
    that document takes its correction back too.
    """
    products = Product.objects.in_bulk({part.product for part in carried})
    found: dict[Any, tuple[Source, list[Entry]]] = {}
    for part in carried:
        movement = part.movement
        kind = MovementKind(movement.kind) if movement is not None else MovementKind.SHIPMENT
        account = BEARERS.get(kind) or cogs_account(products[part.product])
        bearer = source
        if movement is not None:
            bearer = Source(movement.source_kind, movement.source_id, movement.source_number)
        _source, entries = found.setdefault(bearer.id, (bearer, []))
        entries.append(Entry(account, part.value, product=part.product))
        entries.append(Entry(AccountRole.INVENTORY, -part.value, product=part.product))
    return [
        Posting(
            JournalEvent.COST_CORRECTION,
            on,
            bearer,
            entries,
            books.base,
            memo=f"Cost corrected by {source.number}",
        )
        for bearer, entries in found.values()
    ]
