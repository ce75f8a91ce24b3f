"""Products: the list, one product, creating, changing, archiving."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST, require_safe

from hub.money import plain
from hub.ui.components import Link
from hub.ui.listing import listing_response, without_action
from inventory.forms.components import component_rows
from inventory.forms.products import (
    MinimumsForm,
    PartnerCodeForm,
    ProductForm,
    SupplierPriceForm,
    TierPricesForm,
)
from inventory.listings.opened import open_products
from inventory.models import LatestPrice, Product, ProductKind, SupplierPrice, TierPrice
from inventory.presenters.products import product_facts
from inventory.selectors import mappings, names_in_use, products_matching
from inventory.services.components import available_kits, available_of, components_of
from inventory.services.products import change_product, create_product, product_or_404
from inventory.stock_selectors import stock_by_location
from ledger.models import PriceTier
from tenants.access import errors_to, tenant_view
from tenants.domain.permissions import Area, Level
from tenants.request import membership_of
from tenants.selectors import MembershipInForce
from tenants.timeline import timeline_of

BACK = Link("Products", "/products/")
MOST_SUGGESTED = 20
MOST_CODES = 200


@require_safe
@tenant_view(Area.PRODUCTS)
def product_list(request: HttpRequest) -> HttpResponse:
    """Everything that is bought and sold."""
    may_edit = membership_of(request).can(Area.PRODUCTS, Level.EDIT)
    listing, rows = open_products(membership_of(request), request.GET)
    listing = listing if may_edit else without_action(listing)
    return listing_response(request, listing, rows, {"may_edit": may_edit})


@require_safe
@tenant_view(Area.PRODUCTS)
def product_lookup(request: HttpRequest) -> HttpResponse:
    """Products as options, for fields that name one."""
    text = request.GET.get("q", "").replace("\x00", "")
    found = products_matching(text)
    if "stock" in request.GET:
        found = found.filter(kind=ProductKind.STOCK)
    rows = found.order_by("sku_key")[:MOST_SUGGESTED]
    option = '<option value="{}" label="{}"></option>'
    return HttpResponse(format_html_join("", option, ((row.sku, row.name) for row in rows)))


@require_safe
@tenant_view(Area.PRODUCTS)
def product(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """One product: details, prices, partners' codes, what happened."""
    return product_page(request, product_or_404(product_id), PartnerCodeForm())


def product_page(
    request: HttpRequest,
    row: Product,
    form: PartnerCodeForm,
    *,
    minimums: MinimumsForm | None = None,
    tiers: TierPricesForm | None = None,
    asked: SupplierPriceForm | None = None,
    components: Any = None,
) -> HttpResponse:
    """The page, also with a code or a minimum that was refused."""
    member = membership_of(request)
    context = {
        "page_title": row.name,
        "page_lead": row.sku,
        "breadcrumbs": [BACK],
        "product": row,
        "facts": product_facts(row, member.organisation.base_currency),
        **_stock(row, member, minimums),
        **_kit(row, member, components),
        "tiers": tiers or tier_form(row, may_edit=member.can(Area.PRODUCTS, Level.EDIT)),
        "asked": asked or SupplierPriceForm(prefix="supplier"),
        "supplier_prices": SupplierPrice.objects.filter(product=row)
        .select_related("contact")
        .order_by("contact__name_key", "minimum_quantity")[:MOST_CODES],
        "latest": LatestPrice.objects.filter(product=row)
        .select_related("contact")
        .order_by("contact__name_key")[:MOST_CODES],
        "codes": mappings().filter(product=row).order_by("contact__name_key", "id")[:MOST_CODES],
        "form": form,
        "entries": timeline_of(row.id),
        "may_edit": member.can(Area.PRODUCTS, Level.EDIT),
    }
    forms = (form, minimums, tiers, asked, components)
    refused = any(one is not None and one.is_bound for one in forms)
    return render(request, "inventory/product.html", context, status=422 if refused else 200)


def tier_form(
    row: Product, data: QueryDict | None = None, *, may_edit: bool = True
) -> TierPricesForm:
    """The prices by tier as they are, or as posted."""
    prices = {
        f"tiers.{one.tier_id}": plain(one.price) for one in TierPrice.objects.filter(product=row)
    }
    tiers = PriceTier.objects.filter(is_active=True).order_by("name")
    return TierPricesForm(data, initial=prices, tiers=tiers, may_edit=may_edit)


def _stock(
    row: Product, member: MembershipInForce, minimums: MinimumsForm | None
) -> dict[str, Any]:
    """Stock by location with the fields of the minimums, for those who may see it."""
    if row.kind != ProductKind.STOCK or not member.can(Area.STOCK):
        return {}
    places = stock_by_location(row)
    if minimums is None:
        set_now = {
            f"minimums.{place.location.id}": plain(place.minimum)
            for place in places
            if place.minimum is not None
        }
        in_use = [place.location for place in places if place.location.is_active]
        minimums = MinimumsForm(initial=set_now, places=in_use)
    return {
        "places": [(place, minimums.field_of(place.location)) for place in places],
        "minimums": minimums,
        "sees_value": member.can(Area.LEDGER),
        "stock_totals": {
            name: sum(getattr(place, name) for place in places)
            for name in ("on_hand", "allocated", "available", "on_order", "in_transit", "value")
        },
    }


def _kit(row: Product, member: MembershipInForce, rows: Any) -> dict[str, Any]:
    """What a kit holds, and how many of it there are."""
    if row.kind != ProductKind.KIT:
        return {}
    held = components_of([row.id]).get(row.id, [])
    free = available_of(one.component_id for one in held)
    return {
        "is_kit": True,
        "held": [(one, free.get(one.component_id, 0)) for one in held],
        "kits": available_kits({row.id: held})[row.id],
        "components": component_rows(held=held) if rows is None else rows,
        "sees_stock": member.can(Area.STOCK),
    }


@tenant_view(Area.PRODUCTS, Level.EDIT)
def create(request: HttpRequest) -> HttpResponse:
    """A new product."""
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            made = create_product(form.values())
            messages.success(request, f"{made.sku} created.")
            return redirect("inventory:product", made.id)
    return _form_page(request, form, "New product", "Create product", BACK)


@tenant_view(Area.PRODUCTS, Level.EDIT)
def change(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Change a product."""
    row = product_or_404(product_id)
    form = ProductForm(request.POST or None, product=row)
    if request.method == "POST" and form.is_valid():
        with errors_to(form):
            saved = change_product(product_id, form.values())
            messages.success(request, f"{saved.sku} saved.")
            return redirect("inventory:product", product_id)
    back = Link(row.name, f"/products/{row.id}/")
    return _form_page(request, form, f"Edit {row.sku}", "Save product", back)


def _form_page(
    request: HttpRequest, form: ProductForm, title: str, save: str, back: Link
) -> HttpResponse:
    context = {
        "page_title": title,
        "page_form": True,
        "breadcrumbs": [BACK] if back is BACK else [BACK, back],
        "form": form,
        "names": names_in_use(),
        "save_label": save,
        "cancel_url": back.url,
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/product_form.html", context, status=status)


@require_POST
@tenant_view(Area.PRODUCTS, Level.EDIT)
def archive(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Hide a product from choices, or bring it back."""
    active = request.POST.get("active") == "yes"
    row = change_product(product_id, {"is_active": active})
    messages.success(request, f"{row.sku} {'restored' if active else 'archived'}.")
    return redirect("inventory:product", product_id)
