"""What is printed and sent by e-mail only: quotes."""

from datetime import date

from orders.domain.payloads import DocumentPayload


class QuotePayload(DocumentPayload):
    """A quote: what we offer, and until when."""

    issued_on: date
    valid_until: date | None = None
    expected_on: date | None = None
