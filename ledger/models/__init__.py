"""The organisation's own book: accounts, rates, journals, and the lists documents refer to."""

from ledger.models.accounts import Account, Book, CostingMethod, ExchangeRate
from ledger.models.journals import AccountMonth, Journal, JournalLine
from ledger.models.reference import PaymentTerm, PriceTier, TaxRule, TermKind

__all__ = [
    "Account",
    "AccountMonth",
    "Book",
    "CostingMethod",
    "ExchangeRate",
    "Journal",
    "JournalLine",
    "PaymentTerm",
    "PriceTier",
    "TaxRule",
    "TermKind",
]
