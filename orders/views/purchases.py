"""The pages of purchase orders."""

from orders.presenters.kinds import PURCHASE
from orders.views.common import detail_view

detail = detail_view(PURCHASE)
