"""Changing the rota: somebody stands in."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall import changing, queries, rules
from porchlight.oncall.eligibility import queries as eligibility
from porchlight.oncall.eligibility.rules import Weight
from porchlight.oncall.models import Override
from porchlight.people.access import Role

LONGEST = timedelta(days=31)
NOT_FOUND = _("We could not find that schedule. Go back to the on-call page and try again.")
FAR_OFF = _("Choose a time in the years {first} to {last}.")


def stand_in(
    session: Session,
    actor: Actor,
    schedule_id: UUID,
    position: str,
    account_id: UUID,
    *,
    from_at: datetime,
    to_at: datetime,
    reason: str = "",
    anyway: bool = False,
    now: datetime,
) -> UUID:
    """This person is on call in this position from one moment up to and without another, whoever's turn it is.

    Only a supervisor may say so; the latest word counts. Somebody who is not eligible is refused with the reasons; with
    `anyway` the supervisor takes it upon them, and `reason` says why. Raises NotFound, Refused.
    """
    if not actor.has(Role.SUPERVISOR):
        raise NotFound(NOT_FOUND)
    _check_span(from_at, to_at, now)
    schedule = changing.locked(session, schedule_id)
    if schedule is None or schedule.organization_id != actor.organization_id:
        raise NotFound(NOT_FOUND)
    if position not in schedule.positions:
        raise Refused(_("Choose one of the positions of this schedule."), field="position")
    line = queries.line_of(schedule)
    accepted = check_may(session, line, position, account_id, from_at, to_at, anyway=reason if anyway else "", now=now)
    row = _made(actor, schedule_id, position, account_id, (max(from_at, now), to_at), reason, now)
    session.add(row)
    changing.changed(session, schedule)
    detail: dict[str, str] = {"position": position, "account": str(account_id), "accepted": accepted}
    audit.record(session, actor, "oncall.stand_in", row.id, now=now, people=(), **detail)
    return row.id


def _made(
    actor: Actor,
    schedule_id: UUID,
    position: str,
    account_id: UUID,
    span: tuple[datetime, datetime],
    reason: str,
    now: datetime,
) -> Override:
    """span: from now on at the earliest, for what has been stays as it was."""
    return Override(
        schedule_id=schedule_id,
        position=position,
        account_id=account_id,
        from_at=span[0],
        to_at=span[1],
        reason=reason,
        made_by=actor.account_id,
        made_at=now,
    )


def _check_span(from_at: datetime, to_at: datetime, now: datetime) -> None:
    for at, field in ((from_at, "from_at"), (to_at, "to_at")):
        if at.year not in rules.YEARS:
            raise Refused(FAR_OFF, field=field, first=rules.YEARS[0], last=rules.YEARS[-1])
    if to_at <= from_at:
        raise Refused(_("The end must be after the start."), field="to_at")
    if to_at <= now:
        raise Refused(_("This is over already. Choose a time from now on."), field="to_at")
    if to_at - from_at > LONGEST:
        raise Refused(_("One person may stand in for at most {days} days at once."), field="to_at", days=LONGEST.days)


def check_may(
    session: Session,
    schedule: queries.ScheduleLine,
    position: str,
    account_id: UUID,
    from_at: datetime,
    to_at: datetime,
    *,
    anyway: str = "",
    field: str = "account_id",
    now: datetime,
) -> str:
    """Raises Refused with the gravest reason why this person should not have it; what a supervisor accepted with `anyway`,
    their own words, is returned for the record."""
    found = eligibility.reasons(session, schedule, position, account_id, from_at, to_at, now=now)
    against = [one for one in found if one.weight >= (Weight.NEVER if anyway else Weight.ACCEPT)]
    if against:
        raise Refused(against[0].message, field=field, **against[0].params)
    return " ".join(one.kind for one in found if one.weight == Weight.ACCEPT)
