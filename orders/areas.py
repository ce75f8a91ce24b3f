"""Which permission guards money: payments, credits and refunds."""

from tenants.domain.permissions import Area

MONEY = Area.PAYMENTS
