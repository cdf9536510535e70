"""Sending alerts: claim and commit, call out with no transaction open, record what became of them, and go on."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from porchlight.alerts import calling, chain, claiming, recording, sending
from porchlight.alerts.calling import Words
from porchlight.alerts.chain import REACH, SEND
from porchlight.alerts.claiming import Letter, Ready
from porchlight.alerts.models import Chain, PushSubscription
from porchlight.alerts.notices import jobs as notices
from porchlight.alerts.pushes import Outcome, Push, Sender
from porchlight.alerts.texts import jobs as texts
from porchlight.alerts.ways import jobs as codes
from porchlight.core import jobs, mail
from porchlight.core.clock import iso
from porchlight.core.tools import Tools
from porchlight.people import queries as people

AT_ONCE = 8  # texts or calls side by side; one job has few, for each alert has its own


def send(tools: Tools, payload: dict[str, Any]) -> None:
    """Send what is not sent yet of these deliveries; safe to repeat.

    payload: {"deliveries": [ids], "then": {"name", "payload"} | None, "tries": tries before this one}.
    What was handed over when the process died is handed over again; a phone shows one alert once.
    """
    send_many(tools, [payload])


def send_many(tools: Tools, payloads: Sequence[dict[str, Any]]) -> None:
    """The same for several at once: what is sent goes out side by side, and what became of it is one transaction."""
    wanted = [[UUID(one) for one in payload["deliveries"]] for payload in payloads]
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        ready = claiming.claim(session, [one for each in wanted for one in each], tools, now=now)
    outcomes = hand_over(tools, ready)
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        rows = recording.rows(session, outcomes)
        for payload, ids in zip(payloads, wanted, strict=True):
            mine = [rows[one] for one in ids if one in rows]
            recording.record(session, mine, outcomes, ready, payload, tools, now=now)
        recording.go_on(session, [one for each in wanted for one in each], now=now)
        for payload in payloads:
            then = payload.get("then")
            if then:
                jobs.enqueue(session, then["name"], then["payload"], due_at=now)


def hand_over(tools: Tools, ready: Mapping[UUID, Ready]) -> dict[UUID, Outcome]:
    """Give each to its provider. Never call it inside a transaction."""
    settings = tools.settings
    pushes = {one: made for one, made in ready.items() if isinstance(made, Push)}
    others = {one: made for one, made in ready.items() if not isinstance(made, Push)}
    sender = Sender(tools.keys.vapid, settings.push_subject, settings.push_hosts)
    found = dict(
        zip(pushes, sending.send_all([*pushes.values()], sender, clock=lambda: datetime.now(UTC)), strict=True)
    )
    if others:
        with ThreadPoolExecutor(max_workers=min(len(others), AT_ONCE)) as pool:
            found.update(zip(others, pool.map(lambda one: _one(tools, one), others.values()), strict=True))
    return found


def _one(tools: Tools, made: Words | Letter) -> Outcome:
    if isinstance(made, Words):
        return calling.hand_over(made, tools.settings)
    try:
        mail.send(tools.settings, to=made.to, subject=made.subject, text=made.text, locale=made.locale)
    except mail.MailTrouble as trouble:
        return Outcome(wait=timedelta(), trouble=str(trouble)[:40])
    return Outcome(accepted=True)


def reach(tools: Tools, payload: dict[str, Any]) -> None:
    """Start the next channel of an alert if its time has come.

    payload: {"alert_id", "due": for which moment this is the timer}.
    """
    alert_id = UUID(payload["alert_id"])
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        chain.go_on(session, alert_id, now=now)
        row = session.get(Chain, alert_id)
        if row and row.next_due_at and payload.get("due") == iso(row.next_due_at):
            # The clock went back a little: this timer rang too early, and it was the only one.
            chain.set_timer(session, alert_id, row.next_due_at)


def forget_phone(tools: Tools, payload: dict[str, Any]) -> None:
    """A phone was locked or is to be erased: it is not rung any more, until its person has signed in on it again."""
    device_id = UUID(payload["device_id"])
    with tools.db.transaction() as session:
        device = people.device(session, device_id)
        if device is None or device.is_active:
            return
        now = tools.db.now(session)
        live = col(PushSubscription.dead_at).is_(None)
        for row in session.exec(select(PushSubscription).where(PushSubscription.device_id == device_id, live)):
            row.dead_at = now
            session.add(row)


JOBS = {SEND: send, REACH: reach, "alerts.forget_phone": forget_phone, **codes.JOBS, **texts.JOBS, **notices.JOBS}
TOGETHER = {SEND: send_many}
