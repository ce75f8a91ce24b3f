"""The lines of a document: read, priced, numbered."""

from decimal import Decimal

from sandbox.quickbooks import bundles
from sandbox.quickbooks.company import TARGETS, ZERO, Body, Company, cents
from sandbox.quickbooks.errors import Errors, Wrong, check
from sandbox.quickbooks.fields import FIELDS, PURCHASES, SALES
from sandbox.quickbooks.tax import Taxable, us_line_code
from sandbox.quickbooks.validation import fields_of

ITEM, ACCOUNT = "ItemBasedExpenseLineDetail", "AccountBasedExpenseLineDetail"
SALE, DISCOUNT, JOURNAL = "SalesItemLineDetail", "DiscountLineDetail", "JournalEntryLineDetail"
SUBTOTAL, GROUP = "SubTotalLineDetail", "GroupLineDetail"
ALLOWED = {
    **dict.fromkeys(SALES, (SALE, DISCOUNT, SUBTOTAL, GROUP, "DescriptionOnly")),
    **dict.fromkeys(PURCHASES, (ITEM, ACCOUNT, "DescriptionOnly")),
    "JournalEntry": (JOURNAL, "DescriptionOnly"),
    "Deposit": ("DepositLineDetail",),
}
KNOWN = {SALE, DISCOUNT, SUBTOTAL, GROUP, "DescriptionOnly", ITEM, ACCOUNT, JOURNAL}
KNOWN |= {"DepositLineDetail", "TaxLineDetail", "PaymentLineDetail", "TDSLineDetail"}
SHIPPING = "SHIPPING_ITEM_ID"


def read(kind: str, given: list[Body], old: list[Body]) -> list[Body]:
    """The lines with their details, clean; ids that are known stay. Raises Wrong."""
    errors: Errors = []
    taken = {line["Id"] for line in _all(old) if "Id" in line}
    last = max((int(one) for one in taken if one.isdigit()), default=0)
    lines: list[Body] = []
    for raw in given:
        line = _read(kind, raw, errors)
        if line.get("DetailType") == SUBTOTAL:
            continue
        lines.append(line)
        if GROUP in line and not errors:
            parts = line[GROUP].get("Line", [])
            line[GROUP]["Line"] = [_part_of_bundle(one, errors) for one in parts]
    check(errors)
    for line in _all(lines):
        if line.get("Id") not in taken:
            last += 1
            line["Id"] = str(last)
        taken.discard(line["Id"])
    for several in (lines, *(line[GROUP]["Line"] for line in lines if GROUP in line)):
        for number, line in enumerate(several, 1):
            line["LineNum"] = number
    return lines


def _read(kind: str, raw: Body, errors: Errors) -> Body:
    line = fields_of("Line", raw, errors, "Line")
    wanted = line.get("DetailType")
    if wanted == SUBTOTAL:
        return line
    _need_detail(kind, line)
    if wanted in FIELDS:
        line[wanted] = fields_of(wanted, line.get(wanted) or {}, errors, wanted)
    return line


def _part_of_bundle(raw: Body, errors: Errors) -> Body:
    part = _read("Invoice", raw, errors)
    if part["DetailType"] != SALE:
        said = f"Business Validation Error: {part['DetailType'][:40]} does not go in a bundle"
        raise Wrong("6000", said, "Line")
    return part


def _all(lines: list[Body]) -> list[Body]:
    return [*lines, *(part for line in lines for part in (line.get(GROUP) or {}).get("Line", []))]


def _need_detail(kind: str, line: Body) -> None:
    wanted = line.get("DetailType")
    if kind == "Deposit" and line.get("LinkedTxn"):
        return
    if wanted is None:
        raise Wrong("2020", "Required parameter Line.DetailType is missing in the request", "Line")
    if wanted not in KNOWN:
        raise Wrong("2170", f"Invalid Enumeration : {wanted[:60]}", "DetailType")
    if wanted not in ALLOWED[kind]:
        raise Wrong("6000", f"Business Validation Error: {wanted} does not go on {kind}", "Line")
    if wanted not in ("DescriptionOnly", DISCOUNT, GROUP) and "Amount" not in line:
        raise Wrong("2020", "Required parameter Line.Amount is missing in the request", "Amount")
    if not line.get(wanted) and wanted not in ("DescriptionOnly", GROUP):
        raise Wrong("2020", f"Required parameter Line.{wanted} is missing in the request", "Line")


def price(line: Body, detail: Body) -> None:
    """Amount is Qty times UnitPrice, to the cent. Raises Wrong (6070)."""
    line["Amount"] = cents(line["Amount"])
    quantity, unit = detail.get("Qty"), detail.get("UnitPrice")
    if not quantity or not unit:
        return
    expected = cents(Decimal(quantity) * Decimal(unit))
    if line["Amount"] not in (expected, detail.get("TaxInclusiveAmt")) and (
        detail.get("TaxInclusiveAmt") != expected
    ):
        raise Wrong(
            "6070",
            "Amount calculation incorrect in the request : Amount is not equal to UnitPrice * Qty."
            f" Supplied value:{line['Amount']}",
            "Line",
        )


def refer(company: Company, detail: Body) -> None:
    """Look up a detail's references; classes go where they are not tracked by line."""
    if not company.pref("AccountingInfoPrefs", "ClassTrackingPerTxnLine"):
        detail.pop("ClassRef", None)
    if not company.pref("AccountingInfoPrefs", "TrackDepartments"):
        detail.pop("DepartmentRef", None)
    for name, ref in detail.items():
        if name in TARGETS and ref["value"] != SHIPPING:
            company.refer(TARGETS[name], ref, name)
        elif name.endswith("AccountRef"):
            company.refer("Account", ref, name)


def tax_code(company: Company, detail: Body, mode: str | None) -> str:
    """The tax code of a line. Raises Wrong (6000, 6100, 2500)."""
    if company.country == "US":
        return us_line_code(detail)
    ref = detail.get("TaxCodeRef")
    if mode == "NotApplicable":
        return ""
    if ref is None:
        if company.switch("tax_code_needed"):
            said = "Business Validation Error: Make sure all your transactions have a tax rate"
            raise Wrong("6000", f"{said} before you save.", "TaxCodeRef")
        return ""
    company.refer("TaxCode", ref, "TaxCodeRef")
    ref.pop("name", None)
    return str(ref["value"])


def sale_lines(company: Company, body: Body) -> tuple[Decimal, Decimal, list[Taxable]]:
    """Price the lines of a sale: their sum, the discount, and what tax is worked out from."""
    taxables: list[Taxable] = []
    total = ZERO
    bundles.expand(company, body)
    for line in bundles.goods(body):
        detail = line[SALE]
        _item_of_sale(company, detail)
        refer(company, detail)
        price(line, detail)
        code = tax_code(company, detail, body.get("GlobalTaxCalculation"))
        total += line["Amount"]
        taxables.append(Taxable(line, detail, line["Amount"], code))
    return total, _discount(company, body, total), taxables


def _item_of_sale(company: Company, detail: Body) -> None:
    ref = detail.get("ItemRef")
    default = company.other_pref("SalesFormsPrefs.DefaultItem")
    if ref is None and default:
        ref = detail["ItemRef"] = {"value": default}
    if ref is None or ref["value"] == SHIPPING:
        return
    item = company.refer("Item", ref, "ItemRef")
    account = item.body.get("IncomeAccountRef")
    if item.body["Type"] == "Category":
        raise Wrong("2500", f"Invalid Reference Id : Item {item.id} is a category", "ItemRef")
    if account is None:
        raise Wrong("6000", f"Business Validation Error: {ref['name']} is not sold", "ItemRef")
    detail["ItemAccountRef"] = dict(account)


def _discount(company: Company, body: Body, total: Decimal) -> Decimal:
    discount = ZERO
    for line in body["Line"]:
        if line["DetailType"] != DISCOUNT:
            continue
        detail = line[DISCOUNT]
        refer(company, detail)
        if "DiscountAccountRef" not in detail:
            detail["DiscountAccountRef"] = company.reference("Account", company.system("discount"))
        if detail.get("PercentBased"):
            percent = detail.get("DiscountPercent", ZERO)
            if percent < 0 or percent > 100:
                raise Wrong("6090", "Invalid discount amount or percentage", "DiscountPercent")
            line["Amount"] = cents(total * Decimal(percent) / 100)
        line["Amount"] = cents(line.get("Amount", ZERO))
        if line["Amount"] < 0:
            raise Wrong("6090", "Invalid discount amount or percentage", "Amount")
        discount += line["Amount"]
    return discount


def purchase_lines(company: Company, body: Body) -> tuple[Decimal, list[Taxable]]:
    """Price the lines of a purchase: their sum and what tax is worked out from."""
    taxables: list[Taxable] = []
    total = ZERO
    for line in body["Line"]:
        if line["DetailType"] == "DescriptionOnly":
            continue
        detail = line[line["DetailType"]]
        refer(company, detail)
        if line["DetailType"] == ITEM:
            if "ItemRef" not in detail:
                raise Wrong("2020", "Required parameter ItemRef is missing", "ItemRef")
        elif "AccountRef" not in detail:
            raise Wrong("2020", "Required parameter AccountRef is missing", "AccountRef")
        detail.setdefault("BillableStatus", "NotBillable")
        price(line, detail)
        if company.country == "US":
            detail["TaxCodeRef"] = {"value": "NON"}
            code = ""
        else:
            code = tax_code(company, detail, body.get("GlobalTaxCalculation"))
        total += line["Amount"]
        taxables.append(Taxable(line, detail, line["Amount"], code))
    return total, taxables
