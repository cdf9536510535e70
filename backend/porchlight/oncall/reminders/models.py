"""How long before a shift an agency reminds people."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel


class ReminderLead(SQLModel, table=True):
    """seconds: 0 for never. An agency without a row has the default of reminders/rules.py."""

    __tablename__ = "reminder_leads"

    organization_id: UUID = Field(foreign_key="organizations.id", primary_key=True)
    seconds: int
    set_by: UUID = Field(foreign_key="accounts.id")
    set_at: datetime
