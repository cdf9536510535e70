"""Saying something back by text."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from porchlight.alerts import calling
from porchlight.alerts.calling import Words
from porchlight.alerts.texts import consent, spending, words
from porchlight.alerts.texts.answers import HELP, SAY
from porchlight.alerts.texts.rules import dialled
from porchlight.alerts.values import Channel
from porchlight.alerts.ways import queries as ways
from porchlight.core.i18n import translate
from porchlight.core.tools import Tools
from porchlight.people import queries as people

ANSWERS = UUID("6f1c5a52-4c0e-5b0e-9d0f-0a6d6f2f7a11")  # names what was said to a number, without keeping the number
# Two machines must not talk to each other for ever.
AGAIN = {HELP: timedelta(hours=1)}
SOON = timedelta(minutes=1)


def say(tools: Tools, payload: dict[str, Any]) -> None:
    """One text back, tried once: who is waiting for more has the app and the phone. Not to a number that said STOP.

    payload: {"say": a key of words.ANSWERS, "account_id" or "number"}.
    """
    with tools.db.transaction() as session:
        agency = people.agency(session) or people.NO_AGENCY
        person = people.account(session, UUID(payload["account_id"])) if "account_id" in payload else None
        number = dialled(person.phone) if person else payload.get("number", "")
        about = uuid5(ANSWERS, f"{payload['say']}/{number}")
        last_at = consent.last_text_at(session, about)
        too_soon = last_at is not None and tools.db.now(session) - last_at < AGAIN.get(payload["say"], SOON)
        unwanted = not number or not tools.settings.sms_from or ways.opted_out(session, number)
    if unwanted or too_soon:
        return
    locale = person.locale if person else "en"
    said = translate(words.ANSWERS[payload["say"]], locale, agency=agency.name, phone=agency.phone)
    made = Words(Channel.SMS, number, said, locale, {"about": str(about)})
    outcome = calling.hand_over(made, tools.settings)
    if outcome.accepted:
        with tools.db.transaction() as session:
            spending.note(session, tools, made, ref=outcome.ref, subject_id=about, now=tools.db.now(session))


JOBS = {SAY: say}
