"""The words that incidents are described with."""

from enum import StrEnum


class Kind(StrEnum):
    INJURY = "injury"
    MEDICATION = "medication"
    RESTRAINT = "restraint"
    PROPERTY = "property"
    POLICE = "police"
    ALLEGATION = "allegation"
    OTHER = "other"


class Severity(StrEnum):
    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"


class State(StrEnum):
    WRITTEN = "written"  # waits for a supervisor
    SENT_BACK = "sent_back"
    REVIEWED = "reviewed"


class Party(StrEnum):
    """Who may have to be told."""

    PARENT = "parent"
    SUPERVISOR = "supervisor"
    DOCTOR = "doctor"
    POLICE = "police"
    LICENSING = "licensing"
    COURT = "court"
    HOTLINE = "hotline"
