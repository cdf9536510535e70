"""Contacts and what was changed of them later, what is each child's own, planned visits, confirmations and their links."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, UniqueConstraint

from porchlight.core.columns import JSON
from porchlight.core.ids import new_id
from porchlight.core.keyring.sealed import Sealed, SealedJSON, nothing


class Contact(SQLModel, table=True):
    """One recorded interaction, as it stands now; the phone mints its id. Times are aware UTC; `zone` says whose wall
    clock was meant. Once something was changed, `as_logged` holds the parts as they were first written (versions.py).
    """

    __tablename__ = "contacts"

    id: UUID = Field(primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    author_id: UUID = Field(foreign_key="accounts.id", index=True)
    device_id: UUID | None = None
    kind: str
    started_at: datetime = Field(index=True)
    ended_at: datetime
    zone: str
    place: str
    in_residence: bool
    place_note: str = Field(default="", sa_type=Sealed)
    persons_seen: list[str] = Field(default_factory=list, sa_type=JSON)
    observations: str = Field(default="", sa_type=Sealed)
    came: str
    agreed: list[str] = Field(default_factory=list, sa_type=SealedJSON(list))
    next_visit_on: date | None = None
    family_note: str = Field(default="", sa_type=Sealed)
    topics: list[str] = Field(default_factory=list, sa_type=JSON)
    follow_ups: list[dict[str, str]] = Field(default_factory=list, sa_type=SealedJSON(list))  # id, title, due_on or ""
    late_reason: str = Field(default="", sa_type=Sealed)
    summary_sha256: str
    as_logged: dict[str, Any] | None = Field(default=None, sa_type=SealedJSON(nothing))
    body_sha256: str  # of the canonical draft, to tell a repeat from a different body under the same id
    captured_at: datetime
    drift_ms: int = Field(default=0, sa_type=sa.BigInteger)  # a phone that forgot the year is off by more than 32 bits
    received_at: datetime

    @property
    def drift(self) -> timedelta:
        """The sender's clock minus ours."""
        return timedelta(milliseconds=self.drift_ms)


class ContactChild(SQLModel, table=True):
    """One child of one contact: seen or not, alone or why not, and this child's own private note."""

    __tablename__ = "contact_children"

    contact_id: UUID = Field(foreign_key="contacts.id", primary_key=True)
    person_id: UUID = Field(foreign_key="persons.id", primary_key=True, index=True)
    seen: bool
    alone: str = ""  # yes | no | not_possible
    alone_reason: str = Field(default="", sa_type=Sealed)
    not_seen_reason: str = Field(default="", sa_type=Sealed)
    private_note: str = Field(default="", sa_type=Sealed)


class Amendment(SQLModel, table=True):
    """One change of a visit after it was logged; never changed itself. base: ids of the changes that its writer saw;
    changes: the new value of each part (versions.py), a child's private note under that child's own name.
    """

    __tablename__ = "amendments"

    id: UUID = Field(primary_key=True)
    contact_id: UUID = Field(foreign_key="contacts.id", index=True)
    author_id: UUID = Field(foreign_key="accounts.id")
    device_id: UUID | None = None
    base: list[str] = Field(default_factory=list, sa_type=JSON)
    changes: dict[str, Any] = Field(sa_type=SealedJSON(dict))
    reason: str = Field(sa_type=Sealed)
    body_sha256: str
    captured_at: datetime
    drift_ms: int = Field(default=0, sa_type=sa.BigInteger)
    received_at: datetime

    @property
    def drift(self) -> timedelta:
        """The sender's clock minus ours."""
        return timedelta(milliseconds=self.drift_ms)


class Summary(SQLModel, table=True):
    """A summary that stood for a visit once it was changed, the first one too: what a signature or an answer was for."""

    __tablename__ = "summaries"

    contact_id: UUID = Field(foreign_key="contacts.id", primary_key=True)
    sha256: str = Field(primary_key=True)
    text: str = Field(sa_type=Sealed)
    stood_from: datetime


class PlannedVisit(SQLModel, table=True):
    __tablename__ = "planned_visits"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    account_id: UUID = Field(foreign_key="accounts.id", index=True)
    starts_at: datetime
    place: str = "home"
    contact_id: UUID | None = None


class Confirmation(SQLModel, table=True):
    """The caregiver's answer, over the hash of the summary that the page showed; a change of mind is a new row."""

    __tablename__ = "confirmations"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contacts.id", index=True)
    caregiver_id: UUID = Field(foreign_key="caregivers.id")
    summary_sha256: str
    answer: str
    different: str = ""  # a Difference
    words: str = Field(default="", sa_type=Sealed)
    answered_at: datetime  # when it reached us
    way: str = "link"  # a Way
    said_at: datetime | None = None  # when it was said, where that was earlier


class ConfirmationLink(SQLModel, table=True):
    """One visit, one caregiver, seven days; only the hash of its 43-character token is kept.

    summary_sha256: what was asked about when it was made; its page shows what stands.
    sent_at: when the message left; asked_again_at: when its caregiver last asked for a new one after it had ended.
    """

    __tablename__ = "confirmation_links"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contacts.id", index=True)
    caregiver_id: UUID = Field(foreign_key="caregivers.id")
    token_hash: str
    summary_sha256: str
    made_at: datetime
    expires_at: datetime
    sent_at: datetime | None = None
    way: str = Field(default="", sa_column_kwargs={"server_default": ""})  # sms | email, once it was sent
    asked_again_at: datetime | None = None


class FamilyCall(SQLModel, table=True):
    """A caregiver whom somebody should ring about a visit: no message can reach them, or they answered none."""

    __tablename__ = "family_calls"
    __table_args__ = (UniqueConstraint("contact_id", "caregiver_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contacts.id", index=True)
    caregiver_id: UUID = Field(foreign_key="caregivers.id")
    why: str  # silent | no_way
    since: datetime
    tried_at: datetime | None = None
    done_at: datetime | None = None
    by: UUID | None = Field(default=None, foreign_key="accounts.id")


class DoorCode(SQLModel, table=True):
    """The code that one caregiver was shown at the door; only hashes of its token and of its short form are kept.

    link_id: of the link to the page that shows the visit, once somebody came for it; differs_at: when an answer came over
    another summary than the one that arrived.
    """

    __tablename__ = "door_codes"

    contact_id: UUID = Field(foreign_key="contacts.id", primary_key=True)
    caregiver_id: UUID = Field(foreign_key="caregivers.id")
    token_hash: str
    code_hash: str = Field(index=True)
    shown_at: datetime
    ends_at: datetime
    asks_at: datetime
    link_id: UUID | None = None
    differs_at: datetime | None = None


class EarlyAnswer(SQLModel, table=True):
    """What a caregiver said before the visit itself has arrived; it becomes a Confirmation, or goes."""

    __tablename__ = "early_answers"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    token_hash: str = Field(index=True)
    visit_id: UUID = Field(index=True)  # of a visit that is not here yet
    caregiver_id: UUID
    device_id: UUID  # whose phone signed the code
    summary_sha256: str
    answer: str
    different: str = ""
    words: str = Field(default="", sa_type=Sealed)
    said_at: datetime
    received_at: datetime = Field(index=True)


class DoorTry(SQLModel, table=True):
    """A short code that nobody knows, so that guessing gets slow; gone after the window."""

    __tablename__ = "door_tries"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    address: str = Field(index=True)
    at: datetime = Field(index=True)
