"""Classes and locations that a document gets from lists: customers, suppliers and products (Q16).

They are those of the day on which it was sent. An attribute that is changed later counts for what
is sent from then on, and rewrites no history: a document whose class alone would be another is
left as it is there. What stands on the order itself (sales rep, job, location) always counts.
"""

from dataclasses import replace

from accounting.domain.hashing import fingerprint
from accounting.domain.options import Options, read_options
from accounting.domain.outgoing import Document, Trade
from accounting.engine.provider import Provider, Resolver
from accounting.models import SyncDocument

OF_LISTS = ("category", "brand", "family", "customer", "product", "supplier")
KEPT = "unmarked"


def _of_a_list(source: str) -> bool:
    return source.partition(":")[0] in OF_LISTS


def _unmarked(document: Trade, options: Options) -> Trade:
    """The document without what lists give it."""
    if _of_a_list(options.class_source):
        lines = tuple(replace(line, class_key="") for line in document.lines)
        document = replace(document, class_key="", lines=lines)
    if _of_a_list(options.location_source):
        document = replace(document, department_key="")
    return document


def unmarked_print(document: Document, provider: Provider, resolver: Resolver) -> str:
    """The fingerprint of it without what lists give it; "" where they give nothing."""
    options = read_options(resolver.options)
    sources = (options.class_source, options.location_source)
    if not isinstance(document, Trade) or not any(map(_of_a_list, sources)):
        return ""
    rendered = provider.render(_unmarked(document, options), resolver)
    return fingerprint(rendered.payload, rendered.entity)


def keep_unmarked(row: SyncDocument, print_: str, unmarked: str) -> None:
    """Remember with the payload's fingerprint what it is without its marks."""
    facts = {key: value for key, value in row.facts.items() if key != KEPT}
    row.facts = {**facts, KEPT: [print_, unmarked]} if unmarked else facts


def only_marks_changed(row: SyncDocument, unmarked: str) -> bool:
    """Whether what stands there differs in nothing but what lists give it today."""
    kept = row.facts.get(KEPT)
    return bool(row.remote_id and unmarked and kept and kept == [row.hash, unmarked])
