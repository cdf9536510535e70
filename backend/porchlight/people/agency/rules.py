"""What a token of the agency's sign-in must say to be believed, beside its signature (OpenID Connect Core 1.0, 3.1.3.7)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from porchlight.core.i18n import _
from porchlight.core.refused import Refused

ROUND_LIVES = timedelta(minutes=10)  # from our door to theirs and back (ASVS 6.5.5)
LEEWAY = timedelta(seconds=60)  # that the provider's clock may be wrong
OLDEST = timedelta(hours=12)  # how long ago they may have let somebody in: as long as a session of ours lives at most
ASK_EVERY = timedelta(minutes=5)
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_LIVES = timedelta(minutes=10)  # no older logout token is believed
# Signed with a key of the provider's. Never none, never a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")

AGAIN = _("The way back from your agency’s sign-in took too long or was used before. Sign in once more.")
NOT_BELIEVED = _("What your agency’s sign-in said does not fit. Sign in once more, or in another way.")
NOT_STRONG = _("Your agency’s sign-in did not ask for a second proof. Turn that on there, or sign in another way.")
NOT_FRESH = _("Your agency’s sign-in did not ask who you are again. Sign out there, then try once more.")
UNKNOWN = _("Your agency knows you, but you have no account here yet. Ask your supervisor to invite you.")
UNVERIFIED = _(
    "Your agency’s sign-in does not vouch for your e-mail address. Sign in another way and tell your supervisor."
)
SHUT = _("Your access here has ended. If that is a mistake, call your supervisor.")


class NotLetIn(Refused):
    """The round to the agency ends at our door."""

    status = 403


@dataclass(frozen=True, slots=True)
class Round:
    """One way there and back. fresh: they must ask who it is, also if they have let them in before."""

    issuer: str
    state: str
    nonce: str
    verifier: str
    following: str
    fresh: bool
    made_at: datetime


def check_back(one: Round | None, query: Mapping[str, str], *, issuer: str, says_issuer: bool, now: datetime) -> Round:
    """The round that somebody comes back from. Raises NotLetIn.

    says_issuer: whether the provider names itself on the way back (RFC 9207), so that no other can take its place.
    """
    if one is None or one.issuer != issuer or now - one.made_at >= ROUND_LIVES:
        raise NotLetIn(AGAIN)
    if query.get("iss", "" if says_issuer else issuer) != issuer:
        raise NotLetIn(NOT_BELIEVED)
    if query.get("error") or not query.get("code"):
        raise NotLetIn(NOT_BELIEVED)
    return one


def proved_at(claims: Mapping[str, Any], one: Round, now: datetime) -> datetime:
    """When the provider last asked who this is (`auth_time`, which we always ask for). Raises NotLetIn."""
    said = claims.get("auth_time")
    if not isinstance(said, int | float):
        raise NotLetIn(NOT_BELIEVED)
    moment = min(datetime.fromtimestamp(said, tz=UTC), now)
    if now - moment > OLDEST + LEEWAY or (one.fresh and moment < one.made_at - LEEWAY):
        raise NotLetIn(NOT_FRESH)
    return moment


def check_strong(claims: Mapping[str, Any], *, acr: Collection[str], amr: Collection[str]) -> None:
    """Where the installation asks for it: one of these `acr`, and one of these `amr`. Raises NotLetIn."""
    said = claims.get("amr")
    methods = set(said) if isinstance(said, list) else set()
    if (acr and claims.get("acr") not in acr) or (amr and methods.isdisjoint(amr)):
        raise NotLetIn(NOT_STRONG)


def check_logout(claims: Mapping[str, Any], now: datetime) -> None:
    """OpenID Connect Back-Channel Logout 1.0, 2.6, but issuer and audience. Raises NotLetIn."""
    made, events = claims.get("iat"), claims.get("events")
    told = isinstance(events, dict) and isinstance(events.get(LOGOUT), dict)
    whom = [claims.get(name) for name in ("sub", "sid")]
    named = any(whom) and all(one is None or isinstance(one, str) for one in whom)
    known = isinstance(claims.get("jti"), str) and claims["jti"]
    age = now - datetime.fromtimestamp(made, tz=UTC) if isinstance(made, int | float) else None
    timely = age is not None and -LEEWAY <= age < LOGOUT_LIVES
    if not (told and named and known and timely) or "nonce" in claims:
        raise NotLetIn(NOT_BELIEVED)
