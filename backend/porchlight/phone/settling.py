"""What a phone is told of an item, and what becomes of the item's row."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import queries as cases
from porchlight.cases import service as tasks
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound, Refused
from porchlight.core.seal import SealBroken, unseal
from porchlight.evidence.values import Announced
from porchlight.people import queries as people
from porchlight.phone import rules, wire
from porchlight.phone.kinds import Done, Parked, blocked_photo
from porchlight.phone.models import Deposit
from porchlight.phone.values import Outcome
from porchlight.phone.wire import Claims
from porchlight.visits import queries as visits

NOT_ON_CASELOAD = _("This family is not on your caseload. Ask your supervisor, then send it again.")
LATE_ENTRY = _("A visit came in late, from someone who no longer works this case")
LATE_CHANGE = _("A change to a visit came in late, from someone who no longer works this case")
NAMES_CASE = {"visit.log": LATE_ENTRY, "visit.amend": LATE_CHANGE}  # kinds whose body names the case
HANDED_ON = _("An unfinished visit was handed on by someone who no longer works this case")
UNOPENED = _("A visit came from a phone or a person that was blocked. It is kept sealed.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the phone is told (docs/wire.md, Deposit). `problem` and `reason` are there when it needs a fix.

    reason: {"message", "params", "errors": [{"field", "message", "params"}]}, not yet translated; locale: of the
    device's person, empty when we do not know them; photo: whose parts are to be looked for in the store; blocked: they
    are to be kept sealed.
    """

    status: int
    outcome: str
    receipt: str = ""
    why: str = ""
    problem: str = ""
    reason: dict[str, Any] = field(default_factory=dict)
    locale: str = ""
    photo: Announced | None = None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An item whose signature and hash are right."""

    claims: Claims
    authority: str
    sealed: bytes


def open_item(keys: Keys, item: Item) -> bytes:
    """The body. Raises Refused when this server's key and these names do not open it."""
    if item.claims.key != keys.intake_kid:
        raise Refused(rules.PROBLEMS["seal"].message)
    try:
        return unseal(item.sealed, keys.intake, item.claims.label())
    except SealBroken as error:
        raise Refused(rules.PROBLEMS["seal"].message) from error


def problem(name: str) -> Answer:
    found = rules.PROBLEMS[name]
    return Answer(found.status, "needs_fix", problem=name, reason=_reason(Refused(found.message)))


def turn_away(session: Session, claims: Claims, name: str, *, now: datetime) -> Answer:
    """Refuse it without a row of its own; the audit keeps that it was tried."""
    audit.record(session, None, "deposit.turned_away", claims.op, now=now, why=str(name), device=claims.device_id)
    return problem(name)


def refuse(session: Session, actor: Actor | None, row: Deposit, refused: Refused, *, now: datetime) -> Answer:
    """It needs a fix. The reason is kept, the bytes are not: the phone keeps those, and may send it again."""
    _become(row, Outcome.NEEDS_FIX)
    row.reason = _reason(Refused(NOT_ON_CASELOAD) if isinstance(refused, NotFound) else refused)
    row.sealed, row.why = None, ""
    session.add(row)
    audit.record(session, actor, "deposit.refused", row.op_id, now=now, kind=row.kind)
    status = 409 if refused.status == 409 else 422
    return Answer(status, "needs_fix", problem="refused", reason=row.reason)


def park(session: Session, row: Deposit, parked: Parked, item: Item) -> Answer:
    """It waits: for its visit (then its bytes are kept here), for its parts, or for the check of its picture."""
    _become(row, Outcome.WAITING)
    row.why, row.reason, row.parent_id = parked.why, {}, parked.visit_id
    row.sealed = item.sealed if parked.why == "parent" else None
    session.add(row)
    return Answer(202, "waiting", why=parked.why, photo=parked.photo)


def accept(
    session: Session, keys: Keys, actor: Actor, row: Deposit, item: Item, done: Done, *, now: datetime
) -> Answer:
    _become(row, done.outcome)
    row.sealed, row.why, row.reason = None, "", {}
    row.parent_id = done.visit_id if done.visit_id != row.op_id else None
    row.receipt = wire.make_receipt(
        keys,
        item.claims,
        received_at=row.received_at,
        record=f"/visits/{done.visit_id or row.op_id}",
        media_sha256=done.media_sha256,
        held=done.outcome is Outcome.HELD,
    )
    session.add(row)
    audit.record(session, actor, f"deposit.{done.outcome}", row.op_id, now=now, kind=row.kind)
    if done.outcome is Outcome.HELD and done.case_id and row.kind in NAMES_CASE:
        tell(session, row.op_id, done.case_id, people.who_reads(session, row.account_id), NAMES_CASE[row.kind], now)
    return Answer(201, "accepted", row.receipt)


def hold(session: Session, keys: Keys, row: Deposit, item: Item, *, now: datetime, media_sha256: str = "") -> Answer:
    """From a blocked phone or person: kept as it came, sealed, for a supervisor. The phone may let go of it."""
    _become(row, Outcome.HELD)
    row.sealed, row.why, row.reason = item.sealed, _why_held(session, row), {}
    names = _names_in(keys, item)
    row.parent_id = row.parent_id or (names.get("visit_id") if row.kind != "visit.log" else None)
    record = f"/visits/{row.parent_id or row.op_id}"
    row.receipt = wire.make_receipt(
        keys, item.claims, received_at=row.received_at, record=record, media_sha256=media_sha256, held=True
    )
    session.add(row)
    audit.record(session, None, "deposit.held", row.op_id, now=now, kind=row.kind, device=str(row.device_id))
    case_id = names.get("case_id") or (visits.case_of(session, row.parent_id) if row.parent_id else None)
    if case_id and cases.case(session, case_id):
        title = HANDED_ON if (row.kind, row.why) == ("draft.rescued", "visit") else UNOPENED
        tell(session, row.op_id, case_id, people.who_reads(session, row.account_id), title, now)
    return Answer(201, "accepted", row.receipt)


def hold_photo(session: Session, keys: Keys, row: Deposit, item: Item, *, now: datetime) -> Answer:
    """The same for a photo: it waits until all its sealed parts lie in the store, for they are the picture."""
    try:
        draft, photo = blocked_photo(item.claims, open_item(keys, item))
    except Refused as refused:
        return refuse(session, None, row, refused, now=now)
    answer = park(session, row, Parked("parts", draft.visit_id, photo), item)
    row.sealed = item.sealed
    return replace(answer, blocked=True)


def _why_held(session: Session, row: Deposit) -> str:
    """device, person, or visit: what it belongs to is held."""
    device = people.device(session, row.device_id)
    if device and device.revoked_at:
        return "device"
    return "visit" if people.actor_of(session, row.account_id) else "person"


def _names_in(keys: Keys, item: Item) -> dict[str, UUID]:
    """The case and the visit that a held item says it is about, as far as it can be read."""
    try:
        body = json.loads(open_item(keys, item))
        return {name: UUID(body[name]) for name in ("case_id", "visit_id") if body.get(name)}
    except (Refused, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def tell(session: Session, op_id: UUID, case_id: UUID, owner_id: UUID, title: str, now: datetime) -> None:
    """A task for whoever is to look at a held item."""
    tasks.add_task(
        session,
        case_id=case_id,
        owner_id=owner_id,
        kind="held_item",
        title=title,
        due_on=None,
        source_id=op_id,
        now=now,
    )


def _become(row: Deposit, outcome: Outcome) -> None:
    if outcome not in rules.NEXT[Outcome(row.outcome)]:
        raise ValueError(f"A deposit that is {row.outcome} cannot become {outcome}.")
    row.outcome = outcome


def _reason(refused: Refused) -> dict[str, Any]:
    """Message ids with their parameters as JSON keeps them; translated when somebody reads them."""
    errors = [
        {"field": error.field, "message": error.message, "params": _plain(error.params)} for error in refused.errors
    ]
    return {"message": refused.message, "params": _plain(refused.params), "errors": errors}


def _plain(params: Any) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float | str) else str(value) for name, value in params.items()}
