"""Who acts: the one value that says which person a request or a deposit speaks for."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    account_id: UUID
    name: str
    roles: frozenset[str]
    organization_id: UUID | None = None
    locale: str = "en"
    time_zone: str = "America/Chicago"
    session_id: UUID | None = None
    device_id: UUID | None = None
    email: str = field(default="", repr=False)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)
