"""The pages of whoever keeps the records: what is due and held, and one file."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.ids import new_id
from porchlight.people import passkeys
from porchlight.people import queries as people
from porchlight.records import queries, service
from porchlight.records.values import State
from porchlight.web.rendering import View


def index(session: Session, actor: Actor, *, now: datetime) -> View:
    """Raises NotFound for whoever does not keep records."""
    service.check_keeps(actor)
    today = local_day(now, actor.time_zone)
    agency = people.line_of(session, actor.organization_id)
    lines = queries.kept(session, agency.id, today=today)
    held = queries.held_cases(session, agency.id, today)
    shown = [line.file for line in lines] + held
    audit.saw(session, actor, "records.listed", None, now=now, people=[one for file in shown for one in file.people])
    asked = [line for line in lines if line.erasure and line.erasure.state == State.ASKED]
    open_ = [line for line in lines if not line.erasure or line.erasure.state == State.WITHDRAWN]
    context = {
        "asked": asked,
        "due": [line for line in open_ if _is_due(line.due.on, today) and not line.held],
        "held": held,
        "later": [line for line in open_ if not _is_due(line.due.on, today)],
        "erased": [line for line in lines if line.erasure and line.erasure.state == State.ERASED],
    }
    return View("records/index.html", context)


def _is_due(on: date | None, today: date) -> bool:
    return on is not None and on <= today


def show(session: Session, actor: Actor, case_id: UUID, *, now: datetime) -> View:
    """One file: until when it is kept and why, what holds it, and what erasing it would do. Raises NotFound."""
    file = service.own_file(session, actor, case_id)
    today = local_day(now, actor.time_zone)
    erasure = queries.latest(session, [case_id]).get(case_id)
    names = people.accounts(session, [one for one in (erasure.asked_by, erasure.settled_by) if one] if erasure else [])
    due = queries.due(session, file, today)
    audit.saw(session, actor, "records.shown", case_id, now=now, people=file.people)
    context = {
        "file": file,
        "due": due,
        "is_due": _is_due(due.on, today),
        "held_by_another": queries.is_held(session, file, today),
        "holds": queries.holds(session, case_id, today),
        "erasure": erasure,
        "asked_by": names[erasure.asked_by].name if erasure else "",
        "settled_by": names[erasure.settled_by].name if erasure and erasure.settled_by else "",
        "mine": erasure is not None and erasure.asked_by == actor.account_id,
        "fresh": passkeys.is_fresh(session, actor, now=now),
        "hold_id": str(new_id()),
        "erasure_id": str(new_id()),
    }
    return View("records/show.html", context)
