"""What a phone said of itself, the latest of each."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel


class DeviceCheck(SQLModel, table=True):
    """account_id: who said so. at: when they did. proven_at: when it was last proven."""

    __tablename__ = "device_checks"

    device_id: UUID = Field(foreign_key="devices.id", primary_key=True)
    kind: str = Field(primary_key=True)
    state: str
    at: datetime
    proven_at: datetime | None = None
    account_id: UUID = Field(foreign_key="accounts.id")
