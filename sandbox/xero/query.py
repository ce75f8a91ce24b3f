"""`where` and `order` as SQL over the kept records: the part of .NET's language that is used.

Comparisons of a field with a constant (== != > >= < <=), AND, OR, brackets, DateTime(…),
Guid("…"), true, false, null, and .StartsWith .EndsWith .Contains of text.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.xero.problems import WrongQuery
from sandbox.xero.wire import read_day, read_moment

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)[mMdD]?(?![\w.])
    |(?P<sign>&&|\|\||==|!=|<>|>=|<=|=|>|<|\(|\)|,)|(?P<name>\.?[A-Za-z_][\w.]*))""",
    re.VERBOSE,
)
COMPARISONS = {"==": "=", "=": "=", "!=": "<>", "<>": "<>"} | {s: s for s in (">", ">=", "<", "<=")}
FLIPPED = {"=": "=", "<>": "<>", ">": "<", ">=": "<=", "<": ">", "<=": ">="}
PATTERNS = {"StartsWith": "{}%", "EndsWith": "%{}", "Contains": "%{}%"}
LONGEST, DEEPEST = 10_000, 50

# Fields that live in another record: the kind to look into and the step that holds its id.
JOINED = {
    "Contact": ("contact", "ContactID"),
    "Account": ("account", "AccountID"),
    "BankAccount": ("account", "AccountID"),
    "Invoice": ("invoice", "InvoiceID"),
    "CreditNote": ("credit_note", "CreditNoteID"),
    "FromBankAccount": ("account", "AccountID"),
    "ToBankAccount": ("account", "AccountID"),
}
Fields = Mapping[str, str]  # name: "text", "number", "boolean", "day", "moment", "guid" or "object"


def column(name: str, fields: Fields) -> tuple[str, str]:
    """The SQL of a field and its type. Raises WrongQuery."""
    first, _, rest = name.partition(".")
    if name in ("UpdatedDateUTC", "CreatedDateUTC"):
        return ("updated" if name.startswith("Up") else "created"), "moment"
    if not rest and name in fields and fields[name] != "object":
        return f"json_extract(body, '$.{name}')", fields[name]
    if first in fields and first in JOINED and re.fullmatch(r"[A-Za-z]{1,40}", rest):
        kind, id_field = JOINED[first]
        held = f"json_extract(record.body, '$.{first}.{id_field}')"
        if rest == id_field:
            return held, "guid"
        found = f"SELECT json_extract(other.body, '$.{rest}') FROM record AS other WHERE"
        found += f" other.company = record.company AND other.kind = '{kind}'"
        return f"({found} AND other.id = {held})", "text"
    raise WrongQuery(f"No property or field '{name}' exists")


class Where:
    """Reads a filter; `sql` and `values` are what it says."""

    def __init__(self, text: str, fields: Fields) -> None:
        if len(text) > LONGEST:
            raise WrongQuery("The filter is too long")
        self.fields, self.values = fields, []  # type: tuple[Fields, list[Any]]
        self._tokens, self._at, self._depth = _tokens(text), 0, 0
        self.sql = self._any()
        if self._at != len(self._tokens):
            raise WrongQuery(f"Syntax error at '{self._tokens[self._at][1]}'")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, *wanted: str) -> tuple[str, str]:
        token = self._peek()
        if wanted and token[1] not in wanted:
            raise WrongQuery(f"'{wanted[0]}' expected")
        self._at += 1
        return token

    def _any(self) -> str:
        parts = [self._all()]
        while self._peek()[1].upper() in ("OR", "||"):
            self._take()
            parts.append(self._all())
        return f"({' OR '.join(parts)})"

    def _all(self) -> str:
        parts = [self._one()]
        while self._peek()[1].upper() in ("AND", "&&"):
            self._take()
            parts.append(self._one())
        return f"({' AND '.join(parts)})"

    def _one(self) -> str:
        if self._peek() == ("sign", "("):
            self._depth += 1
            if self._depth > DEEPEST:
                raise WrongQuery("The filter is too deep")
            self._take()
            inner = self._any()
            self._take(")")
            return inner
        left = self._operand()
        token = self._peek()
        if left[0] == "call" or token[1] not in COMPARISONS:
            return self._bare(left)
        self._take()
        right, sign = self._operand(), COMPARISONS[token[1]]
        if left[0] == "constant":
            left, right, sign = right, left, FLIPPED[sign]
        if left[0] != "field" or right[0] != "constant":
            raise WrongQuery("Compare a field with a value")
        return self._compared(left[1], sign, right[1])

    def _bare(self, operand: tuple[str, Any]) -> str:
        if operand[0] == "call":
            return str(operand[1])
        if operand[0] == "field":
            sql, kind = column(operand[1], self.fields)
            if kind == "boolean":
                return f"{sql} = 1"
        raise WrongQuery("Expression of type 'Boolean' expected")

    def _compared(self, name: str, sign: str, value: Any) -> str:
        sql, kind = column(name, self.fields)
        if value is None:
            return f"{sql} IS {'NOT ' if sign == '<>' else ''}NULL"
        fitting: dict[str, tuple[type, ...]] = {
            "number": (int, float),
            "boolean": (bool,),
            "day": (datetime,),
        }
        fitting |= {"moment": (datetime,), "text": (str,), "guid": (str,)}
        fits = isinstance(value, fitting[kind])
        if not fits or (kind == "number" and isinstance(value, bool)):
            raise WrongQuery(f"Operator '{sign}' incompatible with operand types of '{name}'")
        if isinstance(value, datetime):
            value = value.timestamp() if kind == "moment" else value.date().isoformat()
        elif kind == "guid":
            value = str(value).lower()
        elif kind == "text":
            sql += " COLLATE NOCASE"
        self.values.append(value)
        return f"coalesce({sql} {sign} ?, {int(sign == '<>')})"

    def _operand(self) -> tuple[str, Any]:
        """("field", name), ("constant", value) or ("call", sql)."""
        kind, text = self._take()
        if kind == "text":
            return "constant", re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "number":
            return "constant", float(text)
        if kind != "name":
            raise WrongQuery(f"Syntax error at '{text}'" if text else "Expression expected")
        if text.lower() in ("true", "false", "null"):
            return "constant", {"true": True, "false": False, "null": None}[text.lower()]
        if self._peek() == ("sign", "("):
            return self._called(text)
        return "field", text.removesuffix(".Value")

    def _called(self, name: str) -> tuple[str, Any]:
        self._take("(")
        given: list[Any] = []
        while self._peek()[1] != ")":
            found, value = self._operand()
            if found != "constant":
                raise WrongQuery("Constants only")
            given.append(value)
            if self._peek()[1] == ",":
                self._take()
        self._take(")")
        if name.lower() in ("datetime", "datetime.parse", "guid", "guid.parse"):
            return "constant", _constant(name.lower(), given)
        field, _, method = name.rpartition(".")
        if method in ("ToLower", "ToUpper", "ToString") and not given and field:
            return self._followed(field)
        return "call", self._matched(field, method, given)

    def _followed(self, field: str) -> tuple[str, Any]:
        kind, text = self._peek()
        if kind == "name" and text.startswith("."):
            self._take()
            return self._called(field + text)
        return "field", field

    def _matched(self, field: str, method: str, given: list[Any]) -> str:
        if method not in PATTERNS or not field or [type(one) for one in given] != [str]:
            raise WrongQuery(f"No applicable method '{method or field}' exists")
        sql, kind = column(field, self.fields)
        if kind not in ("text", "guid"):
            raise WrongQuery(f"No applicable method '{method}' exists")
        plain = re.sub(r"([%_\\])", r"\\\1", given[0])
        self.values.append(PATTERNS[method].format(plain))
        return f"coalesce({sql} LIKE ? ESCAPE '\\', 0)"


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise WrongQuery(f"Syntax error at position {at}")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        at = match.end()
    return found


def _constant(name: str, given: list[Any]) -> Any:
    try:
        if name.startswith("guid"):
            (text,) = given
            return str(text).lower()
        if name == "datetime.parse":
            (text,) = given
            return read_moment(str(text))
        return datetime(*(int(part) for part in given), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise WrongQuery(f"{name} cannot be read") from error


def order(text: str, fields: Fields) -> str:
    """`Date DESC, InvoiceNumber` as SQL; by last change when nothing is asked."""
    parts = []
    for part in text.split(",") if text.strip() else []:
        name, _, way = part.strip().partition(" ")
        if way.strip().upper() not in ("", "ASC", "DESC", "ASCENDING", "DESCENDING"):
            raise WrongQuery(f"Syntax error in order at '{way}'")
        sql, _kind = column(name, fields)
        parts.append(f"{sql} {'DESC' if way.strip().upper().startswith('DESC') else 'ASC'}")
    if len(parts) > 5:
        raise WrongQuery("At most 5 fields in order")
    return ", ".join([*parts, "updated", "id"])


def modified_since(text: str) -> float | None:
    """The If-Modified-Since header, ISO or as in RFC 1123; what cannot be read is ignored."""
    for read in (read_moment, _rfc_moment):
        try:
            return read(text.strip()).timestamp() // 1
        except ValueError:
            continue
    return None


def _rfc_moment(text: str) -> datetime:
    return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)


def day_or_none(text: str | None) -> str | None:
    """A day in a parameter. Raises WrongQuery."""
    if not text:
        return None
    try:
        return read_day(text)
    except ValueError as error:
        raise WrongQuery(f"'{text[:40]}' is not a date") from error
