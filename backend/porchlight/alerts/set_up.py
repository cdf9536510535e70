"""Which channels this installation has at all: what is not set up is said wherever somebody relies on it."""

from sqlmodel import Session

from porchlight.alerts.values import Channel
from porchlight.core.db import Database
from porchlight.settings import Settings

FACT = "channels"


def set_up(settings: Settings) -> frozenset[Channel]:
    """Push needs nothing but our own key; the others need a provider."""
    return frozenset(channel for channel in Channel if channel not in settings.not_set_up)


def announce(db: Database, settings: Settings) -> None:
    """Every session of this database knows it from now on, so that no rule about a person has to be handed settings."""
    db.facts[FACT] = set_up(settings)


def of(session: Session) -> frozenset[Channel]:
    found: frozenset[Channel] = session.info.get(FACT, frozenset({Channel.PUSH}))
    return found
