"""What nobody has verified at the vendor, each with a default: see sandbox/README.md."""

from sandbox.common.sandbox import Switch

SWITCHES: dict[str, Switch] = {
    "requests_a_minute": Switch(500, "Requests a minute and store; more are answered 429."),
    "retry_after": Switch(False, "429 carries a Retry-After header."),
    "auth_status": Switch(200, "HTTP status of `Invalid API Key`: 200, 401 or 403."),
    "bearer_status": Switch(401, "HTTP status at the gateway without a good bearer: 401 or 200."),
    "bearer_seconds": Switch(3600, "How long a bearer is good; older tokens have no end."),
    "refresh_rotates": Switch(True, "A refresh gives a new refresh token and ends the old one."),
    "code_seconds": Switch(600, "How long an access code is good."),
    "objects_for_one": Switch(
        ["StickyNotes", "Warning", "Error", "Written"],
        "Collections that are an object when they hold one; `Written` is the reply of Add and"
        " Update. Also known: Order, OrderLine, OrderPayment, ExtraOption, Item, WarehouseQuantity,"
        " Rma, RmaLine, Refund, Payment, Customer, Warehouse.",
    ),
    "empty_lists": Switch("blank", "Empty collections inside: blank, list, object or absent."),
    "no_match": Switch("list", "The root when nothing is found: list, blank, object or absent."),
    "empty_address_parts": Switch("absent", "Address fields without a value: absent or blank."),
    "keys_in_columns": Switch(False, "Add and Update reply {SKU: [a, b]} instead of [{SKU}, ...]."),
    "messages_in_a_list": Switch(False, "Messages is a list with one object."),
    "warnings_describe": Switch(False, "Warnings carry a Description as errors do."),
    "wrapped": Switch(False, "JSON has the root that XML has: {GetOrderResponse: {...}}."),
    "quantity_places": Switch(0, 'Decimals of quantities: 0 gives "2", 3 gives "2.000".'),
    "price_places": Switch(8, "Decimals of unit prices: 8 as observed, 3 as documented."),
    "page_one_is_first": Switch(False, "Page 0 and page 1 are the same page."),
    "short_pages": Switch(0, "Pages hold so many fewer than Limit although more follow."),
    "default_limit": Switch(10_000, "Rows of a page when no Limit is given."),
    "order_of_rows": Switch("newest", "GetOrder: newest, oldest, or updated (changed last first)."),
    "edited_between_pages": Switch(0, "So many orders are edited after each page of GetOrder."),
    "total_results": Switch(False, "Replies carry CurrentPage {TotalResults}."),
    "filter_required": Switch(False, "GetOrder without a filter or a selector is an error."),
    "images_flat": Switch(True, "Images is a list of pictures as observed; else {Image: [...]}."),
    "groups_in_lists": Switch(
        False, "PriceGroups, Categories, KitComponents and ItemSpecifics of items are in a list."
    ),
    "bare_lines": Switch(True, "OrderLine alone gives id, SKU and quantity; else every field."),
    "order_tax_has_shipping": Switch(True, "OrderTax includes the tax of shipping and surcharge."),
    "product_discount_per": Switch("line", "ProductDiscount is for the line, or for each unit."),
    "exporting_updates": Switch(True, "UpdateResults changes DateUpdated of what it marks."),
    "kit_parts": Switch(
        "replace", "SplitKitComponents: parts replace the kit, or stand beside it at 0 (beside)."
    ),
    "dates_are_local": Switch(True, "DateInvoiced and DateCompleted are days of the store's zone."),
    "approval_needed": Switch(True, "An order that is not approved cannot be packed or sent."),
    "payments_notify": Switch(False, "A payment sends an order notification too."),
    "notification_retry": Switch(
        60, "Seconds until an undelivered notification is sent again (0: never), five times."
    ),
    "cart_abandoned_after": Switch(3600, "Seconds after which an untouched cart is abandoned."),
    "stock_dates_items": Switch(False, "Stock moved by orders changes an item's DateUpdated."),
}
