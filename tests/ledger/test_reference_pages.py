"""Settings → Tax rules, payment terms."""

from decimal import Decimal

import pytest

from ledger.models import PaymentTerm, TaxRule
from tests.cast import make_company

RULES, TERMS = "/settings/tax-rules/", "/settings/payment-terms/"
RULE = {
    "name": "GST <i> and PST",
    "is_active": "on",
    "is_default": "on",
    "parts-TOTAL_FORMS": "2",
    "parts-INITIAL_FORMS": "0",
    "parts-0-name": "GST",
    "parts-0-rate": "5",
    "parts-1-name": "PST",
    "parts-1-rate": "7.5",
    "parts-1-compound": "on",
}
TERM = {"name": "10th of next month", "kind": "day_of_following_month", "days": "10"}


def test_a_tax_rule_is_made_of_taxes_and_its_rate_follows() -> None:
    """A1: the second tax is charged on top of the first; one rule is the default."""
    company = make_company()
    client = company.browser()

    assert client.post(f"{RULES}new/", RULE).headers["Location"] == RULES

    with company.inside():
        rule = TaxRule.objects.get(name="GST <i> and PST")
        assert rule.rate == Decimal("12.875")
        assert [one["rate"] for one in rule.components] == ["5", "7.5"]
        assert list(TaxRule.objects.filter(is_default=True)) == [rule]
    page = client.get(RULES).content.decode()
    assert "GST &lt;i&gt; and PST" in page
    assert "12.875" in page
    client.post(f"{RULES}{rule.id}/", {**RULE, "is_active": "", "parts-1-DELETE": "on"})
    with company.inside():
        rule = TaxRule.objects.get(id=rule.id)
        assert (rule.rate, rule.is_active) == (Decimal(5), False)
    assert "GST &lt;i&gt; and PST" in client.get(f"{RULES}?tab=inactive").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "20% VAT"}, "Another entry has this name."),
        ({"parts-0-rate": "101"}, "Ensure this value is less than or equal to 100."),
        ({"parts-0-rate": "abc"}, "Enter a number."),
    ],
)
def test_a_tax_rule_that_cannot_be_used_is_refused(change: dict[str, str], said: str) -> None:
    """A1: nothing is written, not even the default."""
    company = make_company()

    answer = company.browser().post(f"{RULES}new/", {**RULE, **change})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    with company.inside():
        assert TaxRule.objects.get(is_default=True).name == "20% VAT"
        assert TaxRule.objects.count() == 3


def test_a_payment_term_is_made_and_changed() -> None:
    """A1: days, end of month, a day of the following month."""
    company = make_company()
    client = company.browser()

    assert client.post(f"{TERMS}new/", TERM).headers["Location"] == TERMS
    answer = client.post(f"{TERMS}new/", {**TERM, "name": "Never", "days": "32"})
    assert answer.status_code == 422
    assert "Choose a day from 1 to 31." in answer.content.decode()

    with company.inside():
        term = PaymentTerm.objects.get(name="10th of next month")
        assert (term.kind, term.days) == ("day_of_following_month", 10)
    client.post(f"{TERMS}{term.id}/", {**TERM, "days": "15", "is_active": "on"})
    assert "10th of next month" in client.get(TERMS).content.decode()
    with company.inside():
        assert PaymentTerm.objects.get(id=term.id).days == 15


def test_teammates_look_and_strangers_find_nothing() -> None:
    """A1: view without edit; another organisation's rule does not exist."""
    company, strange = make_company(), make_company("Strange")
    rule = company.tax_rule()
    with company.inside():
        term = PaymentTerm.objects.earliest("id")
    teammate, stranger = company.browser(company.teammate), strange.browser()

    for address, row, form in ((RULES, rule, RULE), (TERMS, term, TERM)):
        assert f"{address}new/" not in teammate.get(address).content.decode()
        assert teammate.post(f"{address}{row.pk}/", form).status_code == 403
        assert stranger.post(f"{address}{row.pk}/", form).status_code == 404
        assert company.browser(company.member("warehouse")).get(address).status_code == 403


def test_the_api_makes_and_changes_tax_rules_of_several_components() -> None:
    """O7, A4: the rate follows from the components."""
    company = make_company()
    client = company.api()
    parts = [{"name": "GST", "rate": "5"}, {"name": "PST", "rate": "10", "compound": True}]

    made = client.post("/api/v1/tax-rules", {"name": "PEI", "components": parts}, format="json")
    assert (made.status_code, made.json()["rate"]) == (201, "15.50000000")
    address = f"/api/v1/tax-rules/{made.json()['id']}"
    changed = client.patch(address, {"rate": "6"}, format="json").json()
    assert (changed["rate"], [one["name"] for one in changed["components"]]) == (
        "6.00000000",
        ["PEI"],
    )
    assert client.patch(address, {"is_active": False}, format="json").json()["rate"] == "6.00000000"
    assert client.get(address).json()["is_active"] is False
    refused = client.post("/api/v1/tax-rules", {"name": "Nothing"}, format="json")
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"rate"})
