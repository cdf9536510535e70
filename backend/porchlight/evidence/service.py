"""Keeping photos and signatures: each change with its audit row, in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, func, select

from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.blobs import Store
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import Conflict
from porchlight.evidence import rules
from porchlight.evidence.drafts import PhotoDraft, SignatureDraft
from porchlight.evidence.models import Photo, Signature
from porchlight.evidence.values import Announced, PhotoState


@dataclass(frozen=True, slots=True)
class Contact:
    """What evidence needs to know of the visit it belongs to. summary_sha256: of its summary as it is now, b64u;
    earlier: of those that stood before a change, which may have been signed before we heard of the change.
    """

    id: UUID
    case_id: UUID
    summary_sha256: str
    earlier: frozenset[str] = frozenset()


def part_key(media_id: UUID, part: int) -> str:
    return f"incoming/{media_id}/{part}"


def sign(
    session: Session, actor: Actor, contact: Contact, signature_id: UUID, draft: SignatureDraft, *, now: datetime
) -> Signature:
    """Keep a signature on a visit's summary. Raises Refused when it does not stand for the visit's own words."""
    rules.check_signature(
        method=draft.method, strokes=draft.strokes, typed=draft.typed_name, consent=draft.consent_text
    )
    rules.check_signed_summary(
        shown=draft.summary_text,
        hash_of_shown=sha256(draft.summary_text.encode()),
        signed=draft.summary_sha256,
        stood=contact.earlier | {contact.summary_sha256},
    )
    row = Signature(
        id=signature_id,
        contact_id=contact.id,
        case_id=contact.case_id,
        signer_name=draft.signer.name,
        signer_relation=draft.signer.relation,
        strokes=[[list(point) for point in stroke] for stroke in draft.strokes],
        read_to=draft.read_to.model_dump() if draft.read_to else None,
        received_at=now,
        **draft.model_dump(exclude={"visit_id", "signer", "strokes", "read_to"}),
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "visit.signed", contact.id, now=now, signature=str(row.id), method=draft.method)
    return row


def check_sizes(draft: PhotoDraft) -> None:
    sizes = [part.length for part in draft.parts]
    rules.check_sizes(size=draft.size, width=draft.width, height=draft.height, parts=sizes)


def attach(
    session: Session, actor: Actor, contact: Contact, draft: PhotoDraft, *, device_id: UUID, now: datetime
) -> PhotoState:
    """Take a photo up to be sent in parts, or take up a refused one anew. Raises Refused, Conflict."""
    rules.check_consent(draft.consent.given, draft.consent.by)
    check_sizes(draft)
    query = select(func.count()).where(Photo.contact_id == contact.id, Photo.id != draft.media_id)
    rules.check_can_add_photo(session.exec(query).one())
    said = draft.model_dump(mode="json", exclude={"media_id", "visit_id", "taken_at"})
    said |= {"contact_id": contact.id, "case_id": contact.case_id, "taken_at": draft.taken_at, "received_at": now}
    row = session.exec(select(Photo).where(Photo.id == draft.media_id).with_for_update()).one_or_none()
    if row is None:
        row = Photo(id=draft.media_id, device_id=device_id, **said)
    elif row.device_id != device_id or row.state == PhotoState.STORED:
        raise Conflict(_("There is a photo of this number already. Take the photo again."))
    for name, value in said.items():
        setattr(row, name, value)
    row.state, row.trouble = PhotoState.WAITING, ""
    session.add(row)
    session.flush()
    audit.record(session, actor, "photo.announced", row.id, now=now, visit=str(contact.id))
    return PhotoState.WAITING


def missing_parts(blobs: Store, photo: Announced) -> list[int]:
    """Numbers of the parts that are not in the store. Asks the store, so never inside a transaction. Raises StoreDown.

    A part of a wrong length is none: it is removed, so that it can be sent again.
    """
    missing = []
    for number, part in enumerate(photo.parts):
        size = blobs.size(part_key(photo.id, number))
        if size is not None and size != part["length"]:
            blobs.delete(part_key(photo.id, number))
        if size != part["length"]:
            missing.append(number)
    return missing


def begin_checking(session: Session, photo_id: UUID, *, now: datetime) -> PhotoState | None:
    """All parts are there: let the worker rebuild the picture. None when the photo is gone.

    Safe to repeat, and worth it: a check whose job has given up begins again.
    """
    row = session.exec(select(Photo).where(Photo.id == photo_id).with_for_update()).one_or_none()
    if row is None:
        return None
    if row.state in {PhotoState.WAITING, PhotoState.CHECKING}:
        row.state = PhotoState.CHECKING
        session.add(row)
        jobs.enqueue(session, "evidence.develop", {"media_id": str(photo_id)}, due_at=now, key=f"develop:{photo_id}")
    return PhotoState(row.state)


def move(
    session: Session, photo_id: UUID, state: PhotoState, *, now: datetime, trouble: str = "", clean_sha256: str = ""
) -> bool:
    """What the check came to. False when somebody else has moved it on meanwhile, and then nothing changes."""
    row = session.exec(select(Photo).where(Photo.id == photo_id).with_for_update()).one_or_none()
    if row is None or row.state != PhotoState.CHECKING or state not in rules.NEXT[PhotoState(row.state)]:
        return False
    row.state, row.trouble, row.clean_sha256 = state, trouble, clean_sha256
    row.stored_at = now if state is PhotoState.STORED else None
    session.add(row)
    audit.record(session, None, f"photo.{state}", photo_id, now=now, visit=str(row.contact_id))
    return True


def withdraw(session: Session, actor: Actor, op_id: UUID, *, device_id: UUID, now: datetime) -> None:
    """Take back a photo that its phone was not yet told to have arrived; what lies in the store goes too."""
    query = select(Photo).where(Photo.id == op_id, Photo.device_id == device_id).with_for_update()
    row = session.exec(query).one_or_none()
    if row is None:
        return
    payload = {"media_id": str(op_id), "parts": len(row.parts)}
    jobs.enqueue(session, "evidence.discard", payload, due_at=now)
    session.delete(row)
    session.flush()
    audit.record(session, actor, "photo.withdrawn", op_id, now=now, visit=str(row.contact_id))
