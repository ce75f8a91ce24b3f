"""PDFs of documents in the organisation's style."""

from hub.errors import Conflict
from orders.models import DocumentVersion, TradeDocument
from orders.pdf import DocumentStyle, render_pdf
from orders.services.documents import KINDS
from orders.services.freezing import build_payload, read_version
from orders.services.quote_approval import waits_for_approval
from tenants.models import Organisation
from tenants.services.files import read_logo
from tenants.services.organisations import current_organisation


def style_of(me: Organisation) -> DocumentStyle:
    """How this organisation's documents look."""
    return DocumentStyle(
        colour=me.brand_colour,
        logo=read_logo(me),
        footer=me.document_footer,
        date_format=me.date_format,
    )


def pdf_of_version(frozen: DocumentVersion) -> bytes:
    """The PDF of what was sent, word for word."""
    return render_pdf(frozen.kind, read_version(frozen), style_of(current_organisation()))


def pdf_of_document(document: TradeDocument) -> bytes:
    """The PDF of a document as it stands, also of a draft; Conflict for an unapproved quote."""
    if waits_for_approval(document):
        raise Conflict(
            f"{document.number} is not approved yet, so there is nothing to print.",
            code="needs_approval",
        )
    me = current_organisation()
    payload = build_payload(document, me, max(document.version, 1))
    return render_pdf(KINDS[type(document)], payload, style_of(me))
