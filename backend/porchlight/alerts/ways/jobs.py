"""Sending the code that proves a number."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from porchlight.alerts import calling
from porchlight.alerts.calling import Words
from porchlight.alerts.models import OwnWay
from porchlight.alerts.texts import spending, words
from porchlight.alerts.values import Channel
from porchlight.alerts.ways.rules import CODE_LIVES
from porchlight.alerts.ways.service import SEND_CODE, code_of
from porchlight.core import mail
from porchlight.core.clock import iso
from porchlight.core.i18n import translate
from porchlight.core.tools import Tools
from porchlight.people import queries as people


class NotTaken(Exception):
    """The provider did not take the code: the job comes again."""


def send_code(tools: Tools, payload: dict[str, Any]) -> None:
    """payload: {"account_id", "channel", "sent_at"}; an older code than the newest is not sent any more."""
    account_id, channel = UUID(payload["account_id"]), Channel(payload["channel"])
    with tools.db.transaction() as session:
        now = tools.db.now(session)
        person = people.account(session, account_id)
        agency = people.agency(session) or people.NO_AGENCY
        query = select(OwnWay).where(OwnWay.account_id == account_id, OwnWay.channel == channel)
        row = session.exec(query).first()
    sent_at = row.code_sent_at if row else None
    if person is None or row is None or sent_at is None or iso(sent_at) != payload["sent_at"]:
        return
    if now - sent_at >= CODE_LIVES:
        return
    code = code_of(tools.keys, row.id, sent_at)
    said = translate(words.CODE, person.locale, agency=agency.name, code=code)
    if channel == Channel.EMAIL:
        subject = translate(words.CODE_SUBJECT, person.locale, agency=agency.name)
        mail.send(tools.settings, to=row.address, subject=subject, text=said, locale=person.locale)
        return
    if channel == Channel.VOICE:
        said = words.code_call(person.locale, agency=agency.name, code=code)
    made = Words(channel, row.address, said, person.locale, {"way": str(row.id)})
    outcome = calling.hand_over(made, tools.settings)
    if outcome.wait is not None:
        raise NotTaken(outcome.trouble)
    if outcome.accepted:
        with tools.db.transaction() as session:
            spending.note(session, tools, made, ref=outcome.ref, subject_id=row.id, now=tools.db.now(session))


JOBS = {SEND_CODE: send_code}
