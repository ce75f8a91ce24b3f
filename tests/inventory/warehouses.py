"""The trading company with two locations, for tests of stock work."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from inventory.models import StockAdjustment, StockLayer, StockLevel, Stocktake, StockTransfer
from inventory.services.adjustments import (
    authorise_adjustment,
    begin_stocktake,
    draft_adjustment,
    write_counts,
)
from inventory.services.locations import save_location
from inventory.services.stock_tasks import TaskHeader, TaskLine
from inventory.services.transfers import draft_transfer, receive_transfer, send_transfer
from tests.orders.business import DAY, Business

D = Decimal
LATER = DAY + timedelta(days=3)


class Warehouses(Business):
    """The trading company with a second location, the shop."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        with self.company.inside():
            self.shop: UUID = save_location(None, {"code": "SHOP", "name": "Shop"}).id

    def adjust(
        self, *lines: TaskLine, on: date = DAY, authorise: bool = True, **more: Any
    ) -> StockAdjustment:
        """An adjustment of the main warehouse."""
        with self.company.inside():
            task = draft_adjustment(TaskHeader(happened_on=on), lines, **more)
            return authorise_adjustment(task.id) if authorise else task

    def send(self, quantity: str, on: date = DAY) -> StockTransfer:
        """Beans on their way from the main warehouse to the shop."""
        with self.company.inside():
            lines = [TaskLine(self.beans.id, quantity)]
            return send_transfer(draft_transfer(TaskHeader(happened_on=on), self.shop, lines).id)

    def arrive(self, task: StockTransfer, on: date = DAY) -> StockTransfer:
        """The goods of a transfer arrive."""
        with self.company.inside():
            return receive_transfer(task.id, received_on=on)

    def count(self, *counted: tuple[UUID, str]) -> Stocktake:
        """A begun stocktake with these counts."""
        with self.company.inside():
            task = begin_stocktake(TaskHeader(happened_on=DAY))
            return write_counts(task.id, [TaskLine(*pair) for pair in counted])

    def at(self, location: UUID) -> tuple[Decimal, Decimal, Decimal]:
        """Units and value of the beans there, and what is on the way there."""
        with self.company.inside():
            layers = StockLayer.objects.filter(product=self.beans, location_id=location)
            level = StockLevel.objects.filter(product=self.beans, location_id=location).first()
            return (
                sum((layer.remaining for layer in layers), D(0)),
                sum((layer.remaining_value for layer in layers), D(0)),
                level.in_transit if level else D(0),
            )


def stocked(here: Warehouses, *parts: tuple[str, str, date]) -> None:
    """Receive beans: quantity, price, day."""
    for quantity, price, on in parts:
        here.receive(here.order(quantity, price, on=on), on=on)
