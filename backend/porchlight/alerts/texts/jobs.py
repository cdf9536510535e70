"""Saying something back by text."""

from typing import Any
from uuid import UUID

from porchlight.alerts import calling
from porchlight.alerts.calling import Words
from porchlight.alerts.texts import spending, words
from porchlight.alerts.texts.answers import SAY
from porchlight.alerts.texts.rules import dialled
from porchlight.alerts.values import Channel
from porchlight.alerts.ways import queries as ways
from porchlight.core.i18n import translate
from porchlight.core.ids import new_id
from porchlight.core.tools import Tools
from porchlight.people import queries as people


def say(tools: Tools, payload: dict[str, Any]) -> None:
    """One text back, tried once: who is waiting for more has the app and the phone. Not to a number that said STOP.

    payload: {"say": a key of words.ANSWERS, "account_id" or "number"}.
    """
    with tools.db.transaction() as session:
        agency = people.agency(session) or people.NO_AGENCY
        person = people.account(session, UUID(payload["account_id"])) if "account_id" in payload else None
        number = dialled(person.phone) if person else payload.get("number", "")
        unwanted = not number or not tools.settings.sms_from or ways.opted_out(session, number)
    if unwanted:
        return
    locale = person.locale if person else "en"
    said = translate(words.ANSWERS[payload["say"]], locale, agency=agency.name, phone=agency.phone)
    about = new_id()
    made = Words(Channel.SMS, number, said, locale, {"about": str(about)})
    outcome = calling.hand_over(made, tools.settings)
    if outcome.accepted:
        with tools.db.transaction() as session:
            spending.note(session, tools, made, ref=outcome.ref, subject_id=about, now=tools.db.now(session))


JOBS = {SAY: say}
