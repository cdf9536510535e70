"""Photos (their parts, their state) and signatures bound to what was signed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from porchlight.core.columns import JSON
from porchlight.core.keyring.sealed import Sealed, SealedJSON, nothing
from porchlight.evidence.values import PhotoState


class Photo(SQLModel, table=True):
    """sha256: of the picture as it came off the phone; clean_sha256: of the one rebuilt from its pixels."""

    __tablename__ = "photos"

    id: UUID = Field(primary_key=True)
    contact_id: UUID = Field(foreign_key="contacts.id", index=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)  # whose file it is in: reading is checked by case
    device_id: UUID
    purpose: str
    consent: dict[str, Any] = Field(sa_type=SealedJSON(dict))
    taken_at: datetime
    mime: str
    width: int
    height: int
    size: int
    sha256: str
    parts: list[dict[str, Any]] = Field(sa_type=JSON)  # [{"length", "sha256"}] of the sealed parts
    state: str = PhotoState.WAITING
    trouble: str = ""
    clean_sha256: str = ""
    received_at: datetime
    stored_at: datetime | None = None


class Signature(SQLModel, table=True):
    __tablename__ = "signatures"

    id: UUID = Field(primary_key=True)
    contact_id: UUID = Field(foreign_key="contacts.id", index=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    signer_name: str
    signer_relation: str
    how_known: str
    intent: str
    consent_text: str
    method: str  # drawn | typed | declined
    strokes: list[Any] = Field(default_factory=list, sa_type=SealedJSON(list))
    typed_name: str = ""
    declined_reason: str = Field(default="", sa_type=Sealed)
    read_to: dict[str, str] | None = Field(default=None, sa_type=SealedJSON(nothing))
    summary_sha256: str
    summary_text: str = Field(sa_type=Sealed)
    locale: str
    signed_at: datetime
    received_at: datetime
