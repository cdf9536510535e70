"""What may become of an incident, and who is to be told of which kind; the table of kinds is data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.crises.incidents.values import Kind, Party, Severity, State

LONGEST = 8000  # characters
LEEWAY = timedelta(minutes=1)  # two clocks that are set alike are not the same
OLDEST = timedelta(days=366)

NEXT: Mapping[State, frozenset[State]] = {
    State.WRITTEN: frozenset({State.REVIEWED, State.SENT_BACK, State.WRITTEN}),
    State.SENT_BACK: frozenset({State.WRITTEN}),
    State.REVIEWED: frozenset({State.WRITTEN}),  # what is changed is reviewed anew
}


@dataclass(frozen=True, slots=True)
class KindRule:
    """Who is told of this kind [our own choice; an agency's own list goes here]."""

    kind: Kind
    tell: frozenset[Party]


P = Party
KINDS: tuple[KindRule, ...] = (
    KindRule(Kind.INJURY, frozenset({P.PARENT, P.SUPERVISOR, P.DOCTOR})),
    KindRule(Kind.MEDICATION, frozenset({P.SUPERVISOR, P.DOCTOR})),
    KindRule(Kind.RESTRAINT, frozenset({P.PARENT, P.SUPERVISOR, P.LICENSING})),
    KindRule(Kind.PROPERTY, frozenset({P.SUPERVISOR})),
    KindRule(Kind.POLICE, frozenset({P.PARENT, P.SUPERVISOR})),
    KindRule(Kind.ALLEGATION, frozenset({P.SUPERVISOR, P.HOTLINE, P.LICENSING})),
    KindRule(Kind.OTHER, frozenset({P.SUPERVISOR})),
)


def still_to_tell(kind: Kind, severity: Severity, told: Iterable[Party]) -> list[Party]:
    """Who is to be told and was not, in the order of the table. A serious one is a parent's to know, too."""
    wanted = next((one.tell for one in KINDS if one.kind is kind), frozenset[Party]())
    if severity is Severity.SERIOUS:
        wanted |= {P.PARENT}
    return [one for one in Party if one in wanted - set(told)]


def check_went(at: datetime | None, now: datetime, field: str) -> datetime:
    """A time that is over, within a year. Raises Refused."""
    if at is None:
        raise Refused(_("Fill this in."), field=field)
    if at > now + LEEWAY:
        raise Refused(_("This time lies ahead. Look at the date and the time."), field=field)
    if at < now - OLDEST:
        raise Refused(_("This is more than a year ago. Look at the date."), field=field)
    return at


def check_can_review(state: State, *, writer_id: UUID, reviewer_id: UUID) -> None:
    """Somebody else than who wrote it, and only once. Raises Refused."""
    if State.REVIEWED not in NEXT[state]:
        raise Refused(_("This was reviewed already. Reload the page."))
    if writer_id == reviewer_id:
        raise Refused(_("You wrote this yourself. Another supervisor reviews it."))
