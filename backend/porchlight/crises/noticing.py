"""Telling a person that something waits for them, by the true path and without a word of it on the locked screen."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.alerts import queries as alerts
from porchlight.alerts import service as alerting
from porchlight.alerts.values import Severity
from porchlight.core.actor import Actor
from porchlight.crises.callbacks.models import Callback
from porchlight.crises.checkins.models import CheckIn
from porchlight.crises.incidents.models import Incident
from porchlight.crises.mandated.models import MandatedReport
from porchlight.crises.missing.models import MissingEpisode

# Where a notice leads, by what it is about.
PAGES: tuple[tuple[type, str], ...] = (
    (Callback, "/callbacks"),
    (CheckIn, "/checkins"),
    (Incident, "/incidents"),
    (MandatedReport, "/mandated"),
    (MissingEpisode, "/missing"),
)


def tell(session: Session, account_id: UUID, subject_id: UUID, *, now: datetime) -> None:
    """A notice to all phones of a person. It says that there is one; opening it leads to the page of the subject."""
    alert_id = alerting.make_alert(session, account_id, Severity.NOTICE, subject_id, now=now)
    alerting.make_deliveries(session, alert_id, now=now)


def page_of(session: Session, actor: Actor, alert_id: UUID) -> str | None:
    """The page that a notice of this person is about; None for what is no notice of theirs."""
    alert = alerts.alert(session, alert_id)
    if alert is None or alert.account_id != actor.account_id or alert.severity != Severity.NOTICE:
        return None
    found: Callable[[type], object] = lambda table: session.get(table, alert.subject_id)  # noqa: E731
    return next((f"{path}/{alert.subject_id}" for table, path in PAGES if found(table)), None)
