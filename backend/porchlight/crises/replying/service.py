"""What a reply to a text does. Whoever has the phone in their hand may take the alert that rang on it, and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from porchlight.alerts.texts import answers, hearing
from porchlight.alerts.texts.rules import Said, dialled, understood
from porchlight.alerts.ways import queries as ways
from porchlight.alerts.ways import service as own
from porchlight.crises import answering
from porchlight.crises.timeline import hear


def hear_from_provider(session: Session, said: Mapping[str, Any], *, now: datetime) -> None:
    """A reply, or a report of what became of a text or a call. Saying it again changes nothing."""
    if "messageBody" in said:
        hear_reply(session, str(said.get("originationNumber", "")), str(said["messageBody"]), said, now=now)
    else:
        hearing.hear(session, said, now=now)


def hear_reply(session: Session, number: str, words: str, said: Mapping[str, Any], *, now: datetime) -> None:
    """said: what came with it; `previousPublishedMessageId` names the text that is answered, where the network knows it."""
    number = dialled(number)
    meant = understood(words[:200])
    if not number:
        return
    if meant == Said.STOP:
        own.stop(session, number, "stop", now=now)
    elif meant == Said.WRONG_PERSON:
        own.stop(session, number, "wrong_person", now=now)
    elif meant == Said.START:
        own.start(session, number, now=now)
    elif meant == Said.TAKE:
        _take(session, number, str(said.get("previousPublishedMessageId", "")), now)
    else:
        answers.help_soon(session, number, now=now)


def _take(session: Session, number: str, ref: str, now: datetime) -> None:
    for account_id in ways.people_of(session, number):
        alert = answers.answered(session, account_id, ref)
        if alert is None:
            own.prove_by_reply(session, account_id, now=now)
            continue
        crisis_id = alert.subject_id
        # Its delivery first, then the crisis, then the channels: everyone locks them in this order.
        answers.acknowledged(session, alert.id, now=now)
        taken = answering.acknowledge(session, crisis_id, account_id, "sms", now=now)
        hear(session, crisis_id)
        answers.say_soon(session, account_id, yours=taken.yours, now=now)
