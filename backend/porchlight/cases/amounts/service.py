"""Telling a supervisor that one person reads very much, and slowing down what reads like a machine."""

from datetime import datetime, time

from sqlmodel import Session

from porchlight.alerts.notices import telling
from porchlight.alerts.values import Urgency
from porchlight.audit import service as audit
from porchlight.cases.amounts import queries, rules
from porchlight.cases.emergency import reviewers
from porchlight.core.actor import Actor
from porchlight.core.clock import at_wall, iso, local_day
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import TooMany

MANY = _("One person of yours was shown more than {most} people today. Ask what it was for.")
FAST = _("One person of yours opened more than {most} files within a minute. Ask what it was for.")
WAIT = _("You opened very many files in a short time. Wait {seconds} seconds, then go on. Alerts stay open to you.")


def look(session: Session, actor: Actor, *, now: datetime) -> bool:
    """Tell this person's supervisor once a day that they were shown more people than work needs. Whether it was told."""
    start = at_wall(datetime.combine(local_day(now, actor.time_zone), time.min), actor.time_zone)
    if not rules.too_many_people(queries.people_since(session, actor.account_id, start)):
        return False
    key = rules.told_key(actor.account_id, now, actor.time_zone)
    told = _tell(session, actor, MANY, rules.PEOPLE_A_DAY, key, now)
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
        if _tell(session, actor, FAST, rules.FILES_A_MINUTE, f"fast/{actor.account_id}/{iso(now)[:13]}", now):
            audit.record(session, actor, "reading.slowed", None, now=now)
    raise TooMany(WAIT, seconds=int(rules.MINUTE.total_seconds()))


def _tell(session: Session, actor: Actor, words: str, most: int, key: str, now: datetime) -> bool:
    """Whether it was told now. Of somebody whom nobody here leads, nobody here is told."""
    reader = reviewers.over(session, actor)
    return reader is not None and telling.tell(
        session, reader, words, {"most": most}, key=key, urgency=Urgency.CALM, now=now
    )
