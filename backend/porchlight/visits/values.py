"""The words that a visit is made of: its kinds, places, reasons and answers."""

from enum import StrEnum


class Kind(StrEnum):
    CASEWORKER_VISIT = "caseworker_visit"
    FAMILY_TIME = "family_time"
    PHONE = "phone"
    VIDEO = "video"
    COLLATERAL = "collateral"
    ATTEMPTED = "attempted"
    TRANSPORT = "transport"


class Place(StrEnum):
    HOME = "home"
    OFFICE = "office"
    SCHOOL = "school"
    COMMUNITY = "community"
    VIDEO = "video"
    PHONE = "phone"


class Alone(StrEnum):
    """Whether the child could talk without others near."""

    YES = "yes"
    NO = "no"
    NOT_POSSIBLE = "not_possible"


class Answer(StrEnum):
    """What the caregiver says of a visit: no answer yet is the absence of a row."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different"


class Difference(StrEnum):
    """What a caregiver may say is different."""

    NO_VISIT = "no_visit"
    OTHER_TIME = "other_time"
    SOMEONE_ELSE = "someone_else"
    CHILD_NOT_HERE = "child_not_here"
    OTHER = "other"


class Asked(StrEnum):
    """Where the question to the caregiver stands."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DIFFERENT = "different"
    EXPIRED = "expired"  # nobody answered while the link was good
