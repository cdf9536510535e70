"""What a person does about their own channels: proving a number by a code, the order, quiet hours."""

import hashlib
import hmac
from datetime import datetime, time
from uuid import UUID

from sqlmodel import Session, select

from porchlight.alerts.models import OptOut, OwnWay, PushOnly, QuietHours
from porchlight.alerts.values import Channel
from porchlight.alerts.ways import losing, queries, rules
from porchlight.audit import service as audit
from porchlight.core import jobs
from porchlight.core.actor import Actor
from porchlight.core.clock import iso
from porchlight.core.i18n import _
from porchlight.core.keys import Keys
from porchlight.core.refused import NotFound, Refused, TooMany
from porchlight.people import queries as people
from porchlight.people.access import Role

SEND_CODE = "alerts.send_code"
NO_NUMBER = _("We have no number of yours that can be called. Ask your supervisor to write it down with its area code.")
NOT_SET_UP = _("This is not set up here yet. Ask your supervisor.")
WRONG_CODE = _("That is not the code we sent. Look at the newest message and type its six digits.")
OLD_CODE = _("This code is too old. Ask for a new one.")
NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")


def send_code(session: Session, actor: Actor, channel: Channel, *, now: datetime) -> None:
    """A code to my own number, by text or by a call that speaks it. Raises Refused, TooMany."""
    way = next((one for one in queries.own(session, actor.account_id) if one.channel == channel), None)
    if way is None or channel not in (*rules.SECOND, Channel.EMAIL) or not way.set_up:
        raise Refused(NOT_SET_UP)
    row = losing.row_of(session, actor.account_id, channel) if way.address else None
    if row is None:
        raise Refused(NO_NUMBER)
    if not rules.may_send_code(row.code_sent_at, now):
        raise TooMany(_("We sent a code less than a minute ago. Wait for it, then try again."), seconds=60)
    row.code_sent_at, row.code_tries = now, 0
    session.add(row)
    payload = {"account_id": str(actor.account_id), "channel": channel, "sent_at": iso(now)}
    jobs.enqueue(session, SEND_CODE, payload, due_at=now)
    audit.record(session, actor, "way.code_sent", row.id, now=now, channel=channel)


def code_of(keys: Keys, way_id: UUID, sent_at: datetime) -> str:
    """Six digits that only our secret makes: the database holds nothing that would prove a number."""
    made = hmac.digest(keys.derive("way-code/1"), f"{way_id}/{iso(sent_at)}".encode(), hashlib.sha256)
    return f"{int.from_bytes(made[:8], 'big') % 1_000_000:06d}"


def prove(session: Session, actor: Actor, channel: Channel, typed: str, keys: Keys, *, now: datetime) -> bool:
    """The code that came by this channel: it reaches this person. False when it is not the right one, which is counted.

    Raises Refused when no code is waited for.
    """
    row = losing.row_of(session, actor.account_id, channel)
    if row is None or row.code_sent_at is None or not rules.code_is_good(row.code_sent_at, row.code_tries, now):
        raise Refused(OLD_CODE, field="code")
    right = code_of(keys, row.id, row.code_sent_at)
    if not hmac.compare_digest(right, "".join(one for one in typed if one.isdigit())):
        row.code_tries += 1
        session.add(row)
        return False
    proven(session, row, now=now)
    audit.record(session, actor, "way.proven", row.id, now=now, channel=channel)
    return True


def proven(session: Session, row: OwnWay, *, now: datetime) -> None:
    """Something came back from this number or address: it works."""
    row.proven_at, row.dead_at, row.trouble, row.code_sent_at = now, None, "", None
    session.add(row)


def prove_by_reply(session: Session, account_id: UUID, *, now: datetime) -> bool:
    """“1” in answer to a code by text proves the number as well as typing the code does. False: none was waited for."""
    row = losing.row_of(session, account_id, Channel.SMS)
    if row is None or not rules.code_is_good(row.code_sent_at, row.code_tries, now):
        return False
    proven(session, row, now=now)
    return True


def move_up(session: Session, actor: Actor, channel: Channel, *, now: datetime) -> None:
    """This channel is tried before the one that stood above it."""
    order = [one.channel for one in queries.own(session, actor.account_id)]
    at = order.index(channel) if channel in order else 0
    if at:
        order[at - 1], order[at] = order[at], order[at - 1]
        for place, each in enumerate(order):
            _place(session, actor.account_id, each, place)
        audit.record(session, actor, "way.moved", None, now=now, channel=channel)


def _place(session: Session, account_id: UUID, channel: Channel, place: int) -> None:
    row = losing.row_of(session, account_id, channel)
    if row is None:
        row = OwnWay(account_id=account_id, channel=channel, address="")
    row.place = place
    session.add(row)
    session.flush()


def keep_quiet(
    session: Session, actor: Actor, from_time: time | None, until_time: time | None, *, now: datetime
) -> None:
    """From when until when notices wait, on my own wall clock; both None: never. A crisis does not wait."""
    if (from_time is None) != (until_time is None):
        missing = "from_time" if from_time is None else "until_time"
        raise Refused(_("Give both times, or leave both empty."), field=missing)
    row = session.get(QuietHours, actor.account_id)
    if from_time and until_time:
        row = row or QuietHours(account_id=actor.account_id, from_time=from_time, until_time=until_time)
        row.from_time, row.until_time = from_time, until_time
        session.add(row)
    elif row:
        session.delete(row)
    audit.record(session, actor, "way.quiet_hours", actor.account_id, now=now)


def stop(session: Session, number: str, why: str, *, now: datetime) -> None:
    """No more texts to this number. why: stop or wrong_person. Staff become unreachable by text, and their supervisor hears."""
    row = session.get(OptOut, number, with_for_update=True)
    if row and row.lifted_at is None:
        return
    if row is None:
        row = OptOut(number=number, why=why, at=now)
    row.why, row.at, row.lifted_at = why, now, None
    session.add(row)
    session.flush()
    for account_id in queries.people_of(session, number):
        losing.lose(session, account_id, Channel.SMS, why, now=now)
        said = losing.STOPPED if why == "stop" else losing.WRONG
        losing.tell_supervisor(session, account_id, said, key=f"{why}/{account_id}/{iso(now)}", now=now)
    audit.record(session, None, "number.stopped", None, now=now, why=why)


def start(session: Session, number: str, *, now: datetime) -> None:
    """START: this number wants texts again."""
    row = session.get(OptOut, number, with_for_update=True)
    if row is None or row.lifted_at:
        return
    row.lifted_at = now
    session.add(row)
    for account_id in queries.people_of(session, number):
        query = select(OwnWay).where(OwnWay.account_id == account_id, OwnWay.channel == Channel.SMS)
        for way in session.exec(query):
            way.dead_at, way.trouble = None, ""
            session.add(way)
    audit.record(session, None, "number.started", None, now=now)


def accept_push_only(
    session: Session, actor: Actor, account_id: UUID, words: str, *, accept: bool, now: datetime
) -> None:
    """A supervisor's word, in writing, that this person may be on call with push alone; or that it no longer holds.

    Raises NotFound for somebody whom this supervisor does not lead, Refused without words.
    """
    if not actor.has(Role.SUPERVISOR) or not people.supervises(session, actor.account_id, account_id):
        raise NotFound(NOT_HERE)
    if accept and not words.strip():
        raise Refused(_("Write why push alone is enough."), field="words")
    session.add(PushOnly(account_id=account_id, accepted=accept, by=actor.account_id, at=now, words=words.strip()))
    act = "push_only.accepted" if accept else "push_only.withdrawn"
    audit.record(session, actor, act, account_id, now=now, people=[account_id])
