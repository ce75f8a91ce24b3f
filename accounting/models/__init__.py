"""Connections to accounting systems, what corresponds to what, and the record of every exchange."""

from accounting.models.connections import Connection, Link, RemoteRecord
from accounting.models.documents import Exchange, LocalChange, RemoteChange, SyncDocument
from accounting.models.runs import CogsEntry, RemoteEvent, SyncRun

__all__ = [
    "CogsEntry",
    "Connection",
    "Exchange",
    "Link",
    "LocalChange",
    "RemoteChange",
    "RemoteEvent",
    "RemoteRecord",
    "SyncDocument",
    "SyncRun",
]
