"""Publishing a rota: the shifts as they are, for everybody to rely on, at least seven days ahead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.clock import iso, local_day, parse_iso
from porchlight.core.i18n import _
from porchlight.core.refused import Conflict, Refused
from porchlight.oncall import queries
from porchlight.oncall.cover.rules import AHEAD, PROVEN, Difference, differences, midnight
from porchlight.oncall.eligibility import queries as eligibility
from porchlight.oncall.eligibility import rules as judging
from porchlight.oncall.eligibility.rules import Asked, Reason, Weight
from porchlight.oncall.models import Publication
from porchlight.oncall.planning.service import ours
from porchlight.oncall.queries import Rota, ScheduleLine
from porchlight.oncall.rules import Gap, Shift

LONGEST = timedelta(days=93)


@dataclass(frozen=True, slots=True)
class Proof:
    """Cover of one schedule from a moment on: shifts of those who work here, gaps, and what speaks against somebody."""

    rota: Rota
    shifts: list[Shift]
    gaps: list[Gap]
    against: list[tuple[Shift, Reason]]


def prove(session: Session, schedule: ScheduleLine, *, now: datetime, ahead: timedelta = PROVEN) -> Proof:
    rota = queries.rotas(session, [schedule], now, now + ahead)[0]
    shifts = rota.shifts()
    return Proof(rota, shifts, rota.gaps(), _against(session, schedule, shifts, now))


def _against(
    session: Session, schedule: ScheduleLine, shifts: list[Shift], now: datetime
) -> list[tuple[Shift, Reason]]:
    """For each person and reason the first shift it is about."""
    known = eligibility.known(session)
    persons = eligibility.persons(session, list({one.account_id for one in shifts}), now=now)
    found: dict[tuple[UUID, str, str], tuple[Shift, Reason]] = {}
    for one in sorted(shifts, key=lambda one: one.start):
        day = local_day(one.start, schedule.zone)
        asked = Asked(one.position, schedule.region, schedule.zone, one.start, one.end)
        force = judging.in_force(known, one.position, schedule.id, day)
        for reason in judging.reasons(persons[one.account_id], asked, force, now=now):
            found.setdefault((one.account_id, one.position, reason.kind), (one, reason))
    return list(found.values())


def last(session: Session, schedule_id: UUID) -> Publication | None:
    query = select(Publication).where(Publication.schedule_id == schedule_id)
    return session.exec(query.order_by(col(Publication.published_at).desc(), col(Publication.id).desc())).first()


def changes(session: Session, schedule: ScheduleLine, shifts: list[Shift], *, now: datetime) -> list[Difference]:
    """Where the rota is not what was published, from now to where it was published."""
    published = last(session, schedule.id)
    if published is None or published.to_at <= now:
        return []
    before = [
        Shift(one["position"], UUID(one["account_id"]), parse_iso(one["from_at"]), parse_iso(one["to_at"]))
        for one in published.shifts
    ]
    return differences(before, shifts, now, min(published.to_at, now + PROVEN))


def publish(
    session: Session,
    actor: Actor,
    schedule_id: UUID,
    *,
    days: int,
    revision: int,
    anyway: str = "",
    now: datetime,
) -> datetime:
    """The rota of the next `days` days is what everybody may rely on. Returns up to when (a midnight of its zone).

    revision: the schedule's, as it was looked at: if it was changed since, Conflict. Gaps and people who are not eligible
    need `anyway`, in words; whether anybody is on call does not hang on it. Raises NotFound, Refused.
    """
    row = ours(session, actor, schedule_id)
    if row.revision != revision:
        raise Conflict(_("The rota was changed meanwhile. Look at it again, then publish."))
    if not AHEAD.days <= days <= LONGEST.days:
        raise Refused(_("Publish at least {least} and at most {most} days."), field="days", least=7, most=LONGEST.days)
    schedule = queries.line_of(row)
    until = midnight(local_day(now + timedelta(days=days + 1), schedule.zone), schedule.zone)
    proof = prove(session, schedule, now=now, ahead=until - now)
    _check_sound(proof, anyway)
    made = Publication(
        schedule_id=schedule_id,
        from_at=now,
        to_at=until,
        published_by=actor.account_id,
        published_at=now,
        shifts=[_row(one) for one in proof.shifts],
    )
    row.published_until = until
    session.add_all([made, row])
    audit.record(session, actor, "oncall.published", schedule_id, now=now, anyway=bool(anyway), gaps=len(proof.gaps))
    return until


def _check_sound(proof: Proof, anyway: str) -> None:
    grave = [why for _shift, why in proof.against if why.weight >= Weight.ACCEPT]
    if (proof.gaps or grave) and not anyway:
        words = _("There are gaps or people who are not eligible. Mend them, or write why you publish anyway.")
        raise Refused(words, field="anyway")


def _row(one: Shift) -> dict[str, str]:
    return {
        "position": one.position,
        "account_id": str(one.account_id),
        "from_at": iso(one.start),
        "to_at": iso(one.end),
    }
