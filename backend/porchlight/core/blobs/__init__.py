"""Media: objects by key, in a folder or in S3; an upload goes straight to the store by an address good for minutes."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Upload:
    """Where a phone may PUT exactly one object, and with which headers."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)


class Store(Protocol):
    def presign_put(self, key: str, *, length: int, sha256: str, base_url: str) -> Upload:
        """An address for one PUT of `length` bytes whose sha256 (b64u) is signed; good for 5 minutes; never overwrites."""

    def presign_get(self, key: str, *, base_url: str) -> str:
        """An address for reading one object, good for 60 seconds."""

    def size(self, key: str) -> int | None:
        """Bytes, or None when it is not there."""

    def get(self, key: str) -> bytes:
        """The object. Raises KeyError."""

    def put(self, key: str, data: bytes, *, content_type: str) -> None: ...

    def delete(self, key: str) -> None: ...
