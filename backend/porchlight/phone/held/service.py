"""Deciding what is held: into the record, set aside, brought back, or handed to another supervisor."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import service as tasks
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound, Refused
from porchlight.evidence import queries as photos
from porchlight.evidence import service as evidence
from porchlight.evidence.values import PhotoState
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.people.phones import queries as phones
from porchlight.phone import rules, settling, wire
from porchlight.phone import service as deposits
from porchlight.phone.held import contents, queries
from porchlight.phone.kinds import KINDS, HeldWithVisit, NotHereYet, Work
from porchlight.phone.models import Deposit, HeldDecision
from porchlight.phone.settling import Item
from porchlight.phone.values import Decision

TASK = "held_item"
CAN_BE_TAKEN = frozenset({"visit.log", *queries.FOLLOWING})
NOT_THEIRS = _("This family was not on their caseload when they wrote this. It cannot be taken into its record.")
VISIT_FIRST = _("Take the visit that this belongs to into the record first.")


def take(session: Session, keys: Keys, actor: Actor, op_id: UUID, *, now: datetime) -> UUID:
    """Into the record, by the same functions as if its author had access, as the author's own; answers the visit's id.

    What is held with a visit follows it, changes too; one that does not fit stays held. Raises NotFound
    where it is not this supervisor's to decide or its family not theirs to read, and Refused with what is wrong with it.
    """
    row, line = queries.held(session, actor, op_id, to_decide=True)
    rules.check_can_decide(line.state, Decision.TAKE)
    if row.kind not in CAN_BE_TAKEN:
        raise Refused(
            _("An unfinished visit cannot be taken into the record. Write it down as a visit, then set this aside.")
        )
    contents.check_may_read(session, actor, contents.case_of(session, keys, row), row.captured_at, now=now)
    _enter(session, keys, actor, row, now)
    if row.kind != "visit.log":
        return row.parent_id or op_id
    deposits.take_up(session, keys, op_id, now)  # of a blocked phone it becomes held, and follows
    for follower in queries.hanging_on(session, op_id):
        try:
            with session.begin_nested():
                _enter(session, keys, actor, follower, now)
        except Refused:  # it stays in the list, and says why when it is opened and taken by itself
            continue
    return op_id


def _enter(session: Session, keys: Keys, actor: Actor, row: Deposit, now: datetime) -> None:
    author = people.actor_of(session, row.account_id, device_id=row.device_id, even_ended=True)
    if author is None or row.sealed is None:
        raise NotFound(_("We could not find that page."))
    item = Item(wire.read(row.authority), row.authority, row.sealed)
    try:
        with session.begin_nested():
            body = settling.open_item(keys, item)
            KINDS[row.kind, row.schema_number](
                Work(session, author, item.claims, body, now, asked_again=_is_kept(session, row))
            )
    except (HeldWithVisit, NotHereYet) as error:
        raise Refused(VISIT_FIRST) from error
    except NotFound as error:
        raise Refused(
            _("This family was not on their caseload when they wrote this. It cannot be taken into its record.")
        ) from error
    if row.kind == "visit.photo":
        evidence.begin_checking(session, row.op_id, now=now)
    _decide(session, actor, row, Decision.TAKE, now=now)


def _is_kept(session: Session, row: Deposit) -> bool:
    """A photo that was checked and kept while its phone was still trusted, and had not heard of it."""
    found = photos.photo(session, row.op_id) if row.kind == "visit.photo" else None
    return found is not None and found.state == PhotoState.STORED


def set_aside(session: Session, actor: Actor, op_id: UUID, reason: str, *, now: datetime) -> None:
    """It stays held, out of the way; a reason says why. Raises NotFound, Refused."""
    row, line = queries.held(session, actor, op_id, to_decide=True)
    rules.check_can_decide(line.state, Decision.SET_ASIDE)
    _decide(session, actor, row, Decision.SET_ASIDE, reason=_said(reason, "aside_reason"), now=now)


def bring_back(session: Session, actor: Actor, op_id: UUID, *, now: datetime) -> None:
    """What was set aside is to be decided again. Raises NotFound, Refused."""
    row, line = queries.held(session, actor, op_id, to_decide=True)
    rules.check_can_decide(line.state, Decision.BRING_BACK)
    _decide(session, actor, row, Decision.BRING_BACK, now=now)


def hand_on(session: Session, keys: Keys, actor: Actor, op_id: UUID, to_id: str, reason: str, *, now: datetime) -> None:
    """Another supervisor is to decide. Raises NotFound, Refused."""
    row, line = queries.held(session, actor, op_id, to_decide=True)
    rules.check_can_decide(line.state, Decision.HAND_ON)
    others = {str(one.id): one.id for one in phones.others_with_role(session, Role.SUPERVISOR, actor.account_id)}
    if to_id not in others:
        raise Refused(_("Choose to whom."), field="to_id")
    _decide(session, actor, row, Decision.HAND_ON, reason=_said(reason), to_id=others[to_id], now=now)
    case_id = contents.case_of(session, keys, row)
    if case_id:
        settling.tell(session, row.op_id, case_id, others[to_id], settling.UNOPENED, now)


def _said(reason: str, field: str = "reason") -> str:
    reason = reason.replace("\x00", "").strip()  # PostgreSQL keeps every character but this one
    if not reason:
        raise Refused(_("Write why, for whoever looks at this later."), field=field)
    return reason[:500]


def _decide(
    session: Session,
    actor: Actor,
    row: Deposit,
    decision: Decision,
    *,
    now: datetime,
    reason: str = "",
    to_id: UUID | None = None,
) -> None:
    session.add(
        HeldDecision(op_id=row.op_id, decision=decision, by=actor.account_id, at=now, reason=reason, to_id=to_id)
    )
    session.flush()
    if decision is not Decision.BRING_BACK:
        tasks.settle(session, actor, row.op_id, TASK, now=now)
    audit.record(session, actor, f"held.{decision}", row.op_id, now=now, author=str(row.account_id), kind=row.kind)
