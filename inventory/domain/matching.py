"""Which of our products a partner's line may mean (N15): ranked guesses, each with its reason.

Only what somebody confirmed before is certain; everything else is proposed. Pure Python, no
look-ups: the caller gives the products to choose from.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

MOST_SUGGESTIONS = 5
MOST_CANDIDATES = 20_000
# Below this, names share little more than a word such as "coffee".
LEAST_SIMILARITY = 0.3
_LONGEST_NAME = 255
# Keeps an order of 2,000 lines against 20,000 products within seconds.
_MOST_LOOKED_AT = 2_000
_NOT_A_LETTER = re.compile(r"[\W_]+")


class MatchKind(IntEnum):
    """How a suggestion was found, best first."""

    REMEMBERED = 1
    SUPPLIER_SKU = 2
    BARCODE = 3
    OWN_SKU = 4
    NAME = 5


@dataclass(frozen=True, slots=True)
class CandidateProduct:
    """One of our products; `supplier_skus` are this partner's codes kept on it."""

    product_id: UUID
    sku: str
    name: str
    barcode: str = ""
    supplier_skus: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """What a partner's line says about its product.

    `partner_sku` is the partner's own code; `our_sku` what the partner believes ours is.
    """

    partner_sku: str = ""
    our_sku: str = ""
    barcode: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product that the line may mean; `similarity` is 1 unless it was found by name."""

    product_id: UUID
    kind: MatchKind
    reason: str
    similarity: float = 1.0

    @property
    def is_certain(self) -> bool:
        """Somebody confirmed it before: it may be used without asking."""
        return self.kind is MatchKind.REMEMBERED


def normalise_sku(code: str) -> str:
    """A code as it is compared: without case, width and spaces around it."""
    return unicodedata.normalize("NFKC", code).strip().casefold()


def normalise_barcode(barcode: str) -> str:
    """A barcode as it is compared: UPC-A and EAN-13 of one product are the same number."""
    code = "".join(barcode.split()).replace("-", "")
    return code.lstrip("0") if code.isascii() and code.isdigit() else code.casefold()


def _words(name: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", name[:_LONGEST_NAME]).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return frozenset(word for word in _NOT_A_LETTER.split(letters) if word)


def _trigrams(words: Iterable[str]) -> frozenset[str]:
    padded = (f"  {word} " for word in words)
    return frozenset(text[at : at + 3] for text in padded for at in range(len(text) - 2))


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    union = len(left | right)
    return len(left & right) / union if union else 0.0


class ProductMatcher:
    """Answers for the lines of one partner, over one list of our products.

    `remembered` maps the partner's codes to products. ValueError above 20,000 products: choose
    the likely ones first.
    """

    def __init__(
        self,
        products: Sequence[CandidateProduct],
        remembered: Mapping[str, UUID] | None = None,
    ) -> None:
        if len(products) > MOST_CANDIDATES:
            raise ValueError(f"More than {MOST_CANDIDATES:,} products to match against")
        known = {product.product_id for product in products}
        self._remembered = {
            normalise_sku(code): product_id
            for code, product_id in (remembered or {}).items()
            if product_id in known
        }
        self._by_sku: dict[str, list[UUID]] = {}
        self._by_barcode: dict[str, list[UUID]] = {}
        self._by_supplier_sku: dict[str, list[UUID]] = {}
        self._words: dict[UUID, frozenset[str]] = {}
        self._grams: dict[UUID, frozenset[str]] = {}
        self._by_gram: dict[str, list[UUID]] = {}
        for product in sorted(products, key=lambda item: (item.sku, item.product_id)):
            self._index(product)

    def _index(self, product: CandidateProduct) -> None:
        product_id = product.product_id
        _add(self._by_sku, normalise_sku(product.sku), product_id)
        _add(self._by_barcode, normalise_barcode(product.barcode), product_id)
        for code in sorted(product.supplier_skus):
            _add(self._by_supplier_sku, normalise_sku(code), product_id)
        self._words[product_id] = _words(product.name)
        self._grams[product_id] = _trigrams(self._words[product_id])
        for gram in sorted(self._grams[product_id]):
            _add(self._by_gram, gram, product_id)

    def suggest(self, line: PartnerLine, *, most: int = MOST_SUGGESTIONS) -> list[Suggestion]:
        """At most `most` products, the likeliest first, each once with its best reason."""
        found: dict[UUID, Suggestion] = {}
        for suggestion in (*self._by_codes(line), *self._by_name(line.name)):
            found.setdefault(suggestion.product_id, suggestion)
        return list(found.values())[:most]

    def _by_codes(self, line: PartnerLine) -> Iterable[Suggestion]:
        partner_sku, our_sku = normalise_sku(line.partner_sku), normalise_sku(line.our_sku)
        if partner_sku in self._remembered:
            reason = f"Remembered for {line.partner_sku}"
            yield Suggestion(self._remembered[partner_sku], MatchKind.REMEMBERED, reason)
        for product_id in self._by_supplier_sku.get(partner_sku, ()):
            reason = "Same supplier code"
            yield Suggestion(product_id, MatchKind.SUPPLIER_SKU, reason)
        for product_id in self._by_barcode.get(normalise_barcode(line.barcode), ()):
            yield Suggestion(product_id, MatchKind.BARCODE, "Same barcode")
        for product_id in self._by_sku.get(our_sku, ()):
            yield Suggestion(product_id, MatchKind.OWN_SKU, "Same SKU")
        for product_id in self._by_sku.get(partner_sku, ()):
            yield Suggestion(product_id, MatchKind.OWN_SKU, "The partner's code equals our SKU")

    def _by_name(self, name: str) -> list[Suggestion]:
        words = _words(name)
        grams = _trigrams(words)
        scored = []
        for product_id in self._sharing(grams):
            similarity = max(
                _jaccard(grams, self._grams[product_id]), _jaccard(words, self._words[product_id])
            )
            if similarity >= LEAST_SIMILARITY:
                scored.append((-similarity, product_id))
        return [
            Suggestion(
                product_id,
                MatchKind.NAME,
                "Same name" if score == -1 else f"Similar name ({round(-score * 100)} %)",
                -score,
            )
            for score, product_id in sorted(scored)[:MOST_SUGGESTIONS]
        ]

    def _sharing(self, grams: frozenset[str]) -> set[UUID]:
        """Products that share trigrams, found by the rarest: common ones tell nothing apart."""
        shared: set[UUID] = set()
        looked_at = 0
        for products in sorted((self._by_gram.get(gram, []) for gram in grams), key=len):
            looked_at += len(products)
            if shared and looked_at > _MOST_LOOKED_AT:
                break
            shared.update(products)
        return shared


def _add(index: dict[str, list[UUID]], key: str, product_id: UUID) -> None:
    if key:
        index.setdefault(key, []).append(product_id)
