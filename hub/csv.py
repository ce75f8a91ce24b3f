"""CSV that a spreadsheet opens as data, never as formulas."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutralise(value: str) -> str:
    """`value` with an apostrophe before it when a spreadsheet would take it for a formula.

    For text that people or partners wrote; numbers that Wharf writes itself stay as they are.
    """
    return f"'{value}" if value.lstrip(" \u00a0").startswith(_DANGEROUS) else value
