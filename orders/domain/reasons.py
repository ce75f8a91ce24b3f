"""Why a document was declined or questioned: the clarification codes of Peppol's responses."""

from hub.choices import LabelChoices


class ReasonCode(LabelChoices):
    """Reasons that both sides understand, whatever their language; OTHER needs a text."""

    NONE = "NON", "No issue"
    REFERENCES = "REF", "References are wrong"
    LEGAL = "LEG", "Legal details are wrong"
    RECEIVER = "REC", "Sent to the wrong organisation"
    QUALITY = "QUA", "Quality of the goods"
    DELIVERY = "DEL", "Delivery cannot be as asked"
    PRICE = "PRI", "Price is wrong"
    QUANTITY = "QTY", "Quantity is wrong"
    ITEM = "ITM", "Item is wrong or cannot be supplied"
    PAYMENT = "PAY", "Payment terms are wrong"
    UNRECOGNISED = "UNR", "Not recognised"
    FINANCE = "FIN", "Finance terms are wrong"
    PARTLY_PAID = "PPD", "Partly paid"
    OTHER = "OTH", "Another reason"

    @classmethod
    def for_orders(cls) -> tuple["ReasonCode", ...]:
        """What may be picked when an order is declined or changed."""
        return (
            cls.ITEM,
            cls.QUANTITY,
            cls.PRICE,
            cls.DELIVERY,
            cls.PAYMENT,
            cls.REFERENCES,
            cls.RECEIVER,
            cls.UNRECOGNISED,
            cls.OTHER,
        )

    @classmethod
    def for_invoices(cls) -> tuple["ReasonCode", ...]:
        """What may be picked when an invoice is declined or queried."""
        return (
            cls.PRICE,
            cls.QUANTITY,
            cls.ITEM,
            cls.QUALITY,
            cls.DELIVERY,
            cls.REFERENCES,
            cls.PAYMENT,
            cls.LEGAL,
            cls.RECEIVER,
            cls.UNRECOGNISED,
            cls.OTHER,
        )
