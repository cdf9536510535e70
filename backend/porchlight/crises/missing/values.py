"""The words that a time of being missing is described with."""

from enum import StrEnum


class State(StrEnum):
    MISSING = "missing"
    FOUND = "found"  # back, or seen to be safe; the talk about it is still to come
    CLOSED = "closed"


class Step(StrEnum):
    """One line of what was done. The last four write themselves."""

    POLICE = "police"
    NCMEC = "ncmec"
    LOOKED = "looked"
    TOLD = "told"  # parents, court, licensing, the team
    SEEN = "seen"
    NOTE = "note"
    LEARNED = "learned"
    LATE = "late"
    FOUND = "found"
    TALKED = "talked"


class How(StrEnum):
    CAME_BACK = "came_back"
    WE_FOUND = "we_found"
    POLICE_FOUND = "police_found"
    FAMILY_FOUND = "family_found"
    OTHER = "other"


class Screened(StrEnum):
    """Whether the child was asked about being used or sold by others, and what came of it."""

    NO_SIGN = "no_sign"
    SIGN = "sign"
    NOT_YET = "not_yet"
