"""What QuickBooks says when it refuses: its codes, words and the shapes they come in."""

from typing import Any

from sandbox.common.http import Answer, Refused
from sandbox.quickbooks.times import stamp

MESSAGES = {
    "500": "Unsupported Operation",
    "600": "Invalid Number",
    "610": "Object Not Found",
    "620": "Transaction cannot be linked",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2050": "Length exceeds limit",
    "2080": "Illegal number format",
    "2090": "Invalid Number",
    "2170": "Invalid Enumeration",
    "2210": "Invalid Email Address format",
    "2500": "Invalid Reference Id",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "5010": "Stale Object Error",
    "5020": "Permission Denied Error",
    "5030": "Unsupported Operation",
    "6000": "A business validation error has occurred while processing your request",
    "6010": "Account type or account subtype is required",
    "6070": "Amount calculation incorrect in the request",
    "6080": "No name or display name given",
    "6100": "Invalid tax code",
    "6140": "Duplicate Document Number Error",
    "6190": "Invalid Company Status",
    "6210": "Account Period Closed, Cannot Update Through Services API",
    "6240": "Duplicate Name Exists Error",
    "6250": "Invalid customer",
    "6540": "Deposited Transaction cannot be changed",
    "6560": "Customer is required",
}
DETAILS = {
    "610": (
        "Object Not Found : Something you're trying to use has been made inactive. Check the"
        " fields with accounts, customers, items, vendors or employees."
    ),
    "5010": (
        "Stale Object Error : You and root were working on this at the same time. root finished"
        " before you did, so your work was not saved."
    ),
    "5020": "Permission Denied Error : This feature is not included in the company's subscription.",
    "6190": "Subscription period has ended or canceled or there was a billing problem",
    "6210": (
        "The account period has closed and the account books cannot be updated through through"
        " the QBO Services API. Please use the QBO website to make these changes."
    ),
    "6240": (
        "The name supplied already exists. : Another customer, vendor or employee is already using"
        " this \nname. Please use a different name."
    ),
    "6540": (
        "Deposited Transaction cannot be changed : You cannot change this transaction because it"
        " has already been deposited. Remove it from the deposit first."
    ),
}


class Wrong(Exception):
    """The request is refused with one or more errors of the catalogue."""

    def __init__(self, code: str, detail: str = "", element: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.errors = [error(code, detail, element)]
        self.kind = "SystemFault" if code == "10000" else "ValidationFault"

    def fault(self) -> dict[str, Any]:
        """The body's Fault."""
        return {"Error": self.errors, "type": self.kind}

    def refused(self, at: float) -> Refused:
        """The answer to a request that is nothing but this."""
        status = 403 if self.code in ("5020", "6190") else 400
        return Refused(Answer.json({"Fault": self.fault(), "time": stamp(at)}, status))


class Several(Wrong):
    """More than one thing is wrong."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__(errors[0]["code"])
        self.errors = errors


Errors = list[dict[str, str]]


def check(errors: Errors) -> None:
    """Refuse when there are any. Raises Wrong."""
    if errors:
        raise Several(errors)


def error(code: str, detail: str = "", element: str = "") -> dict[str, str]:
    """One error as it is listed."""
    message = MESSAGES.get(code, "Error")
    return {
        "Message": message,
        "Detail": detail or DETAILS.get(code, message),
        "code": code,
        "element": element,
    }


def unauthenticated(at: float, detail: str) -> Answer:
    """A token that is missing, unknown or expired; its names begin in lower case."""
    said = {
        "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        "detail": detail,
        "code": "3200",
        "element": None,
    }
    body: dict[str, Any] = {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [said], "type": "AUTHENTICATION"},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(at * 1000),
        "status": None,
    }
    return Answer.json(body, 401)


def unauthorised() -> Answer:
    """The token is good, but not for this company."""
    message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    said = {"Message": message, "Detail": "", "code": "3100"}
    return Answer.json({"Fault": {"Error": [said], "type": "AuthorizationFault"}}, 403)


def throttled(at: float, *, xml: bool, retry_after: float | None = None) -> Answer:
    """Too many requests."""
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    detail = "The request limit was reached.  Try again later"
    if xml:
        text = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<IntuitResponse time="{stamp(at)}" xmlns="http://schema.intuit.com/finance/v3">'
            f'<Fault type="SERVICE"><Error code="3001"><Message>{message}</Message>'
            f"<Detail>{detail}</Detail></Error></Fault></IntuitResponse>"
        )
        answer = Answer.text(text, 429, "application/xml")
    else:
        said = {"Message": message, "Detail": detail, "code": "3001"}
        answer = Answer.json({"Fault": {"Error": [said], "type": "SERVICE"}}, 429)
    if retry_after is not None:
        answer.headers["retry-after"] = str(int(retry_after))
    return answer


def broken(at: float, status: int) -> Answer:
    """Something went wrong at QuickBooks."""
    if status in (502, 504):
        title = "Bad Gateway" if status == 502 else "Gateway Time-out"
        page = f"<html><head><title>{status} {title}</title></head><body>{title}</body></html>"
        return Answer.text(page, status)
    said = {
        "Message": "An application error has occurred while processing your request",
        "Detail": "System Failure Error: an unexpected error",
        "code": "10000",
        "element": "",
    }
    body = {"Fault": {"Error": [said], "type": "SystemFault"}, "time": stamp(at)}
    return Answer.json(body, status)
