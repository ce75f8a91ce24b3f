"""Tax on a document: the United States' one code per document, and others' code per line."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.quickbooks.company import ZERO, Body, Company, cents
from sandbox.quickbooks.errors import Errors, Wrong, check
from sandbox.quickbooks.validation import fields_of

HUNDRED = Decimal(100)


@dataclass(slots=True)
class Taxable:
    """A line as tax sees it: its detail, and its amount as it was sent, after discount."""

    line: Body
    detail: Body
    amount: Decimal
    code: str


@dataclass(slots=True)
class Taxed:
    """The outcome: tax by rate, the sum, and net amounts."""

    lines: list[Body] = field(default_factory=list)
    total: Decimal = ZERO
    code: Body | None = None


def given_detail(body: Body, old: Body | None) -> Body:
    """What the caller says of tax; what it only sends back as it was read says nothing."""
    raw = body.get("TxnTaxDetail")
    if not raw:
        return {}
    errors: Errors = []
    detail = fields_of("TxnTaxDetail", raw, errors, "TxnTaxDetail")
    lines = []
    for one in detail.pop("TaxLine", []):
        line = fields_of("TaxLine", one, errors, "TaxLine")
        line["TaxLineDetail"] = fields_of(
            "TaxLineDetail", line.get("TaxLineDetail") or {}, errors, "TaxLineDetail"
        )
        lines.append(line)
    check(errors)
    if lines:
        detail["TaxLine"] = lines
    before = (old or {}).get("TxnTaxDetail") or {}
    if before and _same(detail, before) and not (old or {}).get("_override"):
        return {name: detail[name] for name in ("TxnTaxCodeRef",) if name in detail}
    return detail


def _same(detail: Body, before: Body) -> bool:
    amounts = [line.get("Amount") for line in detail.get("TaxLine", [])]
    return detail.get("TotalTax") == before.get("TotalTax") and amounts == [
        line.get("Amount") for line in before.get("TaxLine", [])
    ]


def rates_of(company: Company, code_id: str, side: str) -> list[tuple[str, Decimal]]:
    """The rates of a tax code, for `Sales` or `Purchase`: the rate's id and per cent."""
    code = company.get("TaxCode", code_id)
    listed = (code.body.get(f"{side}TaxRateList") or {}) if code else {}
    found = []
    for one in listed.get("TaxRateDetail", []):
        rate = company.get("TaxRate", one["TaxRateRef"]["value"])
        if rate is not None:
            found.append((rate.id, Decimal(rate.body["RateValue"])))
    return found


def work_out(
    company: Company, body: Body, old: Body | None, lines: list[Taxable], side: str
) -> Taxed:
    """Tax of a document; under TaxInclusive the lines' amounts become net. Raises Wrong."""
    detail = given_detail(body, old)
    body.pop("_override", None)
    if "TotalTax" in detail or "TaxLine" in detail:
        body["_override"] = True
    if company.country == "US":
        return _united_states(company, body, detail, lines) if side == "Sales" else Taxed()
    mode = body.setdefault("GlobalTaxCalculation", "TaxExcluded")
    if mode == "NotApplicable":
        return Taxed()
    return _elsewhere(company, mode, detail, lines, side)


# --- The United States ---------------------------------------------------------------------------
def us_line_code(detail: Body) -> str:
    """TAX or NON, the only two. Raises Wrong (6100)."""
    ref = detail.setdefault("TaxCodeRef", {"value": "NON"})
    if ref["value"] not in ("TAX", "NON"):
        raise Wrong("6100", f"Invalid tax code : {ref['value'][:40]} is not TAX or NON")
    return str(ref["value"])


def _united_states(company: Company, body: Body, detail: Body, lines: list[Taxable]) -> Taxed:
    if not company.pref("TaxPrefs", "UsingSalesTax"):
        return Taxed()
    base = sum((one.amount for one in lines if one.code == "TAX"), ZERO)
    automated = bool(company.pref("TaxPrefs", "PartnerTaxEnabled"))
    if automated:
        code = _code_of_place(company, body)
    else:
        ref = detail.get("TxnTaxCodeRef")
        if ref is not None:
            company.refer("TaxCode", ref, "TxnTaxCodeRef")
        code = ref["value"] if ref else ""
    taxed = _lines(company, [(rate, base) for rate in rates_of(company, code, "Sales")], ZERO)
    taxed.code = {"value": code} if code else None
    overridden = "TotalTax" in detail
    if overridden and (not automated or company.switch("automated_tax_override") == "honoured"):
        _override(taxed, detail, base)
    elif overridden and company.switch("automated_tax_override") == "zero":
        taxed.lines, taxed.total = [], ZERO
    return taxed


def _code_of_place(company: Company, body: Body) -> str:
    codes = company.store.setting(company.realm, "tax.places", {})
    place = (body.get("ShipAddr") or body.get("BillAddr") or {}).get("CountrySubDivisionCode")
    home = company.store.setting(company.realm, "tax.home", "")
    return str(codes.get((place or home).upper(), ""))


# --- Everywhere else -----------------------------------------------------------------------------
def _elsewhere(company: Company, mode: str, detail: Body, lines: list[Taxable], side: str) -> Taxed:
    sums: dict[tuple[str, Decimal], Decimal] = {}
    by_line = company.switch("tax_rounding") == "line"
    rounded: dict[tuple[str, Decimal], Decimal] = {}
    for one in lines:
        rates = rates_of(company, one.code, side)
        together = sum((percent for _id, percent in rates), ZERO)
        if mode == "TaxInclusive":
            _make_net(company, one, together)
        for rate in rates:
            sums[rate] = sums.get(rate, ZERO) + one.amount
            tax = cents(one.amount * rate[1] / HUNDRED)
            rounded[rate] = rounded.get(rate, ZERO) + tax
    off = Decimal(str(company.switch("tax_cents_off"))) / HUNDRED
    taxed = _lines(company, list(sums.items()), off, rounded if by_line else None)
    if detail.get("TaxLine"):
        _override(taxed, detail, sum(sums.values(), ZERO))
    elif mode == "TaxInclusive":
        _keep_gross(taxed, lines)
    return taxed


def _make_net(company: Company, one: Taxable, percent: Decimal) -> None:
    """A line whose amount includes tax: the net amount, and the whole as TaxInclusiveAmt."""
    gross = one.detail.get("TaxInclusiveAmt") or one.amount
    if "TaxInclusiveAmt" not in one.detail and company.switch("inclusive_amount") == "net":
        gross = cents(one.amount * (HUNDRED + percent) / HUNDRED)
    net = cents(gross * HUNDRED / (HUNDRED + percent))
    one.detail["TaxInclusiveAmt"] = gross
    one.line["Amount"] = one.amount = net


def _keep_gross(taxed: Taxed, lines: list[Taxable]) -> None:
    """What was sent with tax is what has to be paid: the last rate takes the rest."""
    gross = sum((one.detail.get("TaxInclusiveAmt", one.amount) for one in lines), ZERO)
    difference = gross - sum((one.amount for one in lines), ZERO) - taxed.total
    if taxed.lines and difference:
        taxed.lines[-1]["Amount"] += difference
        taxed.total += difference


def _lines(
    company: Company,
    sums: list[tuple[tuple[str, Decimal], Decimal]],
    off: Decimal,
    rounded: dict[tuple[str, Decimal], Decimal] | None = None,
) -> Taxed:
    taxed = Taxed()
    for (rate, percent), net in sums:
        exact = net * percent / HUNDRED
        amount = cents(exact) if rounded is None else rounded[(rate, percent)]
        if off and percent:
            amount, off = amount + off, ZERO
        detail: dict[str, Any] = {
            "TaxRateRef": {"value": rate},
            "PercentBased": True,
            "TaxPercent": percent,
            "NetAmountTaxable": net,
        }
        taxed.lines.append({"Amount": amount, "DetailType": "TaxLineDetail"})
        taxed.lines[-1]["TaxLineDetail"] = detail
        taxed.total += amount
    return taxed


def _override(taxed: Taxed, detail: Body, base: Decimal) -> None:
    given = [line for line in detail.get("TaxLine", []) if "Amount" in line]
    if given:
        for line in given:
            line["DetailType"] = "TaxLineDetail"
            line["Amount"] = cents(line["Amount"])
        taxed.lines = given
        taxed.total = sum((line["Amount"] for line in given), ZERO)
        return
    total = cents(detail["TotalTax"])
    if taxed.lines:
        difference = total - taxed.total
        taxed.lines[-1]["Amount"] += difference
    elif total:
        made: Body = {"Amount": total, "DetailType": "TaxLineDetail"}
        made["TaxLineDetail"] = {"PercentBased": False, "NetAmountTaxable": base}
        taxed.lines = [made]
    taxed.total = total
