"""Lists: a page of 50 costs the same in an organisation with 1,000 rows and with 1,000,000."""

from bench.measure import Figure, at_least, at_most, compare
from bench.stage import Stage
from bench.statements import counted
from bench.trading import Api
from bench.walls import reads_past, reads_through

LISTS = ("purchase-orders", "sales-orders", "contacts", "network/envelopes")
PAGE = 50
HUNDREDTH = 99


def list_figures(stage: Stage) -> list[Figure]:
    """Statements and time of each list, first page and a far one, small against big."""
    small, big = Api(stage.small_key), Api(stage.big_key)
    figures = []
    for name in LISTS:
        path = f"{name}?limit={PAGE}"
        with counted() as at_small:
            small.get(path)
        with counted() as at_big:
            big.get(path)
        figures.append(at_most(f"{name}: statements with a million rows", len(at_big), 10))
        figures.append(
            Figure(
                f"{name}: the same number with a thousand",
                f"{len(at_small)} and {len(at_big)}",
                len(at_small) == len(at_big),
            )
        )
        first = compare(lambda p=path: small.get(p), lambda p=path: big.get(p))  # type: ignore[misc]
        figures.append(
            at_most(
                f"{name}: time of the first page, million against thousand",
                first.b_over_a,
                1.15,
                f"{first.a_ms:.1f} ms and {first.b_ms:.1f} ms",
            )
        )
        far = _cursor_to(big, path, HUNDREDTH)
        deep = compare(lambda p=path: big.get(p), lambda f=far: big.get(f))  # type: ignore[misc]
        figures.append(
            at_most(
                f"{name}: time of the hundredth page against the first",
                deep.b_over_a,
                1.15,
                f"{deep.a_ms:.1f} ms and {deep.b_ms:.1f} ms",
            )
        )
    return figures


def _cursor_to(api: Api, path: str, pages: int) -> str:
    page = api.get(path)
    for _ in range(pages):
        page = api.get(page["next"])
    return str(page["next"])


def wall_figure(stage: Stage) -> Figure:
    """Row-level security on against off: the same reads as wharf_app and past the wall."""
    ratio = compare(reads_through(stage.big_id), reads_past(stage.big_id), repeats=40)
    return at_least(
        "row-level security on against off",
        ratio.b_over_a,
        0.9,
        f"{ratio.a_ms:.2f} ms and {ratio.b_ms:.2f} ms",
    )
