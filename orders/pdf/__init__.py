"""Purchase orders, sales orders and invoices as PDF."""

from orders.pdf.render import DocumentStyle, render_pages, render_pdf
from orders.pdf.view import DocumentKind

__all__ = ["DocumentKind", "DocumentStyle", "render_pages", "render_pdf"]
