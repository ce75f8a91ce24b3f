"""A partner's line finds our product by what is known best."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.domain.matching import (
    MOST_CANDIDATES,
    CandidateProduct,
    MatchKind,
    PartnerLine,
    ProductMatcher,
    normalise_barcode,
)

ESPRESSO, FILTER, CUPS, LIDS, DECAF = (UUID(int=number) for number in range(1, 6))
PRODUCTS = [
    CandidateProduct(ESPRESSO, "COF-001", "Espresso blend, whole bean 1 kg", "5012345678900"),
    CandidateProduct(FILTER, "COF-002", "Filter roast, ground 1 kg", "5012345678917"),
    CandidateProduct(
        CUPS, "CUP-12", "Paper cup 12 oz, double wall", supplier_skus=frozenset({"TP-712"})
    ),
    CandidateProduct(LIDS, "LID-12", "Lid for 12 oz cup"),
    CandidateProduct(DECAF, "COF-003", "Décaf blend, whole bean 1 kg"),
]
MATCHER = ProductMatcher(PRODUCTS, {"HR-ESP-1": ESPRESSO, "GONE": UUID(int=77)})


def first(line: PartnerLine) -> tuple[UUID, MatchKind, str]:
    best = MATCHER.suggest(line)[0]
    return best.product_id, best.kind, best.reason


def test_what_was_confirmed_before_wins_and_is_certain() -> None:
    """N15: a remembered code beats a barcode that says otherwise."""
    found = MATCHER.suggest(PartnerLine(partner_sku=" hr-esp-1 ", barcode="5012345678917"))
    assert [item.product_id for item in found] == [ESPRESSO, FILTER]
    assert found[0].is_certain
    assert not found[1].is_certain


def test_each_kind_of_match_gives_its_reason() -> None:
    """N15: supplier code, barcode, our SKU, the partner's code that equals ours."""
    assert first(PartnerLine(partner_sku="tp-712")) == (
        CUPS,
        MatchKind.SUPPLIER_SKU,
        "Same supplier code",
    )
    assert first(PartnerLine(barcode="5012345678917")) == (
        FILTER,
        MatchKind.BARCODE,
        "Same barcode",
    )
    assert first(PartnerLine(our_sku="lid-12")) == (LIDS, MatchKind.OWN_SKU, "Same SKU")
    assert first(PartnerLine(partner_sku="CUP-12")) == (
        CUPS,
        MatchKind.OWN_SKU,
        "The partner's code equals our SKU",
    )


def test_names_are_compared_without_case_accents_and_order_of_words() -> None:
    """N15: a similar name is proposed with how similar it is."""
    found = MATCHER.suggest(PartnerLine(name="WHOLE BEAN 1 kg decaf blend"))
    assert found[0].product_id == DECAF
    assert found[0].reason == "Same name"
    assert found[1].product_id == ESPRESSO
    assert found[1].reason.startswith("Similar name (")
    assert found[0].similarity > found[1].similarity
    assert MATCHER.suggest(PartnerLine(name="Forklift hire")) == []


def test_a_code_whose_product_is_gone_and_empty_codes_match_nothing() -> None:
    """N15: an empty code is no code."""
    assert MATCHER.suggest(PartnerLine(partner_sku="GONE")) == []
    assert MATCHER.suggest(PartnerLine()) == []


def test_a_barcode_is_one_number_with_or_without_leading_zeros() -> None:
    """N15: UPC-A in EAN-13."""
    assert normalise_barcode("0 012345 678905") == normalise_barcode("12345678905")
    assert normalise_barcode("000") == ""


def test_too_many_products_are_refused() -> None:
    """N15: the work is bounded."""
    product = PRODUCTS[0]
    with pytest.raises(ValueError, match="20,000"):
        ProductMatcher([product] * (MOST_CANDIDATES + 1))


@given(
    st.builds(
        PartnerLine, st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text()
    )
)
def test_any_line_gives_few_ranked_products_each_once(line: PartnerLine) -> None:
    """N15: whatever a partner writes."""
    found = MATCHER.suggest(line)
    assert len(found) <= 5
    assert len({item.product_id for item in found}) == len(found)
    ranks = [(item.kind, -item.similarity) for item in found]
    assert ranks == sorted(ranks)
