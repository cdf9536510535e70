"""Opening a case in an emergency, ending it early, and looking at it afterwards."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from porchlight.alerts.notices import telling
from porchlight.alerts.values import Urgency
from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases.emergency import queries, rules
from porchlight.cases.emergency.models import EmergencyAccess
from porchlight.cases.emergency.values import Finding
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import Conflict, NotFound
from porchlight.people import access, passkeys
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.people.rules import NotFresh
from porchlight.web.forms import Input

TOLD = _("Somebody of yours opened a family's file in an emergency. Review it within a day.")
MANY = _("One person opened more than three files in an emergency within a day. Look at it now.")


class OpenBody(Input):
    id: UUID
    case_id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class ReviewBody(Input):
    finding: Finding
    words: Annotated[str, Field(max_length=500)] = ""


def may_open(actor: Actor) -> bool:
    """Whoever works for the agency's families; never foster parents, reviewers, or who keeps the records."""
    return access.works(actor) and actor.organization_id is not None


def open_case(session: Session, actor: Actor, body: OpenBody, *, now: datetime) -> EmergencyAccess:
    """Open one case for LASTS. Nobody has to agree; the supervisor is told in the same transaction.

    What is open already stays as it is. Raises NotFound, NotFresh, Conflict.
    """
    if not may_open(actor) or actor.organization_id is None:
        raise NotFound(access.NOT_HERE)
    found = session.get(EmergencyAccess, body.id)
    if found is not None and found.account_id != actor.account_id:
        raise Conflict(_("This was sent before with other words. Open the form again and send a new one."))
    found = found or queries.running(session, actor.account_id, body.case_id, now)
    if found is not None:
        return found
    if not passkeys.is_fresh(session, actor, now=now):
        raise NotFresh(_("Sign in once more first. Then you have 5 minutes to open the file."))
    allowed = queries.openable(actor.organization_id).subquery()
    if session.scalar(sa.select(allowed.c[0]).where(allowed.c[0] == body.case_id)) is None:
        raise NotFound(access.NOT_HERE)
    return _open(session, actor, body, now)


def _open(session: Session, actor: Actor, body: OpenBody, now: datetime) -> EmergencyAccess:
    many = rules.pages_director(queries.opened_since(session, actor.account_id, now - rules.DAY))
    reviewer = people.who_reads(session, actor.account_id)
    directors = [one for one in _directors(session, actor) if one != actor.account_id]
    if reviewer == actor.account_id and directors:
        reviewer = directors[0]
    row = EmergencyAccess(
        id=body.id,
        case_id=body.case_id,
        account_id=actor.account_id,
        reason=body.reason,
        opened_at=now,
        ends_at=now + rules.LASTS,
        reviewer_id=reviewer,
        director_told=many,
        review_due_at=now + rules.REVIEWED_WITHIN,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # two taps at the same moment: the other one was first, and told everybody
        return session.get_one(EmergencyAccess, body.id)
    served = [one.id for one in cases.persons(session, body.case_id)]
    audit.record(session, actor, "emergency.opened", row.id, now=now, people=served, case=str(body.case_id))
    _tell(session, row, reviewer, directors if many else [], now)
    return row


def _tell(session: Session, row: EmergencyAccess, reviewer: UUID, directors: list[UUID], now: datetime) -> None:
    """At once and by every way that rings; what rings says only that there is a notice."""
    key, href = f"emergency/{row.id}", f"/emergency/{row.id}"
    telling.tell(session, reviewer, TOLD, {}, href=href, key=key, urgency=Urgency.SOON, now=now)
    for one in directors:
        telling.tell(
            session, one, MANY, {}, href="/emergency/reviews", key=f"{key}/{one}", urgency=Urgency.SOON, now=now
        )


def _directors(session: Session, actor: Actor) -> list[UUID]:
    """Of the person's own organization, who still work here."""
    found = []
    for one in people.accounts_with_role(session, Role.DIRECTOR):
        who = people.actor_of(session, one.id)
        if who and who.organization_id == actor.organization_id:
            found.append(one.id)
    return found


def end(session: Session, actor: Actor, emergency_id: UUID, *, now: datetime) -> None:
    """Its person closes it before its hour. Twice changes nothing. Raises NotFound."""
    row = _locked(session, emergency_id)
    if row is None or row.account_id != actor.account_id:
        raise NotFound(access.NOT_HERE)
    if row.ended_at is None and now < row.ends_at:
        row.ended_at = now
        session.add(row)
        audit.record(session, actor, "emergency.ended", row.id, now=now)


def review(session: Session, actor: Actor, emergency_id: UUID, body: ReviewBody, *, now: datetime) -> None:
    """Somebody else than its person says what they found. The same again changes nothing. Raises NotFound, Refused, Conflict."""
    row = _locked(session, emergency_id)
    if row is None or not queries.may_review(session, actor, row):
        raise NotFound(access.NOT_HERE)
    same = (row.reviewed_by, row.finding, row.finding_words) == (actor.account_id, body.finding, body.words)
    if row.reviewed_at and same:
        return
    rules.check_may_review(queries.state_of(row, now), opened_by_reviewer=row.account_id == actor.account_id)
    row.reviewed_at, row.reviewed_by = now, actor.account_id
    row.finding, row.finding_words = body.finding, body.words
    session.add(row)
    audit.record(session, actor, "emergency.reviewed", row.id, now=now, finding=body.finding.value)


def _locked(session: Session, emergency_id: UUID) -> EmergencyAccess | None:
    query = select(EmergencyAccess).where(col(EmergencyAccess.id) == emergency_id)
    return session.exec(query.with_for_update()).first()
