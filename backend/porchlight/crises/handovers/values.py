"""The words that hand-overs are described with."""

from enum import StrEnum


class Offer(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by whoever offered it, or for another person
    LAPSED = "lapsed"  # whoever offered it has it no more
