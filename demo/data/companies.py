"""The three companies and the contacts they had before they met on Wharf."""

from dataclasses import dataclass

from demo.data import people, products
from demo.data.people import Person
from demo.data.products import Row


@dataclass(frozen=True, slots=True)
class ContactData:
    """A contact of a company; `kind` is customer, supplier or both."""

    name: str
    kind: str
    email: str
    city: str
    street: str


@dataclass(frozen=True, slots=True)
class CompanyData:
    """One company of the demo."""

    key: str
    name: str
    legal_name: str
    domain: str
    tax_number: str
    address: str
    colour: str
    footer: str
    people: tuple[Person, ...]
    products: tuple[Row, ...]
    contacts: tuple[ContactData, ...]

    def email(self, mailbox: str) -> str:
        """An address at this company."""
        return f"{mailbox}@{self.domain}"


KESTREL = CompanyData(
    "kestrel",
    "Kestrel Cafés",
    "Kestrel Cafés Ltd",
    "kestrelcafes.example",
    "GB 318 4402 71",
    "14 Weir Street\nBristol\nBS1 4QT",
    "#7a3e1d",
    "Kestrel Cafés Ltd · Registered in England 09914402 · Sort code 20-00-00, account 73314420",
    people.KESTREL,
    products.KESTREL,
    (
        ContactData(
            "Avon Dairies", "supplier", "orders@avondairies.example", "Bath", "3 Mill Lane"
        ),
        ContactData(
            "Crumb & Co Bakery",
            "supplier",
            "hello@crumbandco.example",
            "Bristol",
            "88 North Street",
        ),
        ContactData(
            "Northgate Refrigeration",
            "supplier",
            "service@northgate.example",
            "Cardiff",
            "Unit 6, Dock Road",
        ),
        ContactData(
            "Clifton Events", "customer", "accounts@cliftonevents.example", "Bristol", "2 The Mall"
        ),
        ContactData(
            "Severnside Offices",
            "customer",
            "facilities@severnside.example",
            "Bristol",
            "Temple Quay House",
        ),
    ),
)
HARBOUR = CompanyData(
    "harbour",
    "Harbour Roasters",
    "Harbour Coffee Roasters Ltd",
    "harbourroasters.example",
    "GB 277 9031 58",
    "Pier 4, Quay Road\nFalmouth\nTR11 3XA",
    "#0f4c5c",
    "Harbour Coffee Roasters Ltd · Registered in England 07720931 · "
    "Sort code 30-00-00, account 55109312",
    people.HARBOUR,
    products.HARBOUR,
    (
        ContactData(
            "Seagrove Hotel", "customer", "kitchen@seagrove.example", "Penzance", "Promenade 21"
        ),
        ContactData(
            "The Copper Kettle", "customer", "orders@copperkettle.example", "Truro", "7 River Walk"
        ),
        ContactData(
            "Moorland Farm Shops", "customer", "buying@moorland.example", "Exeter", "40 High Street"
        ),
        ContactData(
            "Volcafé Trading", "supplier", "uk@volcafe.example", "London", "9 Mincing Lane"
        ),
        ContactData(
            "Cornish Couriers",
            "supplier",
            "bookings@cornishcouriers.example",
            "Redruth",
            "Unit 2, Station Yard",
        ),
    ),
)
TERN = CompanyData(
    "tern",
    "Tern Paper Goods",
    "Tern Paper Goods Ltd",
    "ternpaper.example",
    "GB 402 1187 36",
    "Unit 11, Estuary Park\nHull\nHU9 1NT",
    "#2f6f4f",
    "Tern Paper Goods Ltd · Registered in England 11021187 · Sort code 40-00-00, account 20118736",
    people.TERN,
    products.TERN,
    (
        ContactData(
            "Bluebird Bakeries", "customer", "purchasing@bluebird.example", "York", "5 Coney Street"
        ),
        ContactData(
            "Fell & Field", "customer", "office@fellandfield.example", "Leeds", "118 Canal Road"
        ),
        ContactData("Humber Pulp", "supplier", "sales@humberpulp.example", "Goole", "Mill Quay"),
    ),
)
COMPANIES = (KESTREL, HARBOUR, TERN)
