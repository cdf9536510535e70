"""Writing down what is known of somebody who takes shifts: since when they work here, where, and what they have learned."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator
from sqlmodel import Session, col, delete, select, update

from porchlight.audit import service as audit
from porchlight.core.actor import Actor
from porchlight.core.clock import local_day
from porchlight.core.i18n import LOCALES, _
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall.eligibility import queries, rules
from porchlight.oncall.eligibility.models import StaffRegion, StaffTraining
from porchlight.people import staff
from porchlight.people.access import Role
from porchlight.people.staff import StaffLine
from porchlight.web.forms import Input

NOT_FOUND = _("We could not find this person. Go back to the list and try again.")


class KnownBody(Input):
    """regions: none means that they take shifts in all. languages: codes of ours that they speak."""

    employed_since: date | None = None
    languages: Annotated[list[str], Field(max_length=len(LOCALES))] = []
    regions: Annotated[list[str], Field(max_length=50)] = []

    @field_validator("employed_since", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return value or None

    @field_validator("regions", "languages", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return [value] if isinstance(value, str) and value else value or []


class TrainingBody(Input):
    """valid_to: the first day on which it does not count any more."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    done_on: date
    valid_to: date | None = None

    @field_validator("valid_to", mode="before")
    @classmethod
    def _none(cls, value: object) -> object:
        return value or None


def check_leads(actor: Actor) -> UUID:
    """The organization whose shifts this person looks after. Raises NotFound for whoever is no supervisor."""
    if not actor.has(Role.SUPERVISOR) or actor.organization_id is None:
        raise NotFound(NOT_FOUND)
    return actor.organization_id


def ours(session: Session, actor: Actor, account_id: UUID) -> StaffLine:
    """Somebody who works here. Raises NotFound for anybody else, and for whoever is no supervisor."""
    line = staff.staff(session, [account_id]).get(account_id)
    if line is None or not line.works_here or line.organization_id != check_leads(actor):
        raise NotFound(NOT_FOUND)
    return line


def set_known(
    session: Session, actor: Actor, account_id: UUID, body: KnownBody, *, known: Collection[str], now: datetime
) -> None:
    """Since when they work here, what they speak and where they take shifts, as it is written now.

    known: the regions that there are. Raises NotFound, Refused.
    """
    ours(session, actor, account_id)
    rules.check_employed(body.employed_since, local_day(now, actor.time_zone))
    held = queries.regions_of(session, account_id)
    if not set(body.regions) <= {*known, *held}:
        raise Refused(_("Choose one from the list."), field="regions")
    if not set(body.languages) <= LOCALES.keys():
        raise Refused(_("Choose one from the list."), field="languages")
    staff.set_known(session, account_id, since=body.employed_since, languages=body.languages)
    session.execute(delete(StaffRegion).where(col(StaffRegion.account_id) == account_id))
    session.add_all([StaffRegion(account_id=account_id, region=one) for one in sorted(set(body.regions))])
    since = body.employed_since.isoformat() if body.employed_since else ""
    audit.record(
        session,
        actor,
        "staff.known",
        account_id,
        now=now,
        since=since,
        languages=" ".join(sorted(set(body.languages))),
        regions=len(set(body.regions)),
    )


def note_training(session: Session, actor: Actor, account_id: UUID, body: TrainingBody, *, now: datetime) -> None:
    """Somebody has done a training; of the same day again only its end changes. Raises NotFound, Refused."""
    ours(session, actor, account_id)
    rules.check_training(body.done_on, body.valid_to, local_day(now, actor.time_zone))
    name = rules.as_asked(body.name, rules.named_in_rules(queries.known(session)))
    query = select(StaffTraining).where(
        StaffTraining.account_id == account_id, StaffTraining.name == name, StaffTraining.done_on == body.done_on
    )
    row = session.exec(query.with_for_update()).first() or StaffTraining(
        account_id=account_id, name=name, done_on=body.done_on, noted_by=actor.account_id, noted_at=now
    )
    row.valid_to = body.valid_to
    session.add(row)
    session.flush()
    audit.record(session, actor, "training.noted", row.id, now=now, account=str(account_id))


def strike_training(session: Session, actor: Actor, account_id: UUID, training_id: UUID, *, now: datetime) -> None:
    """It was written down by mistake. Again changes nothing. Raises NotFound."""
    ours(session, actor, account_id)
    row = session.get(StaffTraining, training_id, with_for_update=True)
    if row is None:
        return
    if row.account_id != account_id:
        raise NotFound(NOT_FOUND)
    audit.record(session, actor, "training.struck", row.id, now=now, account=str(account_id))
    session.delete(row)


def rename_region(session: Session, organization_id: UUID, before: str, region: str) -> None:
    """A region has another name: whoever takes shifts in it still does. The caller has checked who may say so."""
    there = list(session.exec(select(StaffRegion.account_id).where(StaffRegion.region == before)))
    ours = [one for one, line in staff.staff(session, there).items() if line.organization_id == organization_id]
    theirs = col(StaffRegion.account_id).in_(ours)
    session.execute(delete(StaffRegion).where(theirs, col(StaffRegion.region) == region))
    session.execute(update(StaffRegion).where(theirs, col(StaffRegion.region) == before).values(region=region))
