"""Details of one's own, a set of goods, cartons, tiers, and an order that waits for approval."""

from decimal import Decimal

from demo.companies import DemoCompany
from demo.data.companies import HARBOUR, TERN
from demo.history import inside
from inventory.models import Product
from inventory.services.components import ComponentInput, set_components
from inventory.services.prices import set_tier_prices
from inventory.services.products import change_product, create_product
from ledger.services.reference_lists import save_price_tier
from network.models import Contact
from network.services.contacts import change_contact
from orders.models import PurchaseOrder
from orders.services.approvals import ask_approval
from orders.services.lines import LineInput
from orders.services.purchases import create_purchase_order
from tenants.actor import Actor, acting_as
from tenants.boundary import tenant_context
from tenants.domain.attributes import AttributeOwner, AttributeType
from tenants.domain.limits import LimitKind
from tenants.models import Role, User
from tenants.services.attributes import AttributeInput, save_attributes
from tenants.services.roles import set_limits

ROASTS = {"HR-1001": "Medium", "HR-1010": "Dark", "HR-1030": "Light", "HR-1060": "Light"}
SET = (("HR-1031", "1"), ("HR-4001", "1"), ("HR-4030", "1"))


def some_depth(company: DemoCompany) -> None:
    """What each company shows of it: the roaster its products, the third one its approvals."""
    if company.data.key == HARBOUR.key:
        with inside(company):
            _attributes()
            _kit()
            _cartons_and_tiers()
    elif company.data.key == TERN.key:
        _approval(company)


def _attributes() -> None:
    save_attributes(
        AttributeOwner.PRODUCT,
        [
            AttributeInput(1, "Roast", AttributeType.LIST, ["Light", "Medium", "Dark"]),
            AttributeInput(2, "Organic", AttributeType.CHECKBOX),
            AttributeInput(3, "Altitude in m", AttributeType.NUMBER),
        ],
    )
    regions = AttributeInput(1, "Region", AttributeType.LIST, ["North", "South", "Scotland"])
    save_attributes(AttributeOwner.CUSTOMER, [regions])
    for sku, roast in ROASTS.items():
        product = Product.objects.get(sku=sku)
        values = {"1": roast, "2": roast == "Light", "3": "1900" if roast == "Light" else ""}
        change_product(product.id, {"attributes": values})
    customer = Contact.objects.filter(is_customer=True).order_by("name_key").first()
    if customer is not None:
        change_contact(customer.id, {"customer_attributes": {"1": "North"}})


def _kit() -> None:
    kit = create_product(
        {
            "sku": "HR-5001",
            "name": "Filter starter set",
            "kind": "kit",
            "unit": "set",
            "category": "Equipment",
            "sale_price": Decimal("45.00"),
            "description": "A bag of Ethiopia Guji, papers and a scale.",
        }
    )
    set_components(kit.id, [ComponentInput(sku=sku, quantity=number) for sku, number in SET])


def _cartons_and_tiers() -> None:
    syrup = Product.objects.get(sku="HR-3010")
    change_product(syrup.id, {"purchase_unit": "carton", "purchase_factor": Decimal(6)})
    tier = save_price_tier(None, {"name": "Wholesale", "is_active": True})
    house = Product.objects.get(sku="HR-1001")
    set_tier_prices(house.id, {tier.id: "13.20"})


def _approval(company: DemoCompany) -> None:
    """The buyer may approve up to 2,500 and asks for more."""
    buyer = next(person for person in company.data.people if person.role == "purchasing")
    user = User.objects.get(email=company.data.email(buyer.mailbox))
    with inside(company):
        role = Role.objects.get(key="purchasing")
        set_limits(role.id, {LimitKind.PURCHASES: "2500"})
    actor = Actor("user", user.id, str(user), "command")
    with acting_as(actor), tenant_context(company.id):
        supplier = Contact.objects.filter(is_supplier=True).order_by("name_key").first()
        product = Product.objects.filter(kind="stock", purchase_price__gt=0).order_by("sku").first()
        if supplier is None or product is None:
            return
        price = product.purchase_price or Decimal(1)
        many = int(Decimal(4000) / price) + 1
        line = LineInput(product=product.id, quantity=str(many))
        order = create_purchase_order(supplier.id, {}, [line])
        ask_approval(PurchaseOrder, order.id, "Enough for the season.")
