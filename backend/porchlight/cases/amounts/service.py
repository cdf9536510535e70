"""Telling a supervisor that one person reads very much, and slowing down what reads like a machine."""

from datetime import datetime, time
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts.notices import telling
from porchlight.alerts.values import Urgency
from porchlight.audit import service as audit
from porchlight.cases.amounts import queries, rules
from porchlight.core.actor import Actor
from porchlight.core.clock import at_wall, iso, local_day
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import TooMany
from porchlight.people import queries as people

MANY = _("One person of yours was shown more than {most} people today. Ask what it was for.")
FAST = _("One person of yours opened more than {most} files within a minute. Ask what it was for.")
WAIT = _("You opened very many files in a short time. Wait {seconds} seconds, then go on. Alerts stay open to you.")


def look(session: Session, actor: Actor, *, now: datetime) -> bool:
    """Tell this person's supervisor once a day that they were shown more people than work needs. Whether it was told."""
    start = at_wall(datetime.combine(local_day(now, actor.time_zone), time.min), actor.time_zone)
    if not rules.too_many_people(queries.people_since(session, actor.account_id, start)):
        return False
    key = rules.told_key(actor.account_id, now, actor.time_zone)
    told = _tell(session, actor.account_id, MANY, rules.PEOPLE_A_DAY, key, now)
    if told:
        audit.record(session, actor, "reading.much", None, now=now)
    return told


def check(db: Database, actor: Actor) -> None:
    """Raises TooMany for whoever opens files faster than anybody reads; their supervisor hears of it."""
    with db.reading() as session:
        now = db.now(session)
        if not rules.too_fast(queries.files_since(session, actor.account_id, now - rules.MINUTE)):
            return
    with db.transaction() as session:
        if _tell(
            session, actor.account_id, FAST, rules.FILES_A_MINUTE, f"fast/{actor.account_id}/{iso(now)[:13]}", now
        ):
            audit.record(session, actor, "reading.slowed", None, now=now)
    raise TooMany(WAIT, seconds=int(rules.MINUTE.total_seconds()))


def _tell(session: Session, account_id: UUID, words: str, most: int, key: str, now: datetime) -> bool:
    reader = people.who_reads(session, account_id)
    return telling.tell(session, reader, words, {"most": most}, key=key, urgency=Urgency.CALM, now=now)
