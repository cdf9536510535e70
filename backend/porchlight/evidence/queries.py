"""Reading photos and signatures; whoever shows them checks the access to their case first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.evidence.models import Photo, Signature
from porchlight.evidence.values import Announced


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """sizes in bytes and pixels; consent {"given", "by"}; parts [{"length", "sha256"}] of the sealed parts."""

    id: UUID
    contact_id: UUID
    case_id: UUID
    device_id: UUID
    purpose: str
    consent: dict[str, Any]
    taken_at: datetime
    width: int
    height: int
    size: int
    sha256: str
    parts: list[dict[str, Any]]
    state: str
    trouble: str
    clean_sha256: str
    stored_at: datetime | None

    @property
    def announced(self) -> Announced:
        return Announced(self.id, self.device_id, self.size, self.sha256, self.parts)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """strokes: lists of [x, y, milliseconds]. It stands only while `summary_sha256` is that of the visit."""

    id: UUID
    contact_id: UUID
    case_id: UUID
    signer_name: str
    signer_relation: str
    how_known: str
    intent: str
    consent_text: str
    method: str
    strokes: list[Any]
    typed_name: str
    declined_reason: str
    read_to: dict[str, str] | None
    summary_sha256: str
    summary_text: str
    locale: str
    signed_at: datetime
    received_at: datetime

    def stands(self, summary_sha256: str) -> bool:
        """Whether it stands for the visit's words as they are now."""
        return self.summary_sha256 == summary_sha256


def photo(session: Session, photo_id: UUID) -> PhotoLine | None:
    row = session.get(Photo, photo_id)
    return _photo(row) if row else None


def photos_of_visit(session: Session, contact_id: UUID) -> list[PhotoLine]:
    """In the order in which they were taken; those still on their way too."""
    query = select(Photo).where(Photo.contact_id == contact_id).order_by(col(Photo.taken_at), col(Photo.id))
    return [_photo(row) for row in session.exec(query)]


def signatures_of_visit(session: Session, contact_id: UUID) -> list[SignatureLine]:
    """The newest first."""
    query = select(Signature).where(Signature.contact_id == contact_id)
    return [_signature(row) for row in session.exec(query.order_by(col(Signature.signed_at).desc()))]


def _photo(row: Photo) -> PhotoLine:
    return PhotoLine(**{name: getattr(row, name) for name in PhotoLine.__slots__})


def _signature(row: Signature) -> SignatureLine:
    return SignatureLine(**{name: getattr(row, name) for name in SignatureLine.__slots__})


def photos_of_case(session: Session, case_id: UUID) -> dict[UUID, int]:
    """The photos in a file, each with the number of its parts."""
    rows = session.execute(select(Photo.id, Photo.parts).where(Photo.case_id == case_id))
    return {row[0]: len(row[1]) for row in rows}
