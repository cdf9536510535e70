"""Who may see what: one table of role, relation, capability and field class; what is not in it is denied."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from porchlight.core.actor import Actor
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound


class Role(StrEnum):
    CASEWORKER = "caseworker"
    CAREGIVER = "caregiver"
    ON_CALL = "on_call"
    SUPERVISOR = "supervisor"
    OVERSIGHT = "oversight"
    LICENSING = "licensing"
    AIDE = "aide"
    INTAKE = "intake"  # answers the telephone and raises alerts for callers; sees no file
    ADMINISTRATOR = "administrator"  # looks after accounts and how people sign in; sees no file
    DIRECTOR = "director"  # hears of emergency access beyond the usual, and reviews it; sees no file by that
    CUSTODIAN = "custodian"  # retention, erasure, legal hold; sees no file


# Who goes out or rings for the agency: theirs are promised calls and check-ins, which need no case.
WORKS = frozenset({Role.CASEWORKER, Role.ON_CALL, Role.SUPERVISOR, Role.LICENSING, Role.AIDE})
# Who writes down abuse or neglect that they saw or heard of: the one who answers the telephone hears of it first.
REPORTS = WORKS | {Role.INTAKE}


class Relation(StrEnum):
    ASSIGNED = "assigned"
    SUPERVISES = "supervises"
    CAREGIVER = "caregiver"
    RESPONDER = "responder"
    ON_SHIFT = "on_shift"  # on call now for the region of the case
    OVERSEES = "oversees"
    EMERGENCY = "emergency"  # opened this case for an hour, with a reason (cases/emergency)


class Capability(StrEnum):
    FACE_SHEET = "face_sheet"
    SAFETY_PLAN = "safety_plan"
    WRITE_PLAN = "write_plan"
    PHONES = "phones"
    READ_VISITS = "read_visits"
    LOG_VISIT = "log_visit"
    PHOTOS = "photos"
    TASKS = "tasks"
    REGION = "region"  # say whose on-call people are called for a family
    RAISE_CRISIS = "raise_crisis"
    INCIDENTS = "incidents"
    MISSING = "missing"
    MANDATED = "mandated"
    TRAIL = "trail"  # who has seen the file, and who changed it
    REPORTER = "reporter"  # open the seal over who reported: with a reason, and never silently


class Field(StrEnum):
    GENERAL = "general"
    PRIVATE_NOTE = "private_note"
    HEALTH = "health"
    EDUCATION = "education"  # 20 U.S.C. 1232g(b)(1)(L): for those who work the case and those who review it
    # 42 CFR 2.31: opened by the person's own consent, never by a role, so it stands in no row; no column holds it yet.
    SUBSTANCE_USE = "substance_use"
    ADDRESS = (
        "address"  # where a child can be found: home, school together with EDUCATION, places that somebody wrote down
    )
    SEALED = "sealed"  # who reported abuse or neglect


NOT_HERE = _("We could not find that page. It may have moved, or it may not be on your caseload.")

G, N, H, A, S, E = Field.GENERAL, Field.PRIVATE_NOTE, Field.HEALTH, Field.ADDRESS, Field.SEALED, Field.EDUCATION
Row = Mapping[Capability, frozenset[Field]]
C = Capability

_WORKER: Row = {
    C.FACE_SHEET: frozenset({G, H, E, A}),
    C.SAFETY_PLAN: frozenset({G}),
    C.WRITE_PLAN: frozenset({G}),
    C.PHONES: frozenset({G}),
    C.READ_VISITS: frozenset({G, N, A}),
    C.LOG_VISIT: frozenset({G}),
    C.PHOTOS: frozenset({G}),
    C.TASKS: frozenset({G}),
    C.REGION: frozenset({G}),
    C.RAISE_CRISIS: frozenset({G}),
    C.INCIDENTS: frozenset({G, A}),
    C.MISSING: frozenset({G, A}),
    C.MANDATED: frozenset({G}),
}
_SUPERVISOR: Row = {**_WORKER, C.LOG_VISIT: frozenset(), C.TRAIL: frozenset({G}), C.REPORTER: frozenset({S})}
_CAREGIVER: Row = {C.RAISE_CRISIS: frozenset({G})}
_RESPONDER: Row = {
    C.MISSING: frozenset({G, A}),
    C.FACE_SHEET: frozenset({G, H, A}),
    C.SAFETY_PLAN: frozenset({G}),
    C.PHONES: frozenset({G}),
    C.RAISE_CRISIS: frozenset({G}),
}
# What may be needed before the telephone rings: the plan, with what it says of health; no address, no visit, no list.
_ON_SHIFT: Row = {
    C.SAFETY_PLAN: frozenset({G, H}),
    C.PHONES: frozenset({G}),
    C.RAISE_CRISIS: frozenset({G}),
}
# What its worker reads, for an hour; no list, no pack, nothing of who reported, and no photo.
_EMERGENCY: Row = {
    C.FACE_SHEET: frozenset({G, H, E, A}),
    C.SAFETY_PLAN: frozenset({G, H}),
    C.PHONES: frozenset({G}),
    C.READ_VISITS: frozenset({G, N, A}),
    C.INCIDENTS: frozenset({G, A}),
    C.MISSING: frozenset({G, A}),
    C.RAISE_CRISIS: frozenset({G}),
}
_OVERSIGHT: Row = {
    C.FACE_SHEET: frozenset({G, E}),
    C.SAFETY_PLAN: frozenset({G}),
    C.READ_VISITS: frozenset({G}),
    C.INCIDENTS: frozenset({G}),
    C.MISSING: frozenset({G}),
}

TABLE: Mapping[tuple[Role, Relation], Row] = {
    (Role.CASEWORKER, Relation.ASSIGNED): _WORKER,
    (Role.CASEWORKER, Relation.RESPONDER): _RESPONDER,
    (Role.ON_CALL, Relation.RESPONDER): _RESPONDER,
    (Role.ON_CALL, Relation.ON_SHIFT): _ON_SHIFT,
    (Role.SUPERVISOR, Relation.SUPERVISES): _SUPERVISOR,
    (Role.SUPERVISOR, Relation.RESPONDER): _RESPONDER,
    (Role.CAREGIVER, Relation.CAREGIVER): _CAREGIVER,
    (Role.OVERSIGHT, Relation.OVERSEES): _OVERSIGHT,
    **{(role, Relation.EMERGENCY): _EMERGENCY for role in sorted(WORKS)},
}

# Which roles a role may give to somebody it invites: never one that opens more files than its own. What belongs to the
# state (oversight, licensing) is not the agency's to give; a foster parent is invited for their home (homes/inviting.py).
GIVES: Mapping[Role, tuple[Role, ...]] = {
    Role.CASEWORKER: (),
    Role.CAREGIVER: (),
    Role.ON_CALL: (),
    Role.SUPERVISOR: (Role.CASEWORKER, Role.ON_CALL, Role.AIDE, Role.INTAKE, Role.SUPERVISOR),
    Role.OVERSIGHT: (),
    Role.LICENSING: (),
    Role.AIDE: (),
    Role.INTAKE: (),
    Role.ADMINISTRATOR: (Role.ADMINISTRATOR, Role.DIRECTOR, Role.CUSTODIAN),
    Role.DIRECTOR: (Role.DIRECTOR, Role.CUSTODIAN),
    Role.CUSTODIAN: (),
}


def works(actor: Actor) -> bool:
    return actor.has(*WORKS)


def check_works(actor: Actor) -> None:
    """Raises NotFound for foster parents, reviewers and whoever else does not work for the agency's families."""
    if not works(actor):
        raise NotFound(NOT_HERE)


def reports(actor: Actor) -> bool:
    return actor.has(*REPORTS)


def check_reports(actor: Actor) -> None:
    """Raises NotFound for whoever reports elsewhere. It opens no file: which families may be named is another question."""
    if not reports(actor):
        raise NotFound(NOT_HERE)


def may_give(actor: Actor) -> list[Role]:
    """The roles that this person may give, in the order in which a form shows them."""
    return [given for given in Role if any(given in GIVES[role] for role in Role if role in actor.roles)]


RelationQuery = Callable[[UUID, datetime], sa.Select[tuple[UUID]]]
AskedOfOne = Callable[[Session, UUID, UUID, datetime], bool]
_relations: dict[Relation, RelationQuery] = {}
_asked: dict[Relation, AskedOfOne] = {}
WITHOUT = (
    "access.without"  # session.info: relations that do not count in this session, for what is to be kept on a phone
)


def relate(queries: Mapping[Relation, RelationQuery], asked: Mapping[Relation, AskedOfOne]) -> None:
    """Told at start: which query answers each relation with case ids, for (account, moment).

    asked: relations that are worked out, not looked up, so that they are asked of one case at a time, for
    (session, account, case, moment). They open what is asked for, and never appear in a list.
    """
    _relations.update(queries)
    _asked.update(asked)


def allowed(roles: frozenset[str], relation: Relation, capability: Capability) -> frozenset[Field]:
    rows = (TABLE.get((Role(role), relation), {}) for role in roles)
    return frozenset().union(*(row.get(capability, frozenset()) for row in rows))


def cases(
    actor: Actor, capability: Capability, *, now: datetime, field: Field = Field.GENERAL
) -> sa.CompoundSelect[tuple[UUID]]:
    """A selectable of the ids of the cases whose `field` this person may see for `capability`; a higher room joins it."""
    parts = [
        query(actor.account_id, now)
        for relation, query in _relations.items()
        if field in allowed(actor.roles, relation, capability)
    ]
    nothing = sa.select(sa.null().cast(sa.Uuid).label("case_id")).where(sa.false())
    return sa.union(nothing, *parts)


def fields(session: Session, actor: Actor, case_id: UUID, capability: Capability, *, now: datetime) -> frozenset[Field]:
    """The field classes of this case open to this person; empty is denied."""
    found: frozenset[Field] = frozenset()
    for relation, query in _relations.items():
        gives = allowed(actor.roles, relation, capability)
        if gives - found:
            rows = query(actor.account_id, now).subquery()
            held = session.scalar(sa.select(sa.func.count()).select_from(rows).where(rows.c[0] == case_id))
            found |= gives if held else frozenset()
    for relation, holds in _asked.items():
        gives = allowed(actor.roles, relation, capability)
        counts = relation not in session.info.get(WITHOUT, ())
        if counts and gives - found and holds(session, actor.account_id, case_id, now):
            found |= gives
    return found


def check(
    session: Session, actor: Actor, case_id: UUID, capability: Capability, *, now: datetime, words: str = NOT_HERE
) -> frozenset[Field]:
    """The field classes open to this person. Raises NotFound, which looks the same as a case that is not there."""
    found = fields(session, actor, case_id, capability, now=now)
    if not found:
        raise NotFound(words)
    return found
