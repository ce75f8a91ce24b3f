"""The pages of sales orders."""

from orders.presenters.kinds import SALE
from orders.views.common import detail_view

detail = detail_view(SALE)
