"""What is asked of an authenticator, and whether its answer holds (WebAuthn Level 3, by the library `webauthn`)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from porchlight.core.i18n import _
from porchlight.core.keys import from_b64u
from porchlight.core.refused import Refused
from porchlight.people import rules
from porchlight.settings import Settings

PATIENCE = int(rules.CHALLENGE_LIVES.total_seconds() * 1000)  # milliseconds
NOT_MADE = _("Your phone did not make a passkey that we can use. Try again, or choose a password.")
NOT_SIGNED_IN = _("That passkey did not work. Try again, or use your password.")
# What the library raises on an answer that is not one; cbor2's errors among them are ValueErrors.
TROUBLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
TRANSPORTS = frozenset(one.value for one in AuthenticatorTransport)


@dataclass(frozen=True, slots=True)
class Site:
    """Where our passkeys are good: the host name they are bound to, and the one origin that may ask for them."""

    rp_id: str
    origin: str


def site(settings: Settings) -> Site:
    parts = urlsplit(settings.public_url)
    return Site(parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}")


def to_make(
    here: Site, challenge: bytes, *, account_id: UUID, sign_in_name: str, name: str, known: Sequence[str]
) -> dict[str, Any]:
    """Options for navigator.credentials.create(), as JSON. known: credential ids that this person has already."""
    options = webauthn.generate_registration_options(
        rp_id=here.rp_id,
        rp_name="Porchlight",
        user_id=account_id.bytes,
        user_name=sign_in_name,
        user_display_name=name,
        challenge=challenge,
        timeout=PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=from_b64u(one)) for one in known],
    )
    found: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return found


def to_sign_in(here: Site, challenge: bytes) -> dict[str, Any]:
    """Options for navigator.credentials.get(), as JSON: whichever passkey for us this phone has."""
    options = webauthn.generate_authentication_options(
        rp_id=here.rp_id,
        challenge=challenge,
        timeout=PATIENCE,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    found: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return found


def challenge_in(credential: dict[str, Any]) -> bytes:
    """The challenge that an answer names; empty when it names none."""
    try:
        return parse_client_data_json(from_b64u(credential["response"]["clientDataJSON"])).challenge
    except TROUBLE:
        return b""


def check_made(here: Site, credential: dict[str, Any], challenge: bytes) -> VerifiedRegistration:
    """Origin, challenge, host, user verification and the form of the key. Raises Refused."""
    try:
        return webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=here.rp_id,
            expected_origin=here.origin,
            require_user_verification=True,
        )
    except TROUBLE as error:
        raise Refused(NOT_MADE) from error


def check_signed(
    here: Site, credential: dict[str, Any], challenge: bytes, *, public_key: str, sign_count: int
) -> VerifiedAuthentication | None:
    """None unless origin, challenge, host, user verification, signature and counter are all right."""
    try:
        return webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=here.rp_id,
            expected_origin=here.origin,
            credential_public_key=from_b64u(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except TROUBLE:
        return None
