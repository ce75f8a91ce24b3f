"""Whether a body is one: known properties, right kinds, lengths, numbers and choices.

What comes out is clean: numbers are Decimals, empty values and those that QuickBooks sets itself
are left out. References are not looked up here.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.quickbooks.errors import Errors, Wrong, check, error
from sandbox.quickbooks.fields import ENUMS, ENUMS_OF, FIELDS, IGNORED, Field

DEEPEST = 12
LARGEST = Decimal(10) ** 15
FINEST = Decimal("1E-10")
MOST_LINES = 1000

Body = dict[str, Any]


def sound(value: Any, depth: int = 0) -> None:
    """Refuse what no text field can hold, and what is nested too deeply. Raises Wrong."""
    if depth > DEEPEST:
        raise Wrong("2010", "Property Name: the request is nested too deeply")
    if isinstance(value, dict):
        for name, inner in value.items():
            sound(name, depth + 1)
            sound(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            sound(inner, depth + 1)
    elif isinstance(value, str):
        if "\x00" in value or any("\ud800" <= one <= "\udfff" for one in value):
            raise Wrong("2010", "Property Name: an unsupported character was supplied")
    elif isinstance(value, float) or (isinstance(value, Decimal) and not value.is_finite()):
        raise Wrong("2080", "Illegal number format")


def clean(entity: str, body: Any) -> Body:
    """A whole object. Raises Wrong with everything that is wrong."""
    if not isinstance(body, dict):
        raise Wrong("2010", "Property Name: an object is expected")
    sound(body)
    errors: Errors = []
    ignored = IGNORED["*"] | IGNORED.get(entity, set())
    if entity == "Attachable":
        ignored = ignored - {"AttachableRef"}
    given = {name: value for name, value in body.items() if name not in ignored}
    cleaned = fields_of(entity, given, errors, "")
    check(errors)
    return cleaned


def fields_of(table: str, body: Any, errors: Errors, where: str) -> Body:
    """The known properties of an object; what is wrong with them is added to `errors`."""
    cleaned: Body = {}
    if not isinstance(body, dict):
        errors.append(error("2010", "Property Name: an object is expected", where))
        return cleaned
    known = FIELDS[table]
    for name, value in body.items():
        field = known.get(name)
        if field is None:
            said = f'Property Name:Unrecognized field "{name[:60]}" is specified is unsupported'
            errors.append(error("2010", f"{said} or invalid", name[:60]))
        elif field.read_only or value is None or value == "":
            continue
        elif table == "Line" and value == []:
            continue  # clients send empty lists, which are not shown
        else:
            read = _read(table, field, value, errors)
            if read is not None:
                cleaned[name] = read
    return cleaned


def needed(entity: str, body: Body) -> None:
    """Refuse a new object without what it needs. Raises Wrong."""
    missing = [
        error("2020", f"Required parameter {field.name} is missing in the request", field.name)
        for field in FIELDS[entity].values()
        if field.needed and field.name not in body
    ]
    check(missing)


def number(value: Any) -> Decimal | None:
    """A number given as one or as text, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = Decimal(value.strip())
        except ArithmeticError:
            return None
    if not isinstance(value, int | Decimal):
        return None
    found = Decimal(value)
    if not found.is_finite() or abs(found) >= LARGEST:
        return None
    exponent = found.as_tuple().exponent
    return found.quantize(FINEST) if isinstance(exponent, int) and exponent < -10 else found


def _read(table: str, field: Field, value: Any, errors: Errors) -> Any:  # noqa: PLR0911
    match field.kind:
        case "text":
            return _text(table, field, value, errors)
        case "number":
            found = number(value)
            if found is None:
                errors.append(error("2080", f"Illegal number format for {field.name}", field.name))
            return found
        case "flag":
            return _flag(field, value, errors)
        case "date":
            return _date(field, value, errors)
        case "ref":
            return _ref(field, value, errors)
        case "party":
            return _party(field, value, errors)
        case "list":
            return _list(field, value, errors)
        case "object":
            if isinstance(value, dict):
                return value
            errors.append(error("2010", f"Property Name:{field.name} is invalid", field.name))
            return None
        case _:
            return _part(table, field, value, errors)


def _text(table: str, field: Field, value: Any, errors: Errors) -> str | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        errors.append(error("2010", f"Property Name:{field.name} is invalid", field.name))
        return None
    choices = ENUMS_OF.get((table, field.name)) or ENUMS.get(field.name)
    if choices and value not in choices:
        said = f"Invalid Enumeration : {value[:60]} is not one of {', '.join(choices)}"
        errors.append(error("2170", said, field.name))
        return None
    if field.longest and len(value) > field.longest:
        said = f"Length of the field exceeds {field.longest} chars"
        errors.append(error("2050", said, field.name))
        return None
    return value


def _flag(field: Field, value: Any, errors: Errors) -> bool | None:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    errors.append(error("2010", f"Property Name:{field.name} is invalid", field.name))
    return None


def _date(field: Field, value: Any, errors: Errors) -> str | None:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        errors.append(error("2080", f"Invalid date format for {field.name}", field.name))
        return None


def _ref(field: Field, value: Any, errors: Errors) -> Body | None:
    if isinstance(value, dict):
        given = value.get("value")
        if given is None or given == "":
            return None
        if isinstance(given, str | int) and not isinstance(given, bool) and len(str(given)) <= 50:
            return {"value": str(given)}
    errors.append(error("2010", f"Property Name:{field.name} is invalid", field.name))
    return None


def _party(field: Field, value: Any, errors: Errors) -> Body | None:
    """A reference that says whether it is to a customer, a vendor or an employee."""
    ref = _ref(field, value, errors)
    kind = value.get("type") if isinstance(value, dict) else None
    if ref is not None and kind not in (None, ""):
        if kind not in ("Customer", "Vendor", "Employee"):
            errors.append(error("2170", f"Invalid Enumeration : {str(kind)[:40]}", field.name))
            return None
        ref["type"] = kind
    return ref


def _list(field: Field, value: Any, errors: Errors) -> list[Any] | None:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        errors.append(error("2010", f"Property Name:{field.name} is invalid", field.name))
        return None
    if len(value) > MOST_LINES:
        said = f"{field.name}: at most {MOST_LINES} are supported"
        errors.append(error("6000", said, field.name))
        return None
    if field.name == "LinkedTxn":
        value = [one for one in value if one.get("TxnId") not in (None, "", 0)]
        return [fields_of("LinkedTxn", one, errors, field.name) for one in value]
    return value


PARTS = {
    "email": ("Address", 100),
    "phone": ("FreeFormNumber", 30),
    "web": ("URI", 1000),
    "memo": ("value", 1000),
}


def _part(table: str, field: Field, value: Any, errors: Errors) -> Body | None:
    if not isinstance(value, dict):
        errors.append(error("2010", f"Property Name:{field.name} is invalid", field.name))
        return None
    if field.kind == "address":
        return fields_of("Address", value, errors, field.name) or None
    inner, longest = PARTS[field.kind]
    if value.get(inner) in (None, ""):
        return None
    as_field = Field(inner, "text", longest, needed=False, read_only=False)
    found = _text(table, as_field, value[inner], errors)
    if found is not None and field.kind == "email" and "@" not in found:
        errors.append(error("2210", f"Invalid Email Address format : {found}", field.name))
    return None if found is None else {inner: found}
