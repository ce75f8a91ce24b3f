"""The people of the three companies, one for each role."""

from dataclasses import dataclass

# The same for everybody, since the demo is for looking around and listens on 127.0.0.1 only.
PASSWORD = "quiet-harbour-morning-42"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in; `role` is the key of a built-in role."""

    name: str
    mailbox: str
    role: str


KESTREL = (
    Person("Mara Ellison", "mara", "owner"),
    Person("Tom Akintola", "tom", "admin"),
    Person("Bea Lindqvist", "bea", "setup"),
    Person("Priya Raman", "priya", "purchasing"),
    Person("Jonas Weir", "jonas", "sales"),
    Person("Sam Okafor", "sam", "warehouse"),
    Person("Helen Marsh", "helen", "accountant"),
    Person("Rui Tavares", "rui", "read_only"),
)
HARBOUR = (
    Person("Ingrid Solheim", "ingrid", "owner"),
    Person("Callum Reid", "callum", "admin"),
    Person("Dina Haddad", "dina", "setup"),
    Person("Marcus Bright", "marcus", "purchasing"),
    Person("Aoife Brennan", "aoife", "sales"),
    Person("Luca Ferri", "luca", "warehouse"),
    Person("Grace Mensah", "grace", "accountant"),
    Person("Owen Pryce", "owen", "read_only"),
)
TERN = (
    Person("Noor Siddiqui", "noor", "owner"),
    Person("Pieter de Vries", "pieter", "admin"),
    Person("Ana Sousa", "ana", "setup"),
    Person("Felix Brandt", "felix", "purchasing"),
    Person("Ruth Adeyemi", "ruth", "sales"),
    Person("Kit Lawson", "kit", "warehouse"),
    Person("Yusuf Demir", "yusuf", "accountant"),
    Person("Elsie Hart", "elsie", "read_only"),
)
