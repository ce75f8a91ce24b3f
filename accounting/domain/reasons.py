"""Sentences that do not come from a provider. Pure."""

from decimal import Decimal

# code → (stable reason, sentence)
SKIPS = {
    "channel_off": (
        "channel_off",
        (
            "Not sent: the sync options say “No sync” for this sales channel. Change them there to "
            "send it."
        ),
    ),
    "read_only": (
        "read_only",
        "Not sent: this connection only reads. Connect both ways to send.",
    ),
    "undone_here": (
        "undone_here",
        (
            "To be updated: it was undone here. The same document is updated there once it is "
            "authorised again, and its payments stay applied."
        ),
    ),
    "invoice_undone": (
        "invoice_undone",
        (
            "Left as it is: an invoice that it pays is undone here. Once that is authorised again "
            "it is compared with what stands here."
        ),
    ),
    "not_authorised": ("not_authorised", "Not sent: it is a draft. Authorise it to send it."),
}


def variance(
    total: Decimal | None,
    tax: Decimal | None,
    remote_total: Decimal | None,
    remote_tax: Decimal | None,
    currency: str,
) -> str:
    """What differs between ours and theirs, as a sentence; "" when nothing does."""
    parts = []
    if total is not None and remote_total is not None and total != remote_total:
        parts.append(f"the total is {_shown(remote_total)} there and {_shown(total)} here")
    if tax is not None and remote_tax is not None and tax != remote_tax:
        parts.append(f"the tax is {_shown(remote_tax)} there and {_shown(tax)} here")
    if not parts:
        return ""
    return (
        f"It arrived, but {' and '.join(parts)} ({currency}). Check the tax code there, correct "
        "either side, then retry."
    )


def _shown(value: Decimal) -> str:
    return f"{value:,.2f}"
