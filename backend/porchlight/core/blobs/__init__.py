"""Media: objects by key, in a folder or in S3; an upload goes straight to the store by an address good for minutes."""

import re
from dataclasses import dataclass, field
from typing import Protocol

PUT_SECONDS = 300
GET_SECONDS = 60
# A key is made of our own words, ids and numbers: no name of a person or a file, and no way out of the folder.
KEY = re.compile(r"(incoming|clean|thumb)(/[0-9a-z][0-9a-z-]*)+(\.jpg)?")


class StoreDown(Exception):
    """The store cannot be reached, or did not do what it was asked; nothing is known about the object."""


@dataclass(frozen=True, slots=True)
class Upload:
    """Where a phone may PUT exactly one object, and with which headers."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)


class Store(Protocol):
    """Every method may raise StoreDown; a key that is not of our making raises ValueError."""

    origin: str
    """Origin that a browser uploads to (for `connect-src`); empty when it uploads to us."""

    def presign_put(self, key: str, *, length: int, sha256: str, base_url: str) -> Upload:
        """An address for one PUT of `length` bytes whose sha256 (b64u) is signed; good for 5 minutes; never overwrites."""

    def presign_get(self, key: str, *, base_url: str) -> str:
        """An address for reading one object, good for 60 seconds."""

    def size(self, key: str) -> int | None:
        """Bytes, or None when it is not there."""

    def get(self, key: str) -> bytes:
        """The object. Raises KeyError."""

    def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Writes the object whole or not at all, over an older one."""

    def delete(self, key: str) -> None:
        """Removes the object; that it is not there is no error."""


def checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError("A key is made of our own words, ids and numbers.")
    return key
