"""The product cross-reference (N15): which of our products a partner's line means.

Filled in at once, in this order: what somebody confirmed before for this partner; our own SKU
where the partner names it; a barcode that only one product has; the partner's code where it is
also our SKU. Everything else is left open with suggestions, and remembered once confirmed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from hub.errors import InvalidInput, NotFound
from inventory.domain.matching import (
    CandidateProduct,
    PartnerLine,
    ProductMatcher,
    Suggestion,
    normalise_sku,
)
from inventory.models import PartnerSku, Product
from network.models import Contact
from tenants.actor import current_actor
from tenants.services.activity import log_activity

MOST_NAME_CANDIDATES = 2_000


@dataclass(frozen=True, slots=True)
class TheirLine:
    """What a partner's line says about its product; `our_sku` is what it believes ours is."""

    their_sku: str = ""
    our_sku: str = ""
    barcode: str = ""
    description: str = ""


def match_lines(contact_id: UUID, lines: Sequence[TheirLine]) -> list[Product | None]:
    """Our product for each line where that is certain enough, else None; two statements."""
    codes = {normalise_sku(line.their_sku) for line in lines if line.their_sku}
    remembered = dict(
        PartnerSku.objects.filter(contact_id=contact_id, code_key__in=codes).values_list(
            "code_key", "product_id"
        )
    )
    products = _candidates(lines, remembered)
    by_id = {product.id: product for product in products}
    by_sku = {product.sku_key: product for product in products if product.is_active}
    by_barcode = _unique_barcodes(products)
    found: list[Product | None] = []
    for line in lines:
        code = normalise_sku(line.their_sku)
        confirmed = by_id.get(remembered[code]) if code in remembered else None
        found.append(
            confirmed
            or by_sku.get(normalise_sku(line.our_sku) or "\0")
            or by_barcode.get(line.barcode or "\0")
            or by_sku.get(code or "\0")
        )
    return found


def _candidates(lines: Sequence[TheirLine], remembered: Mapping[str, UUID]) -> list[Product]:
    skus = {normalise_sku(code) for line in lines for code in (line.their_sku, line.our_sku)}
    barcodes = {line.barcode for line in lines}
    return list(
        Product.objects.filter(
            Q(id__in=set(remembered.values()))
            | Q(sku_key__in=skus - {""})
            | Q(barcode__in=barcodes - {""}) & ~Q(barcode="")
        )
    )


def _unique_barcodes(products: Iterable[Product]) -> dict[str, Product]:
    by_barcode: dict[str, list[Product]] = {}
    for product in products:
        if product.barcode and product.is_active:
            by_barcode.setdefault(product.barcode, []).append(product)
    return {code: found[0] for code, found in by_barcode.items() if len(found) == 1}


def suggest(contact_id: UUID, lines: Sequence[TheirLine]) -> list[list[tuple[Product, str]]]:
    """For each line the likeliest products, best first, each with why (“same barcode”)."""
    products = list(
        Product.objects.filter(is_active=True).order_by("sku_key")[:MOST_NAME_CANDIDATES]
    )
    known = {product.id for product in products}
    products += [p for p in _candidates(lines, {}) if p.id not in known and p.is_active]
    by_id = {product.id: product for product in products}
    codes: dict[UUID, set[str]] = {}
    for product_id, code in PartnerSku.objects.filter(contact_id=contact_id).values_list(
        "product_id", "code"
    ):
        codes.setdefault(product_id, set()).add(code)
    matcher = ProductMatcher(
        [
            CandidateProduct(
                product.id,
                product.sku,
                product.name,
                product.barcode,
                frozenset(codes.get(product.id, ())),
            )
            for product in products
        ]
    )
    return [
        [(by_id[s.product_id], s.reason) for s in _suggestions(matcher, line)] for line in lines
    ]


def _suggestions(matcher: ProductMatcher, line: TheirLine) -> list[Suggestion]:
    first_line = line.description.split("\n")[0]
    return list(
        matcher.suggest(PartnerLine(line.their_sku, line.our_sku, line.barcode, first_line))
    )


def remember(contact: Contact, pairs: Iterable[tuple[str, Product]]) -> int:
    """Keep which product a partner's code means; a later choice replaces an earlier one."""
    rows = {
        normalise_sku(code): PartnerSku(
            contact=contact,
            product=product,
            code=code,
            code_key=normalise_sku(code),
            description=product.name[:255],
            confirmed_by=current_actor().name,
        )
        for code, product in pairs
        if normalise_sku(code)
    }
    if rows:
        PartnerSku.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["tenant", "contact", "code_key"],
            update_fields=["product", "code", "description", "confirmed_by"],
        )
    return len(rows)


def map_code(contact: Contact, code: str, product: Product) -> PartnerSku:
    """Confirm one code by hand, with a line in the audit report."""
    if not normalise_sku(code):
        message = "Enter the partner's code."
        raise InvalidInput(message, fields={"code": [message]})
    remember(contact, [(code[:60], product)])
    log_activity(
        "mapping.confirmed",
        f"{contact.name} calls {product.sku} “{code}”",
        about=product,
        label=product.sku,
    )
    return PartnerSku.objects.get(contact=contact, code_key=normalise_sku(code[:60]))


def forget_code(mapping_id: UUID) -> None:
    """Remove one mapping; documents that used it keep their products. Raises NotFound."""
    row = PartnerSku.objects.select_related("contact", "product").filter(id=mapping_id).first()
    if row is None:
        raise NotFound("This mapping does not exist.")
    log_activity(
        "mapping.removed",
        f"{row.contact.name}'s code “{row.code}” no longer means {row.product.sku}",
        about=row.product,
        label=row.product.sku,
    )
    row.delete()


def their_codes(contact_id: UUID, product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What a partner calls our products; the oldest code where it has several."""
    rows = (
        PartnerSku.objects.filter(contact_id=contact_id, product_id__in=list(product_ids))
        .order_by("-id")
        .values_list("product_id", "code")
    )
    return dict(rows)
