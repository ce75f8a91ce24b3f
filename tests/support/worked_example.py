"""The tables of docs/worked-example.md."""

from hub.launcher.places import ROOT

PAGE = ROOT / "docs/worked-example.md"


def table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading of the page."""
    text = PAGE.read_text().split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]
