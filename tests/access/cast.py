"""Who asks in the matrix: one account for each role and relation, and how each stands to each family."""

from dataclasses import dataclass, field

from porchlight.people.access import Relation, Role

R = Relation
OWN, OTHER, STRANGE = "own", "other", "strange"  # families: two of the agency, one of another organization


@dataclass(frozen=True)
class Who:
    """roles of an account; relations: to each family, from which the table says what is open."""

    roles: frozenset[Role]
    relations: dict[str, frozenset[Relation]] = field(default_factory=dict)
    agency: str = "agency"
    above: str | None = "priya"


def who(*roles: Role, agency: str = "agency", above: str | None = "priya", **relations: set[Relation]) -> Who:
    return Who(frozenset(roles), {family: frozenset(held) for family, held in relations.items()}, agency, above)


SHIFT = {R.ON_SHIFT}
CAST: dict[str, Who] = {
    "rowan": who(Role.CASEWORKER, Role.ON_CALL, own={R.ASSIGNED}),
    "tamsin": who(Role.CASEWORKER, other={R.ASSIGNED}),
    "once": who(Role.CASEWORKER),  # worked the own family until a month ago
    "just": who(Role.CASEWORKER),  # was taken off it this moment
    "priya": who(Role.SUPERVISOR, Role.ON_CALL, above="mara", own={R.SUPERVISES} | SHIFT, other={R.SUPERVISES} | SHIFT),
    "mara": who(
        *(Role.SUPERVISOR, Role.ON_CALL),
        above=None,
        own={R.SUPERVISES} | SHIFT,
        other={R.SUPERVISES} | SHIFT,
    ),
    "pell": who(Role.SUPERVISOR, above=None),  # of the same agency, of nobody who works these families
    "lee": who(Role.ON_CALL, own={R.RESPONDER} | SHIFT, other=SHIFT),
    "joss": who(Role.ON_CALL, own=SHIFT, other=SHIFT),  # was called for the other family; that is over
    "kit": who(Role.ON_CALL),  # off shift
    "dale": who(Role.CASEWORKER, own={R.RESPONDER}),  # called to the own family, whose worker is another
    "gale": who(Role.CASEWORKER, own={R.EMERGENCY}),  # opened the own family half an hour ago
    "fern": who(Role.CASEWORKER),  # opened it, and its hour is over
    "corin": who(Role.OVERSIGHT, agency="state", above=None, own={R.OVERSEES}),
    "wim": who(Role.OVERSIGHT, agency="state", above=None, other={R.OVERSEES}),
    "past": who(Role.OVERSIGHT, agency="state", above=None),  # reviewed the own family until a month ago
    "odell": who(Role.AIDE),
    "neve": who(Role.LICENSING, agency="state", above=None),
    "io": who(Role.INTAKE),
    "dora": who(Role.DIRECTOR, above=None),
    "cuno": who(Role.CUSTODIAN, above=None),
    "sunniva": who(Role.CAREGIVER, above=None, own={R.CAREGIVER}),
    "wenna": who(Role.CAREGIVER, above=None, own={R.CAREGIVER}),  # where a sibling lives, apart
    "olga": who(Role.CAREGIVER, above=None),  # a child of the own family lived there until yesterday
    "otto": who(Role.SUPERVISOR, agency="strange", above=None, strange={R.SUPERVISES}),
    "uma": who(Role.CASEWORKER, agency="strange", above="otto", strange={R.ASSIGNED}),
}
# One of each kind, where a page shows nothing of any family.
FEW = ("rowan", "priya", "lee", "corin", "odell", "neve", "io", "dora", "cuno", "sunniva", "otto")
