"""Reading the regions that have a schedule."""

from uuid import UUID

from sqlmodel import Session

from porchlight.oncall import queries


def regions(session: Session, organization_id: UUID | None) -> dict[str, str]:
    """The names of the schedules of each region that has one, by the name of the region."""
    found = dict[str, list[str]]()
    for one in queries.schedules(session, organization_id) if organization_id else ():
        if one.region:
            found.setdefault(one.region, []).append(one.name)
    return {region: ", ".join(found[region]) for region in sorted(found)}


def choice(held: str, known: dict[str, str]) -> bool:
    """Whether there is anything to say of a family that is in the region `held` ("": nobody wrote one down)."""
    return len(known) > 1 or held not in ("", *known)
