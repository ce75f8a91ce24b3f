"""The query language: read into SQL over the store, or refused as QuickBooks refuses it."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.quickbooks.company import Body, Company, folded
from sandbox.quickbooks.errors import Wrong
from sandbox.quickbooks.fields import DOCUMENTS, FIELDS, LISTS, PARTIES_OF, QUERYABLE
from sandbox.quickbooks.times import instant

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<op><=|>=|=|<|>|\(|\)|,)"
    r"|(?P<word>[A-Za-z0-9_.*+:-]+(?:\(\*\))?)|(?P<wrong>\S))"
)
OPERATORS = {"=", "<", ">", "<=", ">="}
TIMES = {"MetaData.CreateTime": "created", "MetaData.LastUpdatedTime": "updated"}
MOST, USUAL, LONGEST = 1000, 100, 20_000
INACTIVE = ("TaxCode", "TaxRate")
FINDABLE = {"DisplayName": "party", "DocNumber": "DocNumber.{}", "Name": "name.{}"}


@dataclass(slots=True)
class Query:
    """A statement, read."""

    entity: str
    count: bool = False
    fields: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    start: int = 1
    most: int = USUAL
    by_active: bool = False
    properties: list[str] = field(default_factory=list)


class Parser:
    """Reads one statement, token by token."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise _parse("the statement is too long")
        self.tokens: list[tuple[str, str]] = []
        text = text.strip()
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None or found.lastgroup == "wrong":
                raise _parse(f'Encountered "{text[at : at + 20]}" at line 1, column {at + 1}')
            self.tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
            at = found.end()
            if not text[at:].strip():
                break
        self.at = 0

    def peek(self) -> str:
        """The next word in upper case, or nothing."""
        if self.at >= len(self.tokens):
            return ""
        kind, text = self.tokens[self.at]
        return text.upper() if kind != "text" else "'"

    def take(self) -> tuple[str, str]:
        """The next token."""
        if self.at >= len(self.tokens):
            raise _parse('Encountered "<EOF>"')
        self.at += 1
        return self.tokens[self.at - 1]

    def want(self, *words: str) -> None:
        """These words come next."""
        for word in words:
            kind, text = self.take()
            if kind == "text" or text.upper() != word:
                raise _parse(f'Encountered "{text[:40]}". Was expecting: "{word.lower()}"')

    def statement(self) -> Query:
        """The whole of it."""
        self.want("SELECT")
        fields = self._fields()
        kind, entity = self.take()
        if kind != "word" or entity not in QUERYABLE:
            raise Wrong("4001", f"QueryValidationError: Invalid entity {entity[:40]}")
        query = Query(entity, count=[one.upper() for one in fields] == ["COUNT(*)"], fields=fields)
        if self.peek() == "WHERE":
            self.want("WHERE")
            self._condition(query)
            while self.peek() == "AND":
                self.want("AND")
                self._condition(query)
        self._tail(query)
        return query

    def _fields(self) -> list[str]:
        fields = []
        while True:
            kind, text = self.take()
            if kind != "word":
                raise _parse(f'Encountered "{text[:40]}"')
            if text.upper() == "COUNT" and self.peek() == "(":
                self.want("(", "*", ")")
                text = "COUNT(*)"
            fields.append(text)
            if self.peek() != ",":
                self.want("FROM")
                return fields
            self.want(",")

    def _tail(self, query: Query) -> None:
        while self.at < len(self.tokens):
            word = self.peek()
            if word in ("ORDERBY", "ORDER"):
                self.want(*(("ORDERBY",) if word == "ORDERBY" else ("ORDER", "BY")))
                self._order(query)
                while self.peek() == ",":
                    self.want(",")
                    self._order(query)
            elif word == "STARTPOSITION":
                self.want("STARTPOSITION")
                query.start = self._number(1)
            elif word == "MAXRESULTS":
                self.want("MAXRESULTS")
                query.most = min(self._number(0), MOST)
            else:
                raise _parse(f'Encountered "{self.take()[1][:40]}"')

    def _number(self, least: int) -> int:
        _kind, text = self.take()
        text = text.strip("'")
        if not re.fullmatch(r"-?\d{1,9}", text):
            raise _parse(f'Encountered "{text[:40]}". Was expecting a number')
        if int(text) < least:
            said = f"value {text} is too small. Min allowed value is {least}"
            raise Wrong("4001", f"QueryValidationError: {said}")
        return int(text)

    def _order(self, query: Query) -> None:
        name = self._property(query)
        down = False
        if self.peek() in ("ASC", "DESC"):
            down = self.take()[1].upper() == "DESC"
        query.order.append(_sql(query, name) + (" DESC" if down else ""))

    def _property(self, query: Query) -> str:
        kind, name = self.take()
        first = name.split(".", maxsplit=1)[0]
        known = {*FIELDS[query.entity], "Id", "SyncToken", "MetaData"}
        if kind != "word" or first not in known or not re.fullmatch(r"[\w.]+", name):
            raise Wrong("4001", f"QueryValidationError: Property {name[:40]} not found for Entity")
        query.properties.append(name)
        return name

    def _condition(self, query: Query) -> None:
        name = self._property(query)
        if name == "Active":
            query.by_active = True
        kind, operator = self.take()
        operator = operator.upper()
        if operator == "IN":
            self.want("(")
            values = [self._value(query, name)]
            while self.peek() == ",":
                self.want(",")
                values.append(self._value(query, name))
            self.want(")")
            _compare(query, name, "IN", values)
        elif operator == "LIKE" or (kind == "op" and operator in OPERATORS):
            _compare(query, name, operator, [self._value(query, name)])
        else:
            raise _parse(f'Encountered "{operator[:40]}". Was expecting an operator')

    def _value(self, query: Query, name: str) -> Any:
        kind, text = self.take()
        if kind == "op":
            raise _parse(f'Encountered "{text}". Was expecting a value')
        if kind == "text":
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        return _typed(query.entity, name, text)


def _parse(said: str) -> Wrong:
    return Wrong("4000", f"QueryParserError: {said}")


def _typed(entity: str, name: str, text: str) -> Any:
    if name in TIMES:
        try:
            return instant(text.replace(" ", "+"))
        except ValueError as error:
            said = f"QueryValidationError: {text[:40]} is not a date and time"
            raise Wrong("4001", said) from error
    field_ = FIELDS[entity].get(name)
    if field_ is not None and field_.kind == "flag":
        if text.lower() not in ("true", "false"):
            raise Wrong("4001", f"QueryValidationError: {text[:40]} is not a boolean")
        return int(text.lower() == "true")
    if field_ is not None and field_.kind == "number":
        try:
            return float(text)
        except ValueError as error:
            said = f"QueryValidationError: {text[:40]} is not a number"
            raise Wrong("4001", said) from error
    return text


def _sql(query: Query, name: str) -> str:
    if name in TIMES:
        return TIMES[name]
    if name == "Id":
        return "id" if query.entity == "ExchangeRate" else "CAST(id AS INTEGER)"
    if name == "SyncToken":
        return "version"
    field_ = FIELDS[query.entity].get(name.split(".", maxsplit=1)[0])
    if field_ is not None and field_.kind == "ref" and "." not in name:
        name += ".value"
    return f"json_extract(body, '$.{name}') COLLATE NOCASE"


def _compare(query: Query, name: str, operator: str, values: list[Any]) -> None:
    if name == "Id" and operator in ("=", "IN"):
        query.where.append(f"id IN ({', '.join('?' * len(values))})")
        query.values += values
        return
    if name in FINDABLE and operator in ("=", "IN") and _found(query, name, values):
        return
    marks = f"({', '.join('?' * len(values))})" if operator == "IN" else "?"
    left = _sql(query, name)
    if operator == "LIKE":
        values = [str(one).replace("\\", "\\\\").replace("_", "\\_") for one in values]
        left, marks = left.removesuffix(" COLLATE NOCASE"), "? ESCAPE '\\'"
    query.where.append(f"{left} {operator} {marks}")
    query.values += [int(one) if name == "Id" and one.isdigit() else one for one in values]


def _found(query: Query, name: str, values: list[Any]) -> bool:
    """Use the keys that objects are found by instead of reading all of them."""
    if name == "DocNumber" and query.entity not in DOCUMENTS:
        return False
    if name == "DisplayName" and query.entity not in PARTIES_OF:
        return False
    if name == "Name":
        return False
    marks = ", ".join("?" * len(values))
    key = FINDABLE[name].format(query.entity)
    query.where.append(
        "id IN (SELECT id FROM lookup WHERE lookup.company = record.company AND name = ?"
        f" AND value IN ({marks}) AND lookup.kind = record.kind)"
    )
    query.values += [key, *(folded(one) if name == "DisplayName" else one for one in values)]
    return True


def run(company: Company, text: str) -> Body:
    """The QueryResponse of a statement. Raises Wrong (4000, 4001)."""
    query = Parser(text).statement()
    for name in query.fields:
        known = {*FIELDS[query.entity], "Id", "SyncToken", "MetaData", "*"}
        if not query.count and name.split(".", maxsplit=1)[0] not in known:
            raise Wrong("4001", f"QueryValidationError: Property {name[:40]} not found for Entity")
    if query.entity in LISTS and query.entity not in INACTIVE and not query.by_active:
        query.where.append("coalesce(json_extract(body, '$.Active'), 1)")
    where = " AND ".join(query.where)
    store = company.store
    if query.count:
        total = store.count(company.realm, query.entity, where=where, values=query.values)
        return {"totalCount": total}
    records = store.records(
        company.realm,
        query.entity,
        where=where,
        values=query.values,
        order=", ".join([*query.order, "CAST(id AS INTEGER), id"]),
        limit=query.most,
        offset=query.start - 1,
    )
    shown = company.shown_all(query.entity, records)
    if not shown:
        return {}
    if not any("*" in one for one in query.fields):
        wanted = {one.split(".", maxsplit=1)[0] for one in query.fields} | {
            "Id",
            "domain",
            "sparse",
        }
        shown = [{name: one[name] for name in one if name in wanted} for one in shown]
        for one in shown:
            one["sparse"] = True
    return {query.entity: shown, "startPosition": query.start, "maxResults": len(shown)}
