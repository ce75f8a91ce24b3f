"""Lines as somebody asks for them, and the rows and totals that follow.

Input comes from forms, the API, the demo and other documents; every fault names its field
(`lines.3.quantity`) and nothing is written before all of it is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar
from uuid import UUID

from hub.errors import InvalidInput
from hub.ids import new_id
from hub.money import minor_units, parse_percent, parse_quantity, parse_unit_price
from inventory.models import Product, ProductKind
from inventory.services.mapping import their_codes
from inventory.services.prices import supplier_prices_for, tier_prices_for
from ledger.domain.accounts import AccountRole
from ledger.domain.tax import TaxableLine, TaxComponent, calculate
from ledger.domain.tax import TaxRule as TaxFacts
from ledger.models import Account, TaxRule
from network.domain.payload_base import LONGEST_NAME, clean_line, clean_note
from orders.domain.document_payloads import MOST_LINES
from orders.models import BillLine, CostSpread, LineKind, TradeDocument, TradeLine
from orders.services.kits import NOT_WHOLE, is_kit, is_whole
from orders.services.latest_prices import latest_prices_for
from orders.services.packs import in_units, is_pack

Side = Literal["purchase", "sale"]
Line = TypeVar("Line", bound=TradeLine)

# Accounts that agree with documents only as long as nobody posts to them past the documents.
FOLLOWS_FROM_DOCUMENTS = frozenset(
    {
        AccountRole.RECEIVABLE,
        AccountRole.PAYABLE,
        AccountRole.INVENTORY,
        AccountRole.GRNI,
        AccountRole.GINR,
    }
)


@dataclass(frozen=True, slots=True)
class LineInput:
    """One line as asked for; what is None follows from the product.

    `quantity`, `unit_price` and `discount_percent` may be text as typed. Where `unit` is what the
    product is bought in, such as carton, a purchase counts and prices those. `product` or `sku`
    names the product; an item without either needs a description. `account` is where the line is
    posted instead of the product's own or the usual account; `spread` (bills only) makes its net
    part of the cost of the goods.
    """

    kind: str = LineKind.ITEM
    product: UUID | None = None
    sku: str = ""
    description: str = ""
    quantity: str | Decimal | None = None
    unit: str = ""
    unit_price: str | Decimal | None = None
    discount_percent: str | Decimal = Decimal(0)
    tax_rule: UUID | None = None
    expected_on: date | None = None
    line_id: UUID | None = None
    account: UUID | None = None
    spread: str = ""


@dataclass(frozen=True, slots=True)
class References:
    """Products, tax rules and accounts that the lines name, fetched once."""

    products: Mapping[UUID, Product]
    by_sku: Mapping[str, Product]
    tax_rules: Mapping[UUID, TaxRule]
    their_codes: Mapping[UUID, str]
    accounts: Mapping[UUID, Account]
    tier_prices: Mapping[UUID, Decimal] = field(default_factory=dict)
    supplier_prices: Mapping[UUID, Sequence[tuple[Decimal, Decimal]]] = field(default_factory=dict)
    latest_prices: Mapping[UUID, Decimal] = field(default_factory=dict)
    decimals: int = 2  # of the document's currency

    def default_tax(self) -> TaxRule | None:
        """The organisation's default rule."""
        return next((rule for rule in self.tax_rules.values() if rule.is_default), None)


def fetch_references(
    inputs: Sequence[LineInput],
    contact_id: UUID | None,
    *,
    side: Side = "purchase",
    currency: str = "",
) -> References:
    """Three statements however many lines there are, one more each where lines name accounts and
    where a price is left open.

    Without a contact none of its codes and prices.
    """
    ids = {line.product for line in inputs if line.product is not None}
    skus = {line.sku.strip().casefold() for line in inputs if line.sku and line.product is None}
    rows = Product.objects.filter(id__in=ids) if not skus else None
    if rows is None:
        rows = Product.objects.filter(id__in=ids) | Product.objects.filter(sku_key__in=skus)
    products = list(rows)
    accounts = {line.account for line in inputs if line.account is not None}
    return References(
        {product.id: product for product in products},
        {product.sku_key: product for product in products},
        {rule.id: rule for rule in TaxRule.objects.all()},
        their_codes(contact_id, [product.id for product in products]) if contact_id else {},
        Account.objects.in_bulk(accounts) if accounts else {},
        decimals=minor_units(currency) if currency else 2,
        **_agreed_prices(inputs, contact_id, products, side, currency),
    )


def _agreed_prices(
    inputs: Sequence[LineInput],
    contact_id: UUID | None,
    products: Sequence[Product],
    side: Side,
    currency: str,
) -> dict[str, Any]:
    """What the customer's tier pays or the supplier asks; read where a line leaves it open."""
    asked = any(line.unit_price in (None, "") for line in inputs)
    if contact_id is None or not asked or not products:
        return {}
    ids = [product.id for product in products]
    if side == "sale":
        return {"tier_prices": tier_prices_for(contact_id, ids)}
    return {
        "supplier_prices": supplier_prices_for(contact_id, ids, currency),
        "latest_prices": latest_prices_for(contact_id, ids, currency),
    }


class LineErrors:
    """Collects what is wrong, by field, so that all of it is said at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, path: str, message: str) -> None:
        """One more fault."""
        self.fields.setdefault(path, []).append(message)

    def number(self, parse: Any, value: Any, path: str) -> Decimal:
        """The parsed number, or 0 with the fault noted."""
        try:
            result: Decimal = parse(value, field=path)
        except InvalidInput as error:
            self.add(path, error.message)
            return Decimal(0)
        return result

    def check(self) -> None:
        """Raise InvalidInput if anything was noted."""
        if self.fields:
            count = len(self.fields)
            message = "One field" if count == 1 else f"{count} fields"
            raise InvalidInput(f"{message} cannot be used; see below.", fields=self.fields)


def build_lines(
    line_type: type[Line],
    document: TradeDocument,
    parent: str,
    inputs: Sequence[LineInput],
    *,
    side: Side,
    rounding: str,
) -> list[Line]:
    """Rows for `document` (field `parent`) with amounts; sets the document's totals.

    Writes nothing. Raises InvalidInput: no item, more than 2,000 lines, and whatever is wrong
    with a field.
    """
    _check_count(inputs)
    references = fetch_references(
        inputs, document.contact_id, side=side, currency=document.currency
    )
    rows = _checked_rows(line_type, inputs, references, side)
    for row in rows:
        setattr(row, parent, document)
    apply_amounts(document, rows, references.tax_rules, rounding=rounding)
    return rows


def check_lines(line_type: type[TradeLine], inputs: Sequence[LineInput], *, side: Side) -> None:
    """Raise what `build_lines` would, while it is not known yet for whom the document is."""
    _check_count(inputs)
    _checked_rows(line_type, inputs, fetch_references(inputs, None), side)


def _check_count(inputs: Sequence[LineInput]) -> None:
    if len(inputs) > MOST_LINES:
        message = f"At most {MOST_LINES:,} lines in one document; this one has {len(inputs):,}."
        raise InvalidInput(message, fields={"lines": [message]}, code="too_many_lines")
    if not any(line.kind == LineKind.ITEM for line in inputs):
        message = "Add at least one line with a product or a description."
        raise InvalidInput(message, fields={"lines": [message]})


def _checked_rows(
    line_type: type[Line], inputs: Sequence[LineInput], references: References, side: Side
) -> list[Line]:
    errors = LineErrors()
    rows = [
        _row(line_type, line, position, references=references, errors=errors, side=side)
        for position, line in enumerate(inputs)
    ]
    errors.check()
    return rows


def _row(
    line_type: type[Line],
    line: LineInput,
    position: int,
    *,
    references: References,
    errors: LineErrors,
    side: Side,
) -> Line:
    path = f"lines.{position}"
    row = line_type(
        position=position,
        line_id=line.line_id or new_id(),
        kind=line.kind,
        description=_description(line.description, f"{path}.description", errors),
    )
    if line.kind == LineKind.NOTE:
        if not row.description:
            errors.add(f"{path}.description", "Write the note's text, or remove the line.")
        return row
    product = _product(line, path, references, errors)
    if not (product or row.description or line.product or line.sku):
        errors.add(f"{path}.product", "Choose a product or write a description.")
    _fill_from_product(row, product, references)
    if product is not None and is_kit(product) and side == "purchase":
        errors.add(f"{path}.product", f"{product.sku} is a kit: buy its components instead.")
    row.quantity = errors.number(parse_quantity, _given(line.quantity, "1"), f"{path}.quantity")
    if is_kit(product) and not is_whole(row.quantity):
        errors.add(f"{path}.quantity", NOT_WHOLE)
    row.unit = clean_line(line.unit, longest=20) or row.unit
    packed = product is not None and side == "purchase" and is_pack(product, row.unit)
    count = row.quantity * _pack_size(product) if packed else row.quantity
    row.unit_price = errors.number(
        parse_unit_price,
        _given(line.unit_price, _list_price(product, side, references, count)),
        f"{path}.unit_price",
    )
    if packed and product is not None:
        refused = in_units(product, row, line.unit_price not in (None, ""), references.decimals)
        if refused:
            errors.add(f"{path}.unit_price", refused)
    row.discount_percent = errors.number(
        parse_percent, line.discount_percent or Decimal(0), f"{path}.discount_percent"
    )
    row.expected_on = line.expected_on
    _posted_to(row, line, product, references=references, errors=errors, path=path, side=side)
    _tax(row, line, product, references=references, errors=errors, path=path, side=side)
    return row


def _pack_size(product: Product | None) -> Decimal:
    return (product.purchase_factor if product is not None else None) or Decimal(1)


def _posted_to(
    row: TradeLine,
    line: LineInput,
    product: Product | None,
    *,
    references: References,
    errors: LineErrors,
    path: str,
    side: Side,
) -> None:
    """The line's own account, and how it is spread over the goods of its bill."""
    is_goods = product is not None and product.kind == ProductKind.STOCK
    if line.account is not None:
        account = references.accounts.get(line.account)
        if account is None or not account.is_active:
            errors.add(f"{path}.account", "This account does not exist or is archived.")
        elif account.role in FOLLOWS_FROM_DOCUMENTS:
            errors.add(f"{path}.account", f"{account} follows from documents: choose another.")
        elif is_goods and side == "purchase":
            errors.add(f"{path}.account", "Goods that are bought go to stock; leave this empty.")
        row.account = account
    if not line.spread:
        return
    if not isinstance(row, BillLine):
        errors.add(f"{path}.spread", "Only lines of a bill can be spread over its goods.")
    elif line.spread not in CostSpread.values:
        errors.add(f"{path}.spread", f"Use one of: {', '.join(CostSpread.values)}.")
    elif is_goods:
        errors.add(f"{path}.spread", "Goods bear the cost of others; only services are spread.")
    else:
        row.spread = line.spread


def _given(value: str | Decimal | None, default: str | Decimal) -> str | Decimal:
    return default if value is None or value == "" else value


def _description(text: str, path: str, errors: LineErrors) -> str:
    if len(text) > LONGEST_NAME:
        errors.add(path, f"At most {LONGEST_NAME} characters.")
    return clean_note(text)


def _product(
    line: LineInput, path: str, references: References, errors: LineErrors
) -> Product | None:
    if line.product is not None:
        product = references.products.get(line.product)
        if product is None:
            errors.add(f"{path}.product", "This product does not exist.")
        return product
    if line.sku:
        product = references.by_sku.get(line.sku.strip().casefold())
        if product is None:
            errors.add(f"{path}.product", f"No product has the SKU “{line.sku[:60]}”.")
        return product
    return None


def _fill_from_product(row: TradeLine, product: Product | None, references: References) -> None:
    if product is None:
        return
    row.product = product
    row.sku = product.sku
    row.barcode = product.barcode
    row.unit = product.unit
    row.partner_sku = references.their_codes.get(product.id, "")
    row.description = row.description or product.name


def _list_price(
    product: Product | None, side: Side, references: References, quantity: Decimal
) -> Decimal:
    """What was agreed with the contact, else the product's own price."""
    if product is None:
        return Decimal(0)
    if side == "sale" and product.id in references.tier_prices:
        return references.tier_prices[product.id]
    if product.id in references.latest_prices:
        return references.latest_prices[product.id]
    for minimum, agreed in references.supplier_prices.get(product.id, ()):
        if quantity >= minimum:
            return agreed
    price = product.purchase_price if side == "purchase" else product.sale_price
    return price if price is not None else Decimal(0)


def _tax(
    row: TradeLine,
    line: LineInput,
    product: Product | None,
    *,
    references: References,
    errors: LineErrors,
    path: str,
    side: Side,
) -> None:
    rule: TaxRule | None
    if line.tax_rule is not None:
        rule = references.tax_rules.get(line.tax_rule)
        if rule is None:
            errors.add(f"{path}.tax_rule", "This tax rule does not exist.")
    else:
        own = None
        if product is not None:
            own = product.purchase_tax_rule_id if side == "purchase" else product.sale_tax_rule_id
        rule = references.tax_rules.get(own) if own else references.default_tax()
    if rule is not None:
        row.tax_rule = rule
        row.tax_name = rule.name
        row.tax_rate = rule.rate


def apply_amounts(
    document: TradeDocument,
    rows: Sequence[TradeLine],
    tax_rules: Mapping[UUID, TaxRule],
    *,
    rounding: str,
) -> None:
    """Compute every line's net, tax and total and the document's, to the currency's cent."""
    items = [row for row in rows if row.kind == LineKind.ITEM]
    amounts = calculate(
        [
            TaxableLine(
                row.quantity, row.unit_price, row.discount_percent, _tax_facts(row, tax_rules)
            )
            for row in items
        ],
        currency=document.currency,
        prices_include_tax=document.prices_include_tax,
        rounding=rounding,
    )
    for row, line in zip(items, amounts.lines, strict=True):
        row.net, row.tax, row.total = line.net.amount, line.tax.amount, line.total.amount
    totals = amounts.totals
    document.net = totals.net.amount
    document.tax = totals.tax.amount
    document.total = totals.total.amount


def _tax_facts(row: TradeLine, tax_rules: Mapping[UUID, TaxRule]) -> TaxFacts | None:
    rule = tax_rules.get(row.tax_rule_id) if row.tax_rule_id else None
    if rule is not None and rule.components:
        return TaxFacts(
            rule.name,
            tuple(
                TaxComponent(part["name"], Decimal(str(part["rate"])), bool(part.get("compound")))
                for part in rule.components
            ),
        )
    if row.tax_name:
        return TaxFacts(row.tax_name, (TaxComponent(row.tax_name, row.tax_rate),))
    return None
