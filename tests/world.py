"""A small invented world for tests: one agency, its people, a family of three, a home, a caregiver, a rota."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlmodel import Session, SQLModel

from porchlight.alerts.models import PushOnly
from porchlight.cases.models import Assignment, Case, Family, Person
from porchlight.core.actor import Actor
from porchlight.core.ids import new_id
from porchlight.crises.models import EscalationPolicy
from porchlight.homes.models import Caregiver, Placement, ResourceHome
from porchlight.oncall.models import Rotation, Schedule
from porchlight.people import queries as people
from porchlight.people.models import Account, AccountRole, Organization
from porchlight.standards.models import ContactRule

MONDAY = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # noon in Chicago
PASSWORD = "lantern-by-the-door"
# Quick to check: how slow a true one is stands in tests/people.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


@dataclass
class World:
    """Ids of what `build` made."""

    agency: UUID
    accounts: dict[str, UUID]
    case: UUID
    other_case: UUID
    children: list[UUID]
    other_child: UUID
    home: UUID
    caregiver: UUID
    schedule: UUID

    def actor(self, session: Session, name: str, *, device_id: UUID | None = None) -> Actor:
        """Whom an account of PEOPLE speaks for."""
        found = people.actor_of(session, self.accounts[name], device_id=device_id)
        assert found is not None
        return found


PEOPLE = {
    "rowan": ("Rowan Ibarra", ["caseworker", "on_call"], "priya"),
    "tamsin": ("Tamsin Okafor", ["caseworker"], "priya"),
    "joss": ("Joss Wetherby", ["on_call"], "priya"),
    "lee": ("Lee Marchetti", ["on_call"], "priya"),
    "priya": ("Priya Castellane", ["supervisor", "on_call"], "mara"),
    "mara": ("Mara Dunleavy-Oyelaran", ["supervisor", "on_call"], None),
    "corin": ("Corin Halvorsen", ["oversight"], None),
    "odell": ("Odell Prentiss", ["aide"], "priya"),
    "sunniva": ("Sunniva Aldous", ["caregiver"], None),
}


def build(session: Session, *, now: datetime = MONDAY) -> World:
    agency = Organization(
        kind="agency",
        name="Alder County",
        phone="+15550100",
        hotline="+15550101",
        time_zone="America/Chicago",
        jurisdiction="Example",
    )
    state = Organization(
        kind="state", name="State of Example", phone="", hotline="", time_zone="America/Chicago", jurisdiction="Example"
    )
    session.add_all([agency, state])
    session.flush()
    accounts = _accounts(session, agency.id, state.id)
    today = now.date()
    case, children = _family(session, agency.id, "Quintrell", ["Gideon", "Hester", "Ignatius"], today)
    other_case, others = _family(session, agency.id, "Sandoval-Pryce", ["Jolie"], today)
    past = now - timedelta(days=200)
    session.add_all(
        [
            Assignment(case_id=case, account_id=accounts["rowan"], from_at=past),
            Assignment(case_id=other_case, account_id=accounts["tamsin"], from_at=past),
            Assignment(case_id=case, account_id=accounts["corin"], role="oversight", from_at=past),
        ]
    )
    home = ResourceHome(code="H3", name="Aldous home", address="4 Lantern Row", phone="+15550133", beds=3)
    session.add(home)
    session.flush()
    caregiver = Caregiver(
        home_id=home.id,
        account_id=accounts["sunniva"],
        name="Sunniva Aldous",
        phone="+15550134",
        email="sunniva@example.org",
    )
    session.add(caregiver)
    for child in children:
        session.add(
            Placement(person_id=child, home_id=home.id, kind="foster_home", from_on=today - timedelta(days=200))
        )
    session.add(
        ContactRule(
            jurisdiction="Example",
            program="foster_care",
            every_days=30,
            source="Alder County practice guide, 3.2 (invented)",
            valid_from=date(2020, 1, 1),
        )
    )
    schedule = _rota(session, agency.id, accounts)
    session.flush()
    return World(agency.id, accounts, case, other_case, children, others[0], home.id, caregiver.id, schedule)


Rows = list[tuple[sa.Table, list[dict[str, Any]]]]
_built: dict[datetime, tuple[World, Rows]] = {}


def settle(session: Session, *, now: datetime = MONDAY) -> World:
    """The world of `build` under ids of its own; from the second time on by its rows, which is many times as fast."""
    if now not in _built:
        world = build(session, now=now)
        # Keys are each installation's own, and what they seal is sealed anew.
        tables = [one for one in SQLModel.metadata.sorted_tables if one.name not in {"person_keys", "key_roots"}]
        found = [(one, [dict(row) for row in session.execute(sa.select(one)).mappings()]) for one in tables]
        _built[now] = world, [(table, rows) for table, rows in found if rows]
        return world
    world, kept = _built[now]
    ids = sorted({value for _table, rows in kept for row in rows for value in row.values() if isinstance(value, UUID)})
    # In the order of the old ones: what was made first stays the oldest.
    anew = _renamed({old: new_id() for old in ids})
    for table, rows in kept:
        session.connection().execute(table.insert(), anew(rows))
    return World(**{one.name: anew(getattr(world, one.name)) for one in fields(World)})


def _renamed(names: dict[UUID, UUID]) -> Callable[[Any], Any]:
    said = {str(old): str(new) for old, new in names.items()}

    def anew(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: anew(one) for key, one in value.items()}
        if isinstance(value, list):
            return [anew(one) for one in value]
        if isinstance(value, UUID):
            return names.get(value, value)
        return said.get(value, value) if isinstance(value, str) else value

    return anew


def _accounts(session: Session, agency: UUID, state: UUID) -> dict[str, UUID]:
    ids = {key: new_id() for key in PEOPLE}
    for key in sorted(PEOPLE, key=lambda key: (PEOPLE[key][2] is not None, key != "priya")):
        name, roles, above = PEOPLE[key]
        session.add(
            Account(
                id=ids[key],
                organization_id=state if key == "corin" else agency,
                email=f"{key}@example.org",
                name=name,
                phone="+15550110",
                supervisor_id=ids[above] if above else None,
                password_hash=PASSWORD_HASH,
                employed_since=date(2020, 1, 6),
            )
        )
        session.flush()
        session.add_all([AccountRole(account_id=ids[key], role=role) for role in roles])
        if "on_call" in roles:
            session.add(alone_accepted(ids[key], ids[above or key], MONDAY))
    return ids


def alone_accepted(account_id: UUID, by: UUID, at: datetime) -> PushOnly:
    """A supervisor's word that alerts on a phone are enough for this person: nobody texts in most tests."""
    return PushOnly(account_id=account_id, accepted=True, by=by, at=at, words="Lives beside the office")


def _family(session: Session, agency: UUID, name: str, children: list[str], today: date) -> tuple[UUID, list[UUID]]:
    family = Family(name=name)
    session.add(family)
    session.flush()
    case = Case(
        family_id=family.id,
        organization_id=agency,
        program="foster_care",
        court=True,
        opened_on=today - timedelta(days=300),
    )
    session.add(case)
    session.flush()
    made = []
    for place, first in enumerate(children):
        child = Person(
            case_id=case.id,
            role="child",
            first_name=first,
            last_name=name,
            born_on=date(today.year - 13 + place, 5, 4),
            likes="Trains and rain",
        )
        session.add(child)
        made.append(child.id)
    session.flush()
    return case.id, made


def _rota(session: Session, agency: UUID, accounts: dict[str, UUID]) -> UUID:
    """Lee is the worker and Joss the backup this week; the week changes Fridays at 5 pm in Chicago."""
    schedule = Schedule(organization_id=agency, name="After hours", region="Alder", time_zone="America/Chicago")
    session.add(schedule)
    session.flush()
    turns = {"worker": ["lee", "rowan"], "backup": ["joss"], "supervisor": ["priya"], "director": ["mara"]}
    for position, names in turns.items():
        members = [str(accounts[name]) for name in names]
        session.add(
            Rotation(
                schedule_id=schedule.id,
                position=position,
                hand_off=time(17, 0),
                first_on=date(2026, 11, 20),
                members=members,
            )
        )
    session.add(
        EscalationPolicy(
            organization_id=agency,
            schedule_id=schedule.id,
            levels=[
                {"position": "worker", "after_seconds": 0},
                {"position": "backup", "after_seconds": 300},
                {"position": "supervisor", "after_seconds": 600},
                {"position": "director", "after_seconds": 900},
            ],
            last_resort_id=accounts["mara"],
        )
    )
    return schedule.id
