"""Words and rules that every mapper shares: references, names, addresses, preferences."""

from typing import Any

from accounting.domain.answers import Fix, Unready, Verdict
from accounting.domain.outgoing import Document
from accounting.domain.states import Action
from accounting.engine.provider import Resolver
from accounting.quickbooks.settings_there import preference

NUMBER = 21
NOTE = 4000
FORBIDDEN = (":", "\\", "\t", "\n")
Payload = dict[str, Any]


def ref(value: str) -> dict[str, str]:
    """A reference."""
    return {"value": value}


def short_number(number: str) -> str:
    """At most 21 characters: the end of a longer number tells documents apart best."""
    return number[-NUMBER:]


def refuse(code: str, sentence: str, fix: str = "document") -> Unready:
    """What is raised when somebody has to mend it here first."""
    return Unready(Verdict(Action.ATTENTION, code, sentence, fix=Fix(fix)))


def checked_name(name: str, longest: int, what: str) -> str:
    """A name of at most `longest` characters; raises Unready for what QuickBooks forbids."""
    for character in FORBIDDEN:
        if character in name:
            shown = {"\t": "a tab", "\n": "a line break"}.get(character, f"“{character}”")
            raise refuse(
                "forbidden_character",
                f"The name of this {what} contains {shown}, which QuickBooks does not allow. "
                "Rename it, then retry.",
            )
    return name.strip()[:longest]


def address_of(text: str) -> Payload:
    """An address as lines of QuickBooks: five of them, of 500 characters each."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:5]
    return {f"Line{place}": line[:500] for place, line in enumerate(lines, start=1)}


def only(payload: Payload) -> Payload:
    """Without what is empty: QuickBooks keeps what it has for what is left out."""
    return {key: value for key, value in payload.items() if value not in (None, "", {}, [])}


def term_ref(term: Any, resolver: Resolver) -> Payload | None:
    """The mapped term, or nothing; raises Unready where it is not mapped."""
    found = resolver.term(term) if term is not None else ""
    return ref(found) if found else None


def pref(resolver: Resolver, *path: str) -> Any:
    """A preference of the company by its path, None where it is not told."""
    return preference(resolver.preferences, *path)


def several_currencies(document: Document, resolver: Resolver) -> bool:
    """Whether currencies are named; raises Unready for one that QuickBooks does not keep."""
    if pref(resolver, "CurrencyPrefs", "MultiCurrencyEnabled"):
        return True
    home = pref(resolver, "CurrencyPrefs", "HomeCurrency", "value")
    if home and document.currency and document.currency != home:
        raise refuse(
            "currency_off",
            f"This is in {document.currency}, and QuickBooks keeps {home} only. Turn on "
            "multicurrency in QuickBooks (Settings, Account and settings, Advanced), then retry.",
        )
    return False


def department_ref(document: Document, resolver: Resolver) -> Payload | None:
    """The location, where QuickBooks keeps locations."""
    if not document.department_key:
        return None
    if not pref(resolver, "AccountingInfoPrefs", "TrackDepartments"):
        return None
    found = resolver.named("department", document.department_key)
    return ref(found) if found else None


def class_ref(key: str, resolver: Resolver) -> Payload | None:
    """The class, where QuickBooks keeps classes."""
    if not key or not tracks_classes(resolver):
        return None
    found = resolver.named("class", key)
    return ref(found) if found else None


def tracks_classes(resolver: Resolver) -> bool:
    """Whether QuickBooks keeps classes, by document or by line."""
    where = ("ClassTrackingPerTxn", "ClassTrackingPerTxnLine")
    return any(pref(resolver, "AccountingInfoPrefs", name) for name in where)


def is_american(resolver: Resolver) -> bool:
    """American sales tax is per document: lines are taxable or not, and have no code."""
    return bool(resolver.preferences.get("country") == "US")
