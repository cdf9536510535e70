"""What a phone has to prove before it is relied on, and how far it got."""

from collections.abc import Mapping
from enum import StrEnum

from porchlight.core.i18n import _


class Check(StrEnum):
    """The rows of the card, in their order; docs/pilot.md asks for the same ones of real phones."""

    OFFLINE = "offline"
    CAMERA = "camera"
    ALERTS = "alerts"
    CALL = "call"
    GALLERY = "gallery"
    STORAGE = "storage"


TITLES: Mapping[Check, str] = {
    Check.OFFLINE: _("Works without signal"),
    Check.CAMERA: _("Still there after the camera"),
    Check.ALERTS: _("Alerts reach this phone"),
    Check.CALL: _("A call can wake you"),
    Check.GALLERY: _("Photos stay out of the gallery"),
    Check.STORAGE: _("Storage is protected"),
}


class Standing(StrEnum):
    PROVEN = "proven"
    NOT_PROVEN = "not_proven"
    NOT_POSSIBLE = "not_possible"
