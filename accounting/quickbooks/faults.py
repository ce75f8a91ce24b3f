"""Reading what QuickBooks answers when it refuses, and what is done about it.

Faults come in several shapes: `Fault` (also with status 200), lower-case `fault` with 401, XML with
429, HTML from a gateway. Codes are Intuit's; `003200` is 3200.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounting.domain.answers import Fix, Verdict
from accounting.domain.states import Action, Who


@dataclass(frozen=True, slots=True)
class FaultError:
    """One error of a fault."""

    code: str
    message: str
    detail: str = ""
    element: str = ""

    @property
    def text(self) -> str:
        """What QuickBooks says, for the reader's details."""
        return " ".join((self.detail or self.message).split())[:500]


_XML_ERROR = re.compile(
    r"<Error\b[^>]*?code=[\"'](\d+)[\"'][^>]*>(.*?)</Error>", re.DOTALL | re.IGNORECASE
)
_TAGS = re.compile(r"<[^>]+>")


def errors_of(body: Any) -> list[FaultError]:
    """Every error in a parsed answer; [] when it holds none."""
    if not isinstance(body, Mapping):
        return []
    fault = next((body[key] for key in body if str(key).lower() == "fault"), None)
    if not isinstance(fault, Mapping):
        return []
    found = next((fault[key] for key in fault if str(key).lower() == "error"), None)
    rows = found if isinstance(found, list) else [found]
    return [_error(row) for row in rows if isinstance(row, Mapping)]


def _error(row: Mapping[Any, Any]) -> FaultError:
    known = {str(key).lower(): value for key, value in row.items()}
    message = str(known.get("message") or "")
    return FaultError(
        _code(str(known.get("code") or ""), message),
        message,
        str(known.get("detail") or ""),
        str(known.get("element") or ""),
    )


def _code(code: str, message: str) -> str:
    inner = re.search(r"errorCode=(\d+)", message)
    digits = inner.group(1) if inner and not code.strip("0") else code
    return digits.lstrip("0") or digits


def errors_of_text(text: str) -> list[FaultError]:
    """Errors of an answer that is not JSON: XML of the same meaning, else none."""
    return [
        FaultError(_code(code, inner), _TAGS.sub(" ", inner).strip()[:500])
        for code, inner in _XML_ERROR.findall(text[:20_000])
    ]


def parse(content: bytes) -> Any:
    """JSON with exact numbers, or None when it is none."""
    try:
        return json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


_D = "QuickBooks says: “{text}”"
# code → (what to do, our code, sentence, who, where it leads). `{text}` is QuickBooks' own.
TABLE: Mapping[str, tuple[Action, str, str, Who, str]] = {
    "100": (Action.REFRESH, "signed_out", "Reconnect QuickBooks.", Who.USER, "reconnect"),
    "110": (Action.REFRESH, "signed_out", "Reconnect QuickBooks.", Who.USER, "reconnect"),
    "3200": (Action.REFRESH, "signed_out", "Reconnect QuickBooks.", Who.USER, "reconnect"),
    "120": (
        Action.RECONNECT,
        "rights_lost",
        (
            "The person who connected QuickBooks no longer has the right to. An admin of the "
            "QuickBooks company has to reconnect it."
        ),
        Who.ADMIN,
        "reconnect",
    ),
    "3100": (
        Action.RECONNECT,
        "not_authorised",
        "QuickBooks no longer lets Wharf into this company. Reconnect it.",
        Who.USER,
        "reconnect",
    ),
    "3001": (Action.COOL_DOWN, "too_many_calls", "QuickBooks asked for a pause.", Who.NOBODY, ""),
    "500": (
        Action.FAIL,
        "not_understood",
        f"QuickBooks did not understand this. {_D}",
        Who.OPERATOR,
        "",
    ),
    "610": (
        Action.ATTENTION,
        "inactive_reference",
        (
            "Something that this refers to is inactive or was deleted in QuickBooks. Make it "
            f"active there, or map it to another, then retry. {_D}"
        ),
        Who.USER,
        "mapping",
    ),
    "620": (
        Action.ATTENTION,
        "cannot_be_linked",
        (
            "QuickBooks will not apply this to that document: it is paid already, or belongs to "
            f"another contact or currency. {_D}"
        ),
        Who.USER,
        "",
    ),
    "2010": (
        Action.FAIL,
        "unknown_property",
        f"Wharf sent something unknown. {_D}",
        Who.OPERATOR,
        "",
    ),
    "2020": (
        Action.FAIL,
        "missing_property",
        f"QuickBooks misses something. {_D}",
        Who.OPERATOR,
        "",
    ),
    "2050": (
        Action.ATTENTION,
        "too_long",
        f"A text is longer than QuickBooks allows. Shorten it, then retry. {_D}",
        Who.USER,
        "document",
    ),
    "2080": (
        Action.FAIL,
        "bad_number",
        f"A number is not as QuickBooks wants it. {_D}",
        Who.OPERATOR,
        "",
    ),
    "2170": (
        Action.FAIL,
        "bad_value",
        f"A value is not one that QuickBooks knows. {_D}",
        Who.OPERATOR,
        "",
    ),
    "2210": (
        Action.ATTENTION,
        "bad_email",
        "QuickBooks does not take this e-mail address. Correct it on the contact, then retry.",
        Who.USER,
        "document",
    ),
    "2500": (
        Action.ATTENTION,
        "unknown_reference",
        (
            "Something that this refers to does not exist in QuickBooks any more. Reload the "
            f"lists, map it again, then retry. {_D}"
        ),
        Who.USER,
        "mapping",
    ),
    "4000": (Action.FAIL, "bad_query", f"Wharf asked wrongly. {_D}", Who.OPERATOR, ""),
    "4001": (Action.FAIL, "bad_query", f"Wharf asked wrongly. {_D}", Who.OPERATOR, ""),
    "5000": (Action.FAIL, "not_supported", _D, Who.OPERATOR, ""),
    "5010": (
        Action.REREAD,
        "changed_there",
        "It was changed in QuickBooks at the same time. Compare both, then choose.",
        Who.USER,
        "document",
    ),
    "5020": (
        Action.ATTENTION,
        "not_in_plan",
        (
            "The QuickBooks plan does not have this feature. It needs Plus or Advanced; or switch "
            f"this export off in the settings. {_D}"
        ),
        Who.USER,
        "settings",
    ),
    "5030": (Action.FAIL, "not_supported", _D, Who.OPERATOR, ""),
    "6000": (Action.ATTENTION, "business_rule", f"QuickBooks refused it. {_D}", Who.USER, ""),
    "6010": (Action.FAIL, "account_type_missing", _D, Who.OPERATOR, ""),
    "6070": (Action.FAIL, "amounts_do_not_multiply", _D, Who.OPERATOR, ""),
    "6080": (Action.ATTENTION, "no_name", f"It has no name. {_D}", Who.USER, "document"),
    "6090": (Action.FAIL, "discount", _D, Who.OPERATOR, ""),
    "6100": (
        Action.ATTENTION,
        "tax_code",
        (
            "QuickBooks does not take this tax code here. Check how the tax rule is mapped, then "
            f"retry. {_D}"
        ),
        Who.USER,
        "taxes",
    ),
    "6140": (
        Action.ADOPT,
        "number_taken",
        (
            "QuickBooks has another document with this number. Match it, or change one of the "
            f"numbers, then retry. {_D}"
        ),
        Who.USER,
        "match",
    ),
    "6190": (
        Action.PAUSE,
        "subscription_ended",
        "The QuickBooks subscription is not active. Once it is, press Resume.",
        Who.ADMIN,
        "resume",
    ),
    "6210": (
        Action.ATTENTION,
        "period_closed",
        (
            "The books in QuickBooks are closed for this date. Reopen the period there and retry, "
            "or skip this document. QuickBooks does not tell the day: write it under Settings, "
            "General, and such documents are not tried again. Wharf never changes its date by "
            f"itself. {_D}"
        ),
        Who.USER,
        "",
    ),
    "6240": (
        Action.ADOPT,
        "name_taken",
        (
            "QuickBooks has another customer, supplier, employee or product with this name. Link "
            f"it, or rename one of them, then retry. {_D}"
        ),
        Who.USER,
        "match",
    ),
    "6250": (
        Action.ATTENTION,
        "unknown_customer",
        "QuickBooks does not know the customer of this. Match the customer, then retry.",
        Who.USER,
        "match",
    ),
    "6540": (
        Action.ATTENTION,
        "deposited",
        (
            "The payment is part of a bank deposit in QuickBooks. Take it out of the deposit "
            "there, then retry."
        ),
        Who.USER,
        "",
    ),
    "6560": (Action.FAIL, "no_customer", _D, Who.OPERATOR, ""),
    "10000": (Action.RETRY, "trouble_there", "QuickBooks has a fault of its own.", Who.NOBODY, ""),
}
_OTHER = re.compile(r"TxnId=(\w+)|\bId=(\w+)")


def verdict_of(errors: Sequence[FaultError], status: int, *, writes: bool) -> Verdict:
    """What to do about a refusal. The gravest known error decides; all are shown."""
    text = "; ".join(error.text for error in errors)[:1000]
    for error in errors:
        known = TABLE.get(error.code)
        if known is None:
            continue
        action, code, sentence, who, fix = known
        if error.code == "5010" and "closed" in error.text.lower():
            action, code, sentence, who, fix = TABLE["6210"]
        other = _OTHER.search(f"{error.message} {error.detail}")
        return Verdict(
            action,
            code,
            sentence.replace("{text}", text),
            who,
            Fix(fix) if fix else None,
            seconds=60 if action == Action.COOL_DOWN else None,
            other_id=next((part for part in other.groups() if part), "") if other else "",
        )
    return _by_status(status, text, writes=writes)


def _by_status(status: int, text: str, *, writes: bool) -> Verdict:
    if status == 401:
        return Verdict(Action.REFRESH, "signed_out", "Reconnect QuickBooks.", fix=Fix("reconnect"))
    if status == 403:
        return Verdict(
            Action.PAUSE,
            "forbidden",
            f"QuickBooks does not let Wharf do this. Check the company there, then resume. {text}",
            Who.ADMIN,
            Fix("resume"),
        )
    if status == 429:
        return Verdict(Action.COOL_DOWN, "too_many_calls", TABLE["3001"][2], Who.NOBODY, seconds=60)
    if status >= 500 or status == 200:
        return unknown() if writes else trouble()
    return Verdict(Action.ATTENTION, "refused", f"QuickBooks refused it: “{text or status}”.")


def unknown() -> Verdict:
    """The answer was lost: it may have been done, so it is looked up before it is sent again."""
    return Verdict(
        Action.LOOK_UP,
        "answer_lost",
        "QuickBooks' answer was lost. Wharf looks whether it arrived before it sends it again.",
        Who.NOBODY,
    )


def trouble() -> Verdict:
    """A read came to nothing."""
    return Verdict(
        Action.RETRY,
        "trouble_there",
        "QuickBooks does not answer as it should. Wharf tries again by itself.",
        Who.NOBODY,
        seconds=30,
    )
