"""Taking in a file of sealed items for a phone that cannot send them: each goes the way that its own phone would have sent it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.blobs import StoreDown
from porchlight.core.i18n import _
from porchlight.core.tools import Tools
from porchlight.evidence import jobs
from porchlight.evidence import service as evidence
from porchlight.evidence.values import Announced
from porchlight.people import queries as people
from porchlight.people.access import Role
from porchlight.phone import queries, service, settling
from porchlight.phone.bundle import Bundle, Carried
from porchlight.phone.settling import Answer
from porchlight.phone.values import Outcome

NOT_YOURS = _("This came from somebody else's phone. Only that person and their supervisor can take it in.")
PARTS_MISSING = _("Parts of this photo are not in the file. Make the file again on the phone.")
STORE_DOWN = _("The photo could not be kept just now. Take in the same file again in a few minutes.")

REPEATED = 200  # the answer to an item that has its receipt already (docs/wire.md, Deposit)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item. outcome: accepted, already, held, waiting or fix.

    reason: a gettext id with its params, of what needs a fix. record: the visit's page, once there is one.
    """

    op_id: UUID
    kind: str
    seq: int
    outcome: str
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    record: str = ""


def take_in(tools: Tools, actor: Actor, bundle: Bundle) -> list[Result]:
    """Deposit every item of a file, one transaction each. An item that is not this person's business is left alone."""
    return [_one(tools, actor, item) for item in bundle.items()]


def _one(tools: Tools, actor: Actor, item: Carried) -> Result:
    listed = item.listed
    with tools.db.reading() as session:
        owner = people.device(session, UUID(listed.device_id))
        mine = owner is not None and may_take_in(session, actor, owner.account_id)
    if not mine:
        return _result(item, "fix", NOT_YOURS)
    if item.trouble:
        return _result(item, "fix", item.trouble)
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        answer = service.deposit(session, tools.keys, item.authority, item.sealed, now=now, by_file=True)
        audit.record(session, actor, "deposit.taken_in", UUID(listed.op_id), now=now, kind=listed.kind)
    if answer.photo is not None:
        return _photo(tools, item, answer, answer.photo)
    return _said(tools, item, answer)


def _photo(tools: Tools, item: Carried, answer: Answer, photo: Announced) -> Result:
    """The parts that the store lacks come from the file; then the worker checks the picture as always."""
    try:
        for number in evidence.missing_parts(tools.blobs, photo):
            part, said = item.parts.get(number), photo.parts[number]
            listed = item.listed.parts[number] if part else None
            # What the manifest says is anybody's word; what the sealed body says was signed.
            if part is None or listed is None or (listed.size, listed.sha256) != (said["length"], said["sha256"]):
                return _result(item, "fix", PARTS_MISSING)
            tools.blobs.put(evidence.part_key(photo.id, number), part, content_type="application/octet-stream")
        if answer.blocked:
            jobs.gather(tools, photo)
    except (StoreDown, jobs.Damaged):
        return _result(item, "fix", STORE_DOWN)
    except jobs.Hopeless:
        return _said(tools, item, settling.problem("body"))
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        answer = service.parts_are_here(session, tools.keys, photo, blocked=answer.blocked, now=now)
    return _said(tools, item, answer)


def _said(tools: Tools, item: Carried, answer: Answer) -> Result:
    if answer.outcome == "needs_fix":
        return _result(item, "fix", answer.reason["message"], answer.reason["params"])
    if answer.outcome == "waiting":
        return _result(item, "waiting")
    with tools.db.reading() as session:
        [line] = queries.deposits(session, [UUID(item.listed.op_id)])
    if line.outcome == Outcome.HELD:
        return _result(item, "held")
    record = f"/visits/{line.parent_id or line.op_id}" if line.outcome == Outcome.ACCEPTED else ""
    return _result(item, "already" if answer.status == REPEATED else "accepted", record=record)


def _result(
    item: Carried, outcome: str, reason: str = "", params: dict[str, Any] | None = None, *, record: str = ""
) -> Result:
    listed = item.listed
    return Result(UUID(listed.op_id), listed.kind, listed.seq, outcome, reason, params or {}, record)


def may_take_in(session: Session, actor: Actor, account_id: UUID) -> bool:
    """One's own items, and those of whoever this supervisor answers for."""
    if account_id == actor.account_id:
        return True
    return actor.has(Role.SUPERVISOR) and people.supervises(session, actor.account_id, account_id)


def receipts(session: Session, actor: Actor, op_ids: Sequence[UUID], *, now: datetime) -> list[str]:
    """The receipts of these items, for the phone that made them: those that are settled, and this person's business."""
    lines = queries.deposits(session, op_ids)
    whose = {account_id: may_take_in(session, actor, account_id) for account_id in {line.account_id for line in lines}}
    found = [line for line in lines if line.receipt and whose[line.account_id]]
    audit.record(session, actor, "receipts.given", None, now=now, count=len(found))
    return [line.receipt for line in found]
