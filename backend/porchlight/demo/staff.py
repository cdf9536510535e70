"""The agency, its people, its rota and the rules it is held to."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from porchlight.core.ids import new_id
from porchlight.crises.models import EscalationPolicy
from porchlight.demo.book import ZONE, Book, data, months_before
from porchlight.oncall.models import Override, Rotation, Schedule
from porchlight.people.models import Account, AccountRole, Organization
from porchlight.people.passwords import make_hash
from porchlight.standards.models import ContactRule

FRIDAY, SATURDAY = 4, 5
LEVELS = (("worker", 0), ("backup", 300), ("supervisor", 600), ("director", 900))


def load(book: Book, password: str) -> None:
    people = data("people")
    _organizations(book, people["organizations"])
    _accounts(book, people["accounts"], make_hash(password))
    _rota(book, people["rota"])
    book.put(*(ContactRule(jurisdiction="Example", **rule) for rule in people["rules"]))


def _organizations(book: Book, rows: list[dict[str, str]]) -> None:
    for row in rows:
        book.organizations[row["key"]] = new_id()
    book.put(
        *(
            Organization(
                id=book.organizations[row["key"]],
                kind=row["kind"],
                name=row["name"],
                phone=row["phone"],
                hotline=row["hotline"],
                time_zone=ZONE,
                jurisdiction="Example",
            )
            for row in rows
        )
    )


def _accounts(book: Book, rows: list[dict[str, Any]], password_hash: str) -> None:
    """Nobody signs in as the contractor's workers: they have no role and no password."""
    accounts: list[Account] = []
    roles: list[AccountRole] = []
    for row in rows:
        key = row["key"]
        book.accounts[key], book.names[key] = new_id(), row["name"]
        held = row.get("roles", [])
        accounts.append(
            Account(
                id=book.accounts[key],
                organization_id=book.organizations[row.get("organization", "agency")],
                email=f"{key}@example.org",
                name=row["name"],
                title=row["title"],
                phone=row.get("phone", ""),
                languages=row.get("languages", ["en"]),
                supervisor_id=book.accounts.get(row.get("above", "")),
                employed_since=months_before(book.today, row["years"] * 12) if row["years"] else None,
                password_hash=password_hash if held else "",
                demo=True,
            )
        )
        roles += [AccountRole(account_id=book.accounts[key], role=role) for role in held]
    book.put(*accounts, *roles)


def _rota(book: Book, turns: dict[str, list[str]]) -> None:
    """One week each, from Friday at five. This week is the first one's; one evening later on is swapped."""
    schedule = Schedule(
        id=book.schedule,
        organization_id=book.organizations["agency"],
        name="After hours",
        region="Alder",
        time_zone=ZONE,
    )
    start = _last_hand_off(book)
    book.put(schedule)
    for position, members in turns.items():
        first = start.date() - timedelta(weeks=52 // len(members) * len(members))
        book.put(
            Rotation(
                schedule_id=schedule.id,
                position=position,
                hand_off=time(17, 0),
                first_on=first,
                members=[str(book.accounts[key]) for key in members],
            )
        )
    book.put(
        _swap(book, schedule.id),
        EscalationPolicy(
            organization_id=book.organizations["agency"],
            schedule_id=schedule.id,
            levels=[{"position": position, "after_seconds": seconds} for position, seconds in LEVELS],
            last_resort_id=book.accounts["mara"],
        ),
    )


def _swap(book: Book, schedule_id: UUID) -> Override:
    """Mara for Priya in the night of the next Saturday that is not tomorrow."""
    saturday = book.today + timedelta(days=(SATURDAY - book.today.weekday()) % 7)
    if saturday <= book.day(1):
        saturday += timedelta(weeks=1)
    return Override(
        schedule_id=schedule_id,
        position="supervisor",
        account_id=book.accounts["mara"],
        from_at=book.at(saturday, 18),
        to_at=book.at(saturday + timedelta(days=1), 8),
        reason="Priya is at a wedding",
        made_by=book.accounts["priya"],
        made_at=book.now - timedelta(days=6),
    )


def _last_hand_off(book: Book) -> datetime:
    """The Friday at five that began the running week, on the wall clock."""
    friday = book.today - timedelta(days=(book.today.weekday() - FRIDAY) % 7)
    if book.at(friday, 17) > book.now:
        friday -= timedelta(weeks=1)
    return datetime.combine(friday, time(17))
