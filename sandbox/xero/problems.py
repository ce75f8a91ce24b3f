"""What Xero says when something is wrong."""

from typing import Any

from sandbox.common.http import Answer
from sandbox.xero.wire import new_id


class Invalid(Exception):
    """An element breaks rules; each message is one rule."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = list(messages)


class WrongData(Exception):
    """The body is JSON, but not of the types that the resource has."""


class WrongQuery(Exception):
    """`where`, `order` or another parameter cannot be read."""


def messages(texts: list[str]) -> list[dict[str, str]]:
    """As ValidationErrors and Warnings."""
    return [{"Message": text} for text in texts]


def validation(elements: list[dict[str, Any]]) -> Answer:
    """400 with the elements and what is wrong with each."""
    return Answer.json(
        {
            "ErrorNumber": 10,
            "Type": "ValidationException",
            "Message": "A validation exception occurred",
            "Elements": elements,
        },
        400,
    )


def post_data(problem: str) -> Answer:
    """400: the body cannot be read."""
    return Answer.json(
        {"ErrorNumber": 14, "Type": "PostDataInvalidException", "Message": problem}, 400
    )


def query(problem: str) -> Answer:
    """400: a parameter cannot be read."""
    return Answer.json({"ErrorNumber": 16, "Type": "QueryParseException", "Message": problem}, 400)


def refused(status: int, detail: str) -> Answer:
    """401 and 403."""
    title = {401: "Unauthorized", 403: "Forbidden"}[status]
    body = {"Type": None, "Title": title, "Status": status, "Detail": detail, "Instance": new_id()}
    return Answer.json(body, status)


def not_found() -> Answer:
    """404 is plain text."""
    return Answer.text("The resource you're looking for cannot be found", 404, "text/plain")
