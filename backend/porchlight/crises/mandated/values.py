"""The words that mandated reports are described with."""

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Step(StrEnum):
    ORAL = "oral"  # told by telephone
    WRITTEN = "written"  # the paper was sent
    ELECTRONIC = "electronic"  # filed electronically
    ASKED = "asked"  # whoever took the report asked for it in writing
    NOT_ASKED = "not_asked"
    NOTE = "note"
    LATE = "late"
    CLOSED = "closed"


class Witness(StrEnum):
    """Where it comes from. Who it was stands under the seal."""

    SELF = "self"
    OTHER = "other"
