"""Setting a schedule up: its name, zone and positions, and who is called where nobody else is."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from porchlight.audit import service as audit
from porchlight.cases import regions as cases
from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound, Refused
from porchlight.oncall import changing
from porchlight.oncall.eligibility import service as eligibility
from porchlight.oncall.models import Schedule
from porchlight.oncall.planning.drafts import ScheduleDraft
from porchlight.oncall.planning.service import ours
from porchlight.oncall.regions.queries import regions
from porchlight.oncall.rules import POSITIONS
from porchlight.oncall.service import NOT_FOUND
from porchlight.people import staff
from porchlight.people.access import Role

Rename = Callable[[Session, Actor, UUID, str, str, datetime], None]


def set_up(
    session: Session, actor: Actor, draft: ScheduleDraft, *, schedule_id: UUID | None = None, now: datetime
) -> UUID:
    """A new schedule, or this one as it is written now; for supervisors. Raises NotFound, Refused.

    A region that gets another name keeps its families, its people and its numbers.
    A position that is taken away is nobody's from now on, also in the past; its turns stay where they are.
    """
    if schedule_id is None:
        if not actor.has(Role.SUPERVISOR) or actor.organization_id is None:
            raise NotFound(NOT_FOUND)
        row = Schedule(organization_id=actor.organization_id, name="", region="", time_zone="")
    else:
        row = ours(session, actor, schedule_id)
    for field in ("last_resort_id", "duty_manager_id"):
        _check_here(session, row, getattr(draft, field), field)
    before, known = row.region, regions(session, row.organization_id)
    row.name, row.region, row.time_zone = draft.name, draft.region, draft.time_zone
    row.positions = [one for one in POSITIONS if one in draft.positions]
    row.last_resort_id, row.duty_manager_id = draft.last_resort_id, draft.duty_manager_id
    changing.changed(session, row)
    session.flush()
    # Only a new name: onto a region that is there already nobody's families are put by the way.
    if before and row.region and row.region not in known and before not in regions(session, row.organization_id):
        _rename(session, actor, row.organization_id, before, row.region, now)
    audit.record(session, actor, "oncall.schedule", row.id, now=now)
    return row.id


# What higher rooms keep of a region, and have to give its new name; told by porchlight.relations.
_also: list[Rename] = []


def relate(*also: Rename) -> None:
    _also[:] = also


def _rename(session: Session, actor: Actor, organization_id: UUID, before: str, region: str, now: datetime) -> None:
    cases.rename(session, actor, organization_id, before, region, now=now)
    eligibility.rename_region(session, organization_id, before, region)
    for one in _also:
        one(session, actor, organization_id, before, region, now)


def _check_here(session: Session, row: Schedule, account_id: UUID | None, field: str) -> None:
    if account_id is None:
        return
    line = staff.staff(session, [account_id]).get(account_id)
    if line is None or not line.works_here or line.organization_id != row.organization_id:
        raise Refused(_("Does not work here any more."), field=field)
