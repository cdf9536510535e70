"""Writing down what a phone has proven."""

from datetime import datetime

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.ready import rules
from porchlight.ready.models import DeviceCheck
from porchlight.ready.values import Check, Standing


def report(
    session: Session, actor: Actor, check: Check, standing: Standing, said_at: datetime, *, now: datetime
) -> None:
    """This person says what their phone has shown. An older report, or the same one again, changes nothing.

    said_at: aware, by the phone's clock. Raises Refused for a phone that is not set up, and for a proof of alerts.
    """
    if actor.device_id is None:
        raise Refused(_("Set up this phone first: sign out and sign in again."))
    rules.check_can_report(check, standing)
    at = rules.moment_of(said_at, now=now)
    row = session.get(DeviceCheck, (actor.device_id, check), with_for_update=True)
    if row and row.at >= at:
        return
    if row is None:
        row = DeviceCheck(device_id=actor.device_id, kind=check, state=standing, at=at, account_id=actor.account_id)
    row.state, row.at, row.account_id = standing, at, actor.account_id
    if standing == Standing.PROVEN:
        row.proven_at = at
    session.add(row)
    audit.record(session, actor, "phone.checked", actor.device_id, now=now, check=str(check), state=str(standing))
