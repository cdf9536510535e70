"""Taking in what a phone made alone: one item, one transaction, one answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from porchlight.core.actor import Actor
from porchlight.core.clock import iso
from porchlight.core.keys import Keys, sha256
from porchlight.core.refused import Refused
from porchlight.evidence import service as evidence
from porchlight.evidence.values import Announced
from porchlight.people import queries as people
from porchlight.people import service as people_service
from porchlight.phone import rules, settling, wire
from porchlight.phone.kinds import KINDS, Done, HeldWithVisit, NotHereYet, Parked, Work
from porchlight.phone.models import Deposit, PhoneReport
from porchlight.phone.rules import Known, Step
from porchlight.phone.settling import Answer, Item
from porchlight.phone.values import Outcome

log = structlog.get_logger()


def deposit(
    session: Session, keys: Keys, authority: str, sealed: bytes, *, now: datetime, by_file: bool = False
) -> Answer:
    """Take in one item. Nothing is raised for an item that is wrong: the refusal is an answer and is kept too.

    authority: the Porchlight-Deposit header; sealed: the body's bytes, at most wire.MOST_BODY. by_file: its phone
    did not send it, and was not heard from.
    """
    try:
        claims = wire.read(authority)
    except wire.Unreadable:
        return settling.problem("unreadable")
    device = people.device(session, claims.device)
    if device is None:
        return settling.problem("unknown_device")
    account = people.account(session, device.account_id)
    locale = account.locale if account else ""
    if not wire.signed_by(authority, device.public_key):
        return replace(settling.turn_away(session, claims, "signature", now=now), locale=locale)
    if sha256(sealed) != claims.sha256:
        return replace(settling.turn_away(session, claims, "changed", now=now), locale=locale)
    people_service.heard_from(session, device.id, now=None if by_file else now, seq=claims.seq)
    session.flush()  # on PostgreSQL this locks the device's row: one phone's items come one after another
    answer = _take_in(session, keys, device, Item(claims, authority, sealed), now)
    return replace(answer, locale=locale)


def _take_in(session: Session, keys: Keys, device: people.DeviceLine, item: Item, now: datetime) -> Answer:
    row, known = _row(session, device, item, now)
    if row is None:
        return settling.turn_away(session, item.claims, "same_number", now=now)
    claims = item.claims
    found = rules.step(known, device_id=claims.device, seq=claims.seq, sealed_sha256=claims.sha256)
    if found is Step.REPEAT:
        return Answer(200, "accepted", row.receipt)
    if found is not Step.TAKE:
        receipt = row.receipt if found is Step.OTHER_BYTES else ""
        return replace(settling.turn_away(session, claims, found, now=now), receipt=receipt)
    open_question = row.outcome == Outcome.WAITING and known is not None and known.sealed_sha256 == claims.sha256
    if known is not None and known.sealed_sha256 != claims.sha256:
        row.received_at = now  # the time of arrival is that of these bytes, not of their repeats
        for name, value in _said(item).items():
            setattr(row, name, value)
    return _evaluate(session, keys, device, row, item, now, asked_again=open_question)


def _row(session: Session, device: people.DeviceLine, item: Item, now: datetime) -> tuple[Deposit | None, Known | None]:
    """The row of this op_id: made, or read again when the database says that it is there. None: its seq is taken."""
    row = Deposit(
        op_id=item.claims.op,
        device_id=device.id,
        account_id=device.account_id,
        seq=item.claims.seq,
        outcome=Outcome.WAITING,
        received_at=now,
        **_said(item),
    )
    try:
        with session.begin_nested():
            session.add(row)
        return row, None
    except IntegrityError:
        query = select(Deposit).where(Deposit.op_id == item.claims.op).with_for_update()
        found = session.exec(query).one_or_none()
    if found is None:
        return None, None
    return found, Known(found.device_id, found.seq, found.sealed_sha256, Outcome(found.outcome))


def _said(item: Item) -> dict[str, Any]:
    """What these bytes say of themselves."""
    claims = item.claims
    return {
        "kind": claims.kind,
        "schema_number": claims.schema_number,
        "captured_at": claims.captured,
        "sealed_sha256": claims.sha256,
        "authority": item.authority,
    }


def _evaluate(
    session: Session,
    keys: Keys,
    device: people.DeviceLine,
    row: Deposit,
    item: Item,
    now: datetime,
    *,
    asked_again: bool = False,
) -> Answer:
    """Do what the item was made for, all of it or nothing, and settle its row."""
    actor = people.actor_of(session, device.account_id, device_id=device.id)
    if device.revoked_at or actor is None:
        return _hold(session, keys, row, item, now)
    try:
        with session.begin_nested():
            found = _do(Work(session, actor, item.claims, settling.open_item(keys, item), now, asked_again))
    except HeldWithVisit:
        return _hold(session, keys, row, item, now)
    except NotHereYet as missing:
        return settling.park(session, row, Parked("parent", missing.visit_id), item)
    except Refused as refused:
        return settling.refuse(session, actor, row, refused, now=now)
    if isinstance(found, Parked):
        return settling.park(session, row, found, item)
    answer = settling.accept(session, keys, actor, row, item, found, now=now)
    take_up(session, keys, row.op_id, now)
    return answer


def _hold(session: Session, keys: Keys, row: Deposit, item: Item, now: datetime) -> Answer:
    held = settling.hold_photo if (row.kind, row.schema_number) == ("visit.photo", 1) else settling.hold
    return held(session, keys, row, item, now=now)


def _do(work: Work) -> Done | Parked:
    act = KINDS.get((work.claims.kind, work.claims.schema_number))
    if act is None:
        raise Refused(rules.PROBLEMS["update"].message)
    return act(work)


def take_up(session: Session, keys: Keys, visit_id: UUID, now: datetime) -> None:
    """What came before its visit and was parked has its turn now, in the transaction that brings the visit."""
    query = select(Deposit).where(
        Deposit.parent_id == visit_id, Deposit.outcome == Outcome.WAITING, col(Deposit.sealed).is_not(None)
    )
    for row in list(session.exec(query.order_by(col(Deposit.seq)).with_for_update())):
        device = people.device(session, row.device_id)
        if device and row.sealed:
            item = Item(wire.read(row.authority), row.authority, row.sealed)
            try:
                with session.begin_nested():
                    _evaluate(session, keys, device, row, item, now)
            except Exception as error:  # noqa: BLE001  what hangs on a visit must never keep the visit out
                log.error("deposit.parked_still", kind=type(error).__name__)


def parts_are_here(session: Session, keys: Keys, photo: Announced, *, blocked: bool, now: datetime) -> Answer:
    """The store has all parts of a photo: the worker looks at it, and the phone asks again.

    blocked: the parts were proven to be the whole picture, and stay sealed.
    """
    row = session.exec(select(Deposit).where(Deposit.op_id == photo.id).with_for_update()).one()
    if row.outcome != Outcome.WAITING:
        return Answer(202, "waiting", why="checking")
    if blocked and row.sealed:
        item = Item(wire.read(row.authority), row.authority, row.sealed)
        return settling.hold(session, keys, row, item, now=now, media_sha256=photo.sha256)
    if evidence.begin_checking(session, photo.id, now=now):
        row.why = "checking"
        session.add(row)
    return Answer(202, "waiting", why="checking")


def note_report(session: Session, actor: Actor, waiting: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """Keep what this session's phone says that it still holds: (number, seconds since it was saved) of each item.

    Ages and not times: the clock of a phone may be years off.
    """
    device = people.device(session, actor.device_id) if actor.device_id else None
    if device is None or device.account_id != actor.account_id:
        return
    people_service.heard_from(session, device.id, now=now)
    row = session.get(PhoneReport, device.id) or PhoneReport(device_id=device.id, reported_at=now)
    row.reported_at = now
    row.waiting = [[number, iso(now - timedelta(seconds=age))] for number, age in waiting]
    session.add(row)
