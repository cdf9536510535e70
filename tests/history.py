"""Contacts of the small world, written straight into its tables."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from porchlight.core.ids import new_id
from porchlight.visits.models import Contact, ContactChild
from tests.world import World

CHICAGO = ZoneInfo("America/Chicago")


def wall(year: int, month: int, day: int, hour: int = 16, minute: int = 0, zone: ZoneInfo = CHICAGO) -> datetime:
    """That wall clock time as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


def visited(
    session: Session,
    world: World,
    at: datetime,
    children: Sequence[UUID] = (),
    *,
    kind: str = "caseworker_visit",
    by: str = "rowan",
    place: str = "home",
    seen: bool = True,
    zone: str = "America/Chicago",
    observations: str = "",
    private_note: str = "",
) -> UUID:
    """One contact of 40 minutes with these children, of the first family when none are named."""
    children = children or world.children
    contact = Contact(
        id=new_id(),
        case_id=world.other_case if world.other_child in children else world.case,
        author_id=world.accounts[by],
        kind=kind,
        started_at=at,
        ended_at=at + timedelta(minutes=40),
        zone=zone,
        place=place,
        in_residence=place == "home",
        observations=observations,
        came="Rowan I.",
        summary_sha256="s",
        body_sha256="b",
        captured_at=at + timedelta(hours=1),
        received_at=at + timedelta(hours=1),
    )
    session.add(contact)
    session.flush()
    for child in children:
        session.add(
            ContactChild(
                contact_id=contact.id,
                person_id=child,
                seen=seen,
                alone="yes" if seen else "",
                not_seen_reason="" if seen else "Away",
                private_note=private_note,
            )
        )
    session.flush()
    return contact.id
