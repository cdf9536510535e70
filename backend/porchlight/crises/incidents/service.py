"""Writing an incident, changing it by a new version, telling others, following up, and a supervisor's review."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator
from sqlmodel import Session, select

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import service as tasks
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import _
from porchlight.core.refused import Conflict, NotFound, Refused
from porchlight.crises import noticing
from porchlight.crises.incidents import queries, rules
from porchlight.crises.incidents.models import Incident, IncidentFollowUp, IncidentReview, IncidentTold, IncidentVersion
from porchlight.crises.incidents.values import Kind, Party, Severity, State
from porchlight.crises.once import once
from porchlight.crises.wall import Wall, instant
from porchlight.homes import queries as homes
from porchlight.people import access
from porchlight.people import queries as people
from porchlight.people.access import Capability
from porchlight.web.forms import Input

NOT_FOUND = _("We could not find that incident. It may not be on your caseload.")
Text = Annotated[str, Field(max_length=rules.LONGEST)]
Filled = Annotated[str, Field(min_length=1, max_length=rules.LONGEST)]
Short = Annotated[str, Field(max_length=300)]


class IncidentBody(Input):
    """happened_at: on the agency's wall clock. after: the version that was on the screen, 0 for a new incident."""

    id: UUID
    kind: Kind
    severity: Severity
    happened_at: Wall = None
    place: Short = ""
    words: Filled
    did: Text = ""
    children: list[UUID] = Field(default_factory=list, max_length=30)
    why: Text = ""
    after: int = 0

    @field_validator("children", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return [value] if isinstance(value, str) and value else value or []


class ToldBody(Input):
    id: UUID
    party: Party
    at: Wall = None
    words: Short = ""


class FollowUpBody(Input):
    id: UUID
    title: Annotated[str, Field(min_length=1, max_length=300)]
    due_on: date | None = None

    @field_validator("due_on", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return value or None


class ReviewBody(Input):
    state: Literal[State.REVIEWED, State.SENT_BACK]
    version: int
    review_words: Text = ""


def write(session: Session, actor: Actor, case_id: UUID, body: IncidentBody, *, now: datetime) -> Incident:
    """A new incident; a serious one is told to the supervisor at once. Raises NotFound, Refused, Conflict."""
    check_writes(session, actor, case_id, now)
    at = _check(session, actor, case_id, body, now)
    row = Incident(
        id=body.id,
        case_id=case_id,
        home_id=_home(session, actor, body, at),
        written_by=actor.account_id,
        happened_at=at,
        body_sha256=body.fingerprint(),
    )
    row, new = once(session, row, lambda one: (one.written_by, one.body_sha256) == (row.written_by, row.body_sha256))
    if new:
        session.flush()
        _add_version(session, actor, row, body, at, 1, now)
        audit.record(session, actor, "incident.written", row.id, now=now, people=body.children, kind=body.kind)
        _tell_if_serious(session, actor, row, body, now)
    return row


def change(session: Session, actor: Actor, incident_id: UUID, body: IncidentBody, *, now: datetime) -> Incident:
    """A new version beside the old ones, which stay. Raises NotFound, Refused; Conflict when another one came before."""
    row = locked(session, actor, incident_id, now)
    at = _check(session, actor, row.case_id, body, now)
    latest = queries.versions(session, row.id)[0]
    if latest.body_sha256 == body.fingerprint() and latest.written_by == actor.account_id:
        return row
    if latest.number != body.after:
        raise Conflict(
            _("Somebody changed this meanwhile. Your words are still here: read theirs on the incident's page first.")
        )
    if not body.why:
        raise Refused(_("Write why you change it. It stands beside the change."), field="why")
    _add_version(session, actor, row, body, at, latest.number + 1, now)
    row.state, row.happened_at = State.WRITTEN, at
    session.add(row)
    audit.record(session, actor, "incident.changed", row.id, now=now, people=body.children, version=latest.number + 1)
    _tell_if_serious(session, actor, row, body, now)
    return row


def tell(session: Session, actor: Actor, incident_id: UUID, body: ToldBody, *, now: datetime) -> None:
    """Somebody was told, and when. Raises NotFound, Refused, Conflict."""
    row = locked(session, actor, incident_id, now)
    at = rules.check_went(instant(body.at, actor.time_zone) or now, now, "at")
    told = IncidentTold(**body.model_dump(exclude={"at"}), incident_id=row.id, at=at, account_id=actor.account_id)
    key = (told.incident_id, told.account_id, told.party, told.words)
    if once(session, told, lambda one: (one.incident_id, one.account_id, one.party, one.words) == key)[1]:
        audit.record(session, actor, "incident.told", row.id, now=now, party=body.party)


def follow_up(session: Session, actor: Actor, incident_id: UUID, body: FollowUpBody, *, now: datetime) -> None:
    """Something is still to be done: it becomes a task of whoever writes it down. Raises NotFound, Conflict."""
    row = locked(session, actor, incident_id, now)
    one = IncidentFollowUp(id=body.id, incident_id=row.id, title=body.title, account_id=actor.account_id, at=now)
    key = (one.incident_id, one.account_id, one.title)
    if once(session, one, lambda had: (had.incident_id, had.account_id, had.title) == key)[1]:
        tasks.add_task(
            session,
            case_id=row.case_id,
            owner_id=actor.account_id,
            kind="follow_up",
            title=body.title,
            due_on=body.due_on,
            source_id=body.id,
            now=now,
        )
        audit.record(session, actor, "incident.follow_up", row.id, now=now)


def review(session: Session, actor: Actor, incident_id: UUID, body: ReviewBody, *, now: datetime) -> None:
    """A supervisor has read this version. Raises NotFound, Refused; Conflict when it was changed meanwhile."""
    row = locked(session, actor, incident_id, now)
    latest = queries.versions(session, row.id)[0]
    if not may_review(session, actor, latest.written_by):
        raise NotFound(NOT_FOUND)
    if latest.number != body.version:
        raise Conflict(_("This was changed since you opened it. Read it again, then review it."))
    if row.state == body.state:
        return
    rules.check_can_review(State(row.state), writer_id=latest.written_by, reviewer_id=actor.account_id)
    if body.state == State.SENT_BACK and not body.review_words:
        raise Refused(_("Write what is missing."), field="review_words")
    row.state = body.state
    session.add(row)
    session.add(
        IncidentReview(
            incident_id=row.id,
            version=body.version,
            state=body.state,
            words=body.review_words,
            account_id=actor.account_id,
            at=now,
        )
    )
    audit.record(session, actor, "incident.reviewed", row.id, now=now, state=body.state, version=body.version)
    if body.state == State.SENT_BACK:
        noticing.tell(session, latest.written_by, noticing.INCIDENT, row.id, now=now)


def may_review(session: Session, actor: Actor, writer_id: UUID) -> bool:
    """A supervisor over the writer, or the one who reads what concerns them where they have none above."""
    over = people.supervises(session, actor.account_id, writer_id)
    return over or people.who_reads(session, writer_id) == actor.account_id


def check_writes(session: Session, actor: Actor, case_id: UUID, now: datetime) -> None:
    """Raises NotFound for who only reviews the case, and for everybody to whom it is not open."""
    access.check_works(actor)
    access.check(session, actor, case_id, Capability.INCIDENTS, now=now)


def locked(session: Session, actor: Actor, incident_id: UUID, now: datetime) -> Incident:
    """The incident, ours alone, for who may write in its case. Raises NotFound."""
    row = session.exec(select(Incident).where(Incident.id == incident_id).with_for_update()).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    check_writes(session, actor, row.case_id, now)
    return row


def _check(session: Session, actor: Actor, case_id: UUID, body: IncidentBody, now: datetime) -> datetime:
    known = {one.id for one in cases.persons(session, case_id) if one.served}
    if not body.children or not set(body.children) <= known:
        raise Refused(_("Choose who it is about."), field="children")
    return rules.check_went(instant(body.happened_at, actor.time_zone), now, "happened_at")


def _home(session: Session, actor: Actor, body: IncidentBody, at: datetime) -> UUID | None:
    stays = homes.placements_on(session, body.children, local_day(at, actor.time_zone))
    return next((stays[one].home_id for one in body.children if one in stays), None)


def _add_version(
    session: Session, actor: Actor, row: Incident, body: IncidentBody, at: datetime, number: int, now: datetime
) -> None:
    session.add(
        IncidentVersion(
            **body.model_dump(include={"kind", "severity", "place", "words", "did", "why"}),
            incident_id=row.id,
            number=number,
            happened_at=at,
            people=[str(one) for one in body.children],
            written_by=actor.account_id,
            written_at=now,
            body_sha256=body.fingerprint(),
        )
    )
    session.flush()


def _tell_if_serious(session: Session, actor: Actor, row: Incident, body: IncidentBody, now: datetime) -> None:
    if body.severity is Severity.SERIOUS:
        noticing.tell(session, people.who_reads(session, actor.account_id), noticing.INCIDENT, row.id, now=now)
