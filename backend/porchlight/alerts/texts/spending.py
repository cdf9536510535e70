"""What texts and calls cost this month, and telling the director before the limit is reached."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from porchlight.alerts.calling import Words
from porchlight.alerts.models import Outgoing
from porchlight.alerts.notices import telling
from porchlight.alerts.texts.rules import crossed, month_of
from porchlight.alerts.values import Channel
from porchlight.core.i18n import _
from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.people.access import Role

NEARLY = _(
    "Texts and calls have cost {part} percent of this month's limit. Ask for a higher limit before it is reached."
)
REACHED = _("Texts and calls have reached this month's limit. Only crisis alerts still go out by text and call.")


def this_month(session: Session, *, now: datetime) -> int:
    """Hundredths of a cent since the month began, in UTC, as the provider counts."""
    query = select(func.coalesce(func.sum(Outgoing.price), 0)).where(col(Outgoing.at) >= month_of(now))
    return int(session.exec(query).one())


def spent(session: Session, tools: Tools, *, now: datetime) -> bool:
    """Whether the month's limit is used up; a crisis goes out all the same."""
    limit = tools.settings.text_limit
    return bool(limit) and this_month(session, now=now) >= limit * 100


def note(session: Session, tools: Tools, words: Words, *, ref: str, subject_id: UUID, now: datetime) -> None:
    """A provider took this text or call: count it, and tell whoever heads the agency when it nears the limit."""
    settings = tools.settings
    each = settings.text_price if words.channel == Channel.SMS else settings.call_price
    before = this_month(session, now=now)
    price = each * words.units
    session.add(Outgoing(channel=words.channel, ref=ref, subject_id=subject_id, at=now, units=words.units, price=price))
    for part in crossed(before, before + price, settings.text_limit * 100):
        for account_id in directors(session):
            key = f"spend/{month_of(now):%Y-%m}/{part}/{account_id}"
            said = REACHED if part == 100 else NEARLY
            telling.tell(session, account_id, said, {"part": part}, href="/alerts/channels", key=key, now=now)


def directors(session: Session) -> list[UUID]:
    """Supervisors with nobody above them."""
    found = people.accounts_with_role(session, Role.SUPERVISOR)
    return [one.id for one in found if people.supervisor_of(session, one.id) is None]
