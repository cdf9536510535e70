"""What each kind of item does when it arrives; KINDS is the whole list, by kind and schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.evidence import queries as photos
from porchlight.evidence import service as evidence
from porchlight.evidence.drafts import PhotoDraft, SignatureDraft
from porchlight.evidence.values import Announced, PhotoState
from porchlight.people import access
from porchlight.phone import rules
from porchlight.phone.models import Deposit
from porchlight.phone.values import Outcome
from porchlight.phone.wire import Claims
from porchlight.visits import amending, history
from porchlight.visits import queries as visits
from porchlight.visits import rules as visit_rules
from porchlight.visits import service as visits_service
from porchlight.visits.amend_drafts import AmendmentDraft
from porchlight.visits.door import service as door
from porchlight.visits.door.drafts import DigitsDraft
from porchlight.visits.drafts import VisitDraft
from porchlight.web import forms

Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Work:
    """One opened item. asked_again: the same bytes as at its last try, which left a question open."""

    session: Session
    actor: Actor
    claims: Claims
    body: bytes
    now: datetime
    asked_again: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The item did what it was made for. visit_id: whose page shows it; case_id: of a late entry, for the supervisor."""

    outcome: Outcome = Outcome.ACCEPTED
    visit_id: UUID | None = None
    case_id: UUID | None = None
    media_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Parked:
    """The item waits. why: parent, parts or checking (docs/wire.md). photo: whose parts are to be looked for."""

    why: str
    visit_id: UUID
    photo: Announced | None = None


class NotHereYet(Exception):
    """The visit that this belongs to has not arrived: parked until then."""

    def __init__(self, visit_id: UUID) -> None:
        super().__init__()
        self.visit_id = visit_id


class HeldWithVisit(Exception):
    """This is held unopened: because of what it is, or because the visit that it belongs to is."""


class WithdrawnBody(forms.Input):
    op_id: UUID
    withdrawn_at: forms.Moment


def log(work: Work) -> Done:
    """A visit. For a case that has left the caseload it becomes a late entry, which a supervisor looks at."""
    draft = read(VisitDraft, work)
    check_names(draft.visit_id, work.claims.op)
    late = late_for(work, draft.case_id)
    visits_service.log_visit(
        work.session,
        work.actor,
        draft,
        captured_at=work.claims.captured,
        device_id=work.claims.device,
        now=work.now,
        late=late,
    )
    return Done(Outcome.HELD if late else Outcome.ACCEPTED, draft.visit_id, draft.case_id)


def amend(work: Work) -> Done:
    """A change of a visit by its author or by who may write in its case. A visit that is not theirs to change looks like
    one that is not here yet.
    """
    draft = read(AmendmentDraft, work)
    check_names(draft.amendment_id, work.claims.op)
    late = late_for(work, draft.case_id)
    how: dict[str, Any] = {"captured_at": work.claims.captured, "now": work.now, "late": late}
    try:
        amending.to_change(work.session, work.actor, draft, **how)
    except NotFound:
        missing(work, draft.visit_id)
    amending.amend(work.session, work.actor, draft, device_id=work.claims.device, **how)
    return Done(Outcome.HELD if late else Outcome.ACCEPTED, draft.visit_id, draft.case_id)


def sign(work: Work) -> Done | Parked:
    draft = read(SignatureDraft, work)
    contact = parent(work, draft.visit_id)
    evidence.sign(work.session, work.actor, contact, work.claims.op, draft, now=work.now)
    return Done(arrived(work, contact.case_id), contact.id, contact.case_id)


def attach(work: Work) -> Done | Parked:
    """A photo: announced first; its receipt waits until the worker has rebuilt it."""
    draft = read(PhotoDraft, work)
    check_names(draft.media_id, work.claims.op)
    contact = parent(work, draft.visit_id)
    photo = photos.photo(work.session, draft.media_id) if work.asked_again else None
    if photo is None:
        device = work.claims.device
        evidence.attach(work.session, work.actor, contact, draft, device_id=device, now=work.now)
        return Parked("parts", contact.id, draft.announced(device))
    if photo.state == PhotoState.REFUSED:
        raise Refused(photo.trouble)
    if photo.state == PhotoState.WAITING:
        return Parked("parts", contact.id, photo.announced)
    if photo.state == PhotoState.CHECKING:
        evidence.begin_checking(work.session, photo.id, now=work.now)
        return Parked("checking", contact.id)
    return Done(arrived(work, contact.case_id), contact.id, contact.case_id, photo.sha256)


def answered_at_door(work: Work) -> Done | Parked:
    """The six digits that a foster parent's phone has shown after a yes, typed into this one."""
    draft = read(DigitsDraft, work)
    contact = parent(work, draft.visit_id)
    said_at = visit_rules.entered_at(draft.said_at, timedelta(milliseconds=draft.drift_ms), now=work.now)
    door.take_digits(
        work.session,
        contact.id,
        draft.token,
        draft.digits,
        over=draft.summary_sha256,
        said_at=said_at,
        now=work.now,
    )
    return Done(arrived(work, contact.case_id), contact.id, contact.case_id)


def rescue(_work: Work) -> Done:
    """An unfinished visit of a phone that is being erased: never a visit by itself, so a supervisor looks at it."""
    raise HeldWithVisit


def withdraw(work: Work) -> Done:
    """Taken back before it was sent: the number is kept, and nothing else."""
    check_names(read(WithdrawnBody, work).op_id, work.claims.op)
    door.take_back(work.session, work.claims.op, work.claims.device)
    evidence.withdraw(work.session, work.actor, work.claims.op, device_id=work.claims.device, now=work.now)
    return Done(Outcome.WITHDRAWN)


KINDS: Mapping[tuple[str, int], Callable[[Work], Done | Parked]] = {
    ("visit.log", 1): log,
    ("visit.amend", 1): amend,
    ("visit.sign", 1): sign,
    ("visit.photo", 1): attach,
    ("visit.door", 1): answered_at_door,
    ("withdrawn", 1): withdraw,
    ("draft.rescued", 1): rescue,
}


def blocked_photo(claims: Claims, body: bytes) -> tuple[PhotoDraft, Announced]:
    """A photo of a blocked phone or person: not looked into, but taken whole. Raises Refused."""
    draft = checked(PhotoDraft, body)
    check_names(draft.media_id, claims.op)
    evidence.check_sizes(draft)
    return draft, draft.announced(claims.device)


def read(model: type[Body], work: Work) -> Body:
    return checked(model, work.body)


def checked(model: type[Body], body: bytes) -> Body:
    """The body as a checked value. Raises Refused with the names of its fields."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        if any(mistake["type"] == "json_invalid" for mistake in error.errors()):
            raise Refused(rules.PROBLEMS["body"].message) from error
        raise forms.in_words(error) from error


def check_names(named: UUID, op_id: UUID) -> None:
    if named != op_id:
        raise Refused(rules.PROBLEMS["body"].message)


def late_for(work: Work, case_id: UUID) -> bool:
    """Whether the case is not this person's any more (or never was: then the visit itself is refused)."""
    held = access.fields(work.session, work.actor, case_id, access.Capability.LOG_VISIT, now=work.now)
    return not held


def arrived(work: Work, case_id: UUID) -> Outcome:
    return Outcome.HELD if late_for(work, case_id) else Outcome.ACCEPTED


def parent(work: Work, visit_id: UUID) -> evidence.Contact:
    """The sender's own visit. Another person's looks like one that is not here yet.

    Raises NotHereYet, HeldWithVisit, and Refused when it was taken back.
    """
    contact = visits.own_visit(work.session, work.actor, visit_id)
    if contact:
        stood = history.summaries(work.session, contact)
        return evidence.Contact(contact.id, contact.case_id, contact.summary_sha256, frozenset(stood))
    return missing(work, visit_id)


def missing(work: Work, visit_id: UUID) -> NoReturn:
    """Raises NotHereYet, HeldWithVisit, and Refused when the visit was taken back."""
    row = work.session.get(Deposit, visit_id)
    if row and row.device_id == work.claims.device:
        if row.outcome == Outcome.WITHDRAWN:
            raise Refused(_("The visit that this belongs to was taken back. Take this back too."))
        if row.outcome == Outcome.HELD:
            raise HeldWithVisit
    raise NotHereYet(visit_id)
