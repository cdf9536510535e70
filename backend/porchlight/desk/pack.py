"""The pages that a person takes along: Today, the families, each family, its children, their safety plans, a visit's form."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from sqlmodel import Session

from porchlight.cases import queries as cases
from porchlight.cases.values import FamilyLine
from porchlight.core.actor import Actor
from porchlight.crises.callbacks import views as callbacks
from porchlight.crises.mandated import views as mandated
from porchlight.desk.face_sheet import face_sheet
from porchlight.desk.families import AMENDABLE, families, family
from porchlight.desk.today import today
from porchlight.people.access import Capability, Role
from porchlight.plans import queries as plans
from porchlight.plans.views import safety_plan
from porchlight.visits.amend_views import amend, to_amend
from porchlight.visits.views import new_visit
from porchlight.web.rendering import View

MOST_CASES = 50  # what a phone holds; the families whose visits are this person's come before those of others

Page = tuple[str, Callable[[], View]]


def pack_paths(session: Session, actor: Actor, now: datetime) -> Iterator[Page]:
    """Each address with the function that makes its page, in the order in which a phone should have them."""
    yield "/today", partial(today, session, actor, now=now)
    if actor.has(Role.CASEWORKER, Role.SUPERVISOR):
        yield "/families", partial(families, session, actor, now=now)
        yield "/callbacks", partial(callbacks.index, session, actor, now=now)
        yield "/mandated/new", partial(mandated.new, session, actor, now=now, packed=True)
    mine = cases.families(session, actor, now=now, capability=Capability.LOG_VISIT, most=MOST_CASES).families
    logged = {line.case_id for line in mine}
    held = cases.families(session, actor, now=now, most=MOST_CASES).families
    for line in [*mine, *(one for one in held if one.case_id not in logged)][:MOST_CASES]:
        yield from _family(session, actor, line, now, may_log=line.case_id in logged)


def _family(session: Session, actor: Actor, line: FamilyLine, now: datetime, *, may_log: bool) -> Iterator[Page]:
    here = f"/cases/{line.case_id}"
    yield here, partial(family, session, actor, line.case_id, now=now)
    if may_log:
        yield f"{here}/visits/new", partial(new_visit, session, actor, line.case_id, now)
        for visit_id, _began, _zone in to_amend(session, actor, line.case_id, now - AMENDABLE):
            yield f"/visits/{visit_id}/amend", partial(amend, session, actor, visit_id, now)
    children = [child.id for child in line.children]
    planned = plans.currents(session, children)
    for child in children:
        yield f"/people/{child}", partial(face_sheet, session, actor, child, now=now)
        if child in planned:
            yield f"/people/{child}/safety-plan", partial(safety_plan, session, actor, child, now=now)
