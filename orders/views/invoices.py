"""The pages of invoices."""

from orders.presenters.kinds import INVOICE
from orders.views.common import detail_view

detail = detail_view(INVOICE)
