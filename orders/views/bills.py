"""The pages of bills."""

from orders.presenters.kinds import BILL
from orders.views.common import detail_view

detail = detail_view(BILL)
