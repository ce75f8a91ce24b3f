"""Add and Update calls: many objects, each written by itself."""

from collections.abc import Callable
from typing import Any

from sandbox.neto.envelope import Reply
from sandbox.neto.shops import Shop
from sandbox.neto.values import Problem, listed

Body = dict[str, Any]


def each(
    shop: Shop, body: Body, root: str, reply: Reply, write: Callable[[Body], dict[str, Any]]
) -> None:
    """Write every object by itself: what fails is said, the others are kept. Raises Problem."""
    reply.writes = True
    given = listed(body.get(root))
    if not given:
        raise Problem("Request Error", f"{root} is missing")
    written: list[dict[str, Any]] = []
    for one in given:
        try:
            if not isinstance(one, dict):
                raise Problem("Request Error", f"{root} is not an object")
            with shop.store.part():
                written.append(write(one))
        except Problem as problem:
            reply.note(problem)
    reply.content[root] = written
