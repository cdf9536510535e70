"""What the keeper of records does: hold a file, end a hold, ask to erase, and, as another person, erase."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, select

from porchlight.audit import service as audit
from porchlight.cases import files
from porchlight.cases.files import File
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keyring import erasing
from porchlight.core.refused import NotFound, Refused
from porchlight.evidence import queries as evidence
from porchlight.people import passkeys
from porchlight.people.access import Role
from porchlight.people.rules import NotFresh
from porchlight.records import queries, rules
from porchlight.records.models import Erasure, LegalHold
from porchlight.records.rules import Due
from porchlight.records.values import State
from porchlight.web.forms import Input

Words = Annotated[str, Field(min_length=1, max_length=1000)]


class HoldBody(Input):
    hold_id: UUID
    reason: Words
    until: date | None = None


class EndBody(Input):
    hold_id: UUID
    why: Words


class AskBody(Input):
    erasure_id: UUID
    order: Annotated[str, Field(max_length=1000)] = ""


class SettleBody(Input):
    erasure_id: UUID


def check_keeps(actor: Actor) -> None:
    """Raises NotFound for whoever does not keep the records."""
    if not actor.has(Role.CUSTODIAN):
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))


def own_file(session: Session, actor: Actor, case_id: UUID, *, lock: bool = False) -> File:
    """A file of this keeper's agency. Raises NotFound."""
    check_keeps(actor)
    found = files.file(session, case_id, lock=lock)
    if found is None or found.organization_id != actor.organization_id:
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    return found


def hold(session: Session, actor: Actor, case_id: UUID, body: HoldBody, *, now: datetime) -> None:
    """Nothing of this file is erased until the hold ends. A form that is sent twice makes one."""
    file = own_file(session, actor, case_id, lock=True)
    if session.get(LegalHold, body.hold_id):
        return
    if body.until is not None and body.until <= now.date():
        raise Refused(_("This day has passed. Choose a later one, or leave it empty."), field="until")
    row = LegalHold(
        id=body.hold_id,
        case_id=file.case_id,
        reason=body.reason,
        placed_by=actor.account_id,
        placed_at=now,
        until=body.until,
    )
    session.add(row)
    audit.record(session, actor, "records.held", case_id, now=now, people=file.people, hold=str(row.id))


def end_hold(session: Session, actor: Actor, case_id: UUID, body: EndBody, *, now: datetime) -> None:
    file = own_file(session, actor, case_id, lock=True)
    row = session.get(LegalHold, body.hold_id)
    if row is None or row.case_id != case_id:
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    if row.ended_at is None:
        row.ended_by, row.ended_at, row.ended_why = actor.account_id, now, body.why
        audit.record(session, actor, "records.hold_ended", case_id, now=now, people=file.people, hold=str(row.id))


def ask(session: Session, actor: Actor, case_id: UUID, body: AskBody, *, now: datetime) -> None:
    """Ask that a file be erased; somebody else confirms it. Raises Refused."""
    file = own_file(session, actor, case_id, lock=True)
    if session.get(Erasure, body.erasure_id):
        return
    today, due = now.date(), _due(session, file, now)
    rules.check_can_ask(
        due,
        today=today,
        held=queries.is_held(session, file, today),
        pending=queries.pending(session, case_id) is not None,
        closed=file.closed_on is not None,
        order=body.order,
    )
    session.add(
        Erasure(
            id=body.erasure_id,
            case_id=case_id,
            due_on=due.on,
            source=due.source,
            order=body.order,
            asked_by=actor.account_id,
            asked_at=now,
        )
    )
    audit.record(session, actor, "records.erasure_asked", case_id, now=now, people=file.people)


def withdraw(session: Session, actor: Actor, case_id: UUID, body: SettleBody, *, now: datetime) -> None:
    file = own_file(session, actor, case_id, lock=True)
    row = _asked(session, case_id, body.erasure_id)
    if State.WITHDRAWN not in rules.NEXT[State(row.state)]:
        raise Refused(_("This was settled already. Reload the page."))
    row.state, row.settled_by, row.settled_at = State.WITHDRAWN, actor.account_id, now
    audit.record(session, actor, "records.erasure_withdrawn", case_id, now=now, people=file.people)


def erase(session: Session, actor: Actor, case_id: UUID, body: SettleBody, *, now: datetime) -> None:
    """Destroy the keys of everybody in the file and blank what lay plain. Raises Refused, NotFresh.

    Pictures leave the store right after the commit (evidence.discard). The audit keeps its rows: they hold ids only.
    """
    file = own_file(session, actor, case_id, lock=True)
    row = _asked(session, case_id, body.erasure_id)
    rules.check_can_confirm(
        asked_by=row.asked_by,
        account_id=actor.account_id,
        held=queries.is_held(session, file, now.date()),
        state=row.state,
    )
    if not passkeys.is_fresh(session, actor, now=now):
        raise NotFresh(_("To erase a file, sign out and sign in once more. Then you have 5 minutes."))
    photos = evidence.photos_of_case(session, case_id)
    done = erasing.forget(session, subjects(session, file), now=now)
    for photo_id, parts in photos.items():
        jobs.enqueue(session, "evidence.discard", {"media_id": str(photo_id), "parts": parts}, due_at=now)
    row = session.get_one(Erasure, row.id)
    row.state, row.settled_by, row.settled_at = State.ERASED, actor.account_id, now
    row.keys, row.rows, row.photos = done.keys, done.rows, len(photos)
    audit.record(
        session, actor, "records.erased", case_id, now=now, people=file.people,
        keys=done.keys, rows=done.rows, photos=len(photos),
    )  # fmt: skip


def subjects(session: Session, file: File) -> list[UUID]:
    """Whose keys go with a file; the family itself only when no other case of theirs is kept."""
    kept = [one for one in files.others_of(session, file) if not _is_erased(session, one)]
    return [file.case_id, *file.people, *([] if kept else [file.family_id])]


def _is_erased(session: Session, case_id: UUID) -> bool:
    query = select(Erasure.id).where(Erasure.case_id == case_id, Erasure.state == State.ERASED)
    return session.exec(query).first() is not None


def _due(session: Session, file: File, now: datetime) -> Due:
    return queries.due(session, file, now.date())


def _asked(session: Session, case_id: UUID, erasure_id: UUID) -> Erasure:
    row = session.get(Erasure, erasure_id)
    if row is None or row.case_id != case_id:
        raise NotFound(_("We could not find that page. It may have moved, or it may not be on your caseload."))
    return row
