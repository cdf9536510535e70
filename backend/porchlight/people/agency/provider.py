"""Talking to the agency's provider: what it says of itself, its keys, a code for tokens (by the library `authlib`).

Every call here goes over the network: never with a transaction open.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from porchlight.core.i18n import _
from porchlight.core.refused import Refused
from porchlight.people.agency import rules
from porchlight.people.agency.rules import NotLetIn, Round
from porchlight.settings import Settings

BACK = "/sign-in/agency/back"
PATIENCE = 5  # seconds
KEPT = 3600.0  # seconds that we remember what a provider says of itself
ANEW = 5.0  # seconds between two looks at its keys, whoever sends us tokens of unknown ones
DOWN = _("Your agency’s sign-in does not answer. Try again in a minute, or sign in another way.")


class ProviderDown(Refused):
    """It could not be reached, or what it said cannot be read."""

    status = 503


class Revoked(Exception):
    """The provider does not renew this token: its person was shut out over there."""


@dataclass(slots=True)
class Remembered:
    """What a provider said of itself, and when; of each process its own, and never needed by another one."""

    facts: dict[str, Any] = field(default_factory=dict)
    facts_at: float = -KEPT
    keys: KeySet | None = None
    keys_at: float = -KEPT


_remembered: dict[str, Remembered] = {}
_looking = threading.Lock()


@dataclass(frozen=True, slots=True)
class Tokens:
    """claims: of the ID token, checked. refresh: empty where none was given."""

    claims: Mapping[str, Any]
    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Provider:
    settings: Settings

    def facts(self) -> dict[str, Any]:
        """Its discovery document (OpenID Connect Discovery 1.0, 4). Raises ProviderDown."""
        known = self._memory()
        if time.monotonic() - known.facts_at > KEPT:
            said = _fetch(f"{self.settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != self.settings.oidc_issuer:
                raise ProviderDown(DOWN)
            known.facts, known.facts_at = said, time.monotonic()
        return known.facts

    def says_issuer(self) -> bool:
        return bool(self.facts().get("authorization_response_iss_parameter_supported"))

    def address(self, one: Round) -> str:
        """Where to send somebody who wants to sign in: a code with PKCE (RFC 7636), bound to this browser's round."""
        extra = {"prompt": "login"} if one.fresh else {}
        if self.settings.oidc_offline and not one.fresh:
            extra["prompt"] = "consent"  # without it no provider has to give a token that outlives its session
        if self.settings.oidc_acr:
            extra["acr_values"] = " ".join(self.settings.oidc_acr)
        max_age = 0 if one.fresh else int(rules.OLDEST.total_seconds())
        url, _state = self._client().create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=one.state,
            nonce=one.nonce,
            code_verifier=one.verifier,
            max_age=max_age,
            **extra,
        )
        return str(url)

    def exchange(self, code: str, one: Round, now: datetime) -> Tokens:
        """The code for tokens, the ID token checked. Raises NotLetIn, ProviderDown."""
        try:
            said = self._client().fetch_token(
                self._endpoint("token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=one.verifier,
                timeout=PATIENCE,
                allow_redirects=False,
            )
        except OAuthError as error:
            raise NotLetIn(rules.AGAIN if error.error == "invalid_grant" else rules.NOT_BELIEVED) from error
        except (requests.RequestException, ValueError) as error:
            raise ProviderDown(DOWN) from error
        access = str(said.get("access_token", ""))
        claims = self.read(str(said.get("id_token", "")), now, nonce=one.nonce, access_token=access)
        return Tokens(claims, access, str(said.get("refresh_token", "")))

    def refresh(self, token: str) -> str:
        """A new refresh token, or the same one again. Raises Revoked, ProviderDown."""
        try:
            said = self._client().refresh_token(
                self._endpoint("token_endpoint"), refresh_token=token, timeout=PATIENCE, allow_redirects=False
            )
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise Revoked from error
            raise ProviderDown(DOWN) from error
        except (requests.RequestException, ValueError) as error:
            raise ProviderDown(DOWN) from error
        return str(said.get("refresh_token", "") or token)

    def person(self, access: str, subject: str) -> Mapping[str, Any]:
        """What it says of the person beside the ID token (5.3). Raises ProviderDown, NotLetIn."""
        said = _fetch(self._endpoint("userinfo_endpoint"), {"Authorization": f"Bearer {access}"})
        if said.get("sub") != subject:
            raise NotLetIn(rules.NOT_BELIEVED)
        return said

    def read(self, token: str, now: datetime, *, nonce: str = "", access_token: str = "") -> dict[str, Any]:
        """The claims of an ID token for us: signature, issuer, audience, party, times, nonce. Raises NotLetIn."""
        header, claims = self._open(token)
        options = {"iss": {"essential": True, "value": self.settings.oidc_issuer}, "aud": self._audience()}
        params = {"nonce": nonce, "client_id": self.settings.oidc_client_id, "access_token": access_token}
        try:
            CodeIDToken(claims, header, options, params).validate(
                int(now.timestamp()), int(rules.LEEWAY.total_seconds())
            )
        except (JoseError, ValueError, TypeError) as error:
            raise NotLetIn(rules.NOT_BELIEVED) from error
        return claims

    def read_logout(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a logout token for us. Raises NotLetIn, ProviderDown."""
        header, claims = self._open(token)
        ours = {claims["aud"]} if isinstance(claims.get("aud"), str) else set(claims.get("aud") or ())
        kind = str(header.get("typ", "logout+jwt")).lower().removeprefix("application/")
        fits = claims.get("iss") == self.settings.oidc_issuer and self.settings.oidc_client_id in ours
        if not fits or kind not in {"logout+jwt", "jwt"}:
            raise NotLetIn(rules.NOT_BELIEVED)
        rules.check_logout(claims, now)
        return claims

    def _audience(self) -> dict[str, Any]:
        return {"essential": True, "value": self.settings.oidc_client_id}

    def _open(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims, the signature checked with the provider's keys; they are looked at anew for an unknown one."""
        for anew in (False, True):
            try:
                opened = jwt.decode(token, self._keys(anew=anew), algorithms=list(rules.ALGORITHMS))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
            return dict(opened.header), dict(opened.claims)
        raise NotLetIn(rules.NOT_BELIEVED)

    def _keys(self, *, anew: bool) -> KeySet:
        with _looking:
            known = self._memory()
            age = time.monotonic() - known.keys_at
            if known.keys is None or age > KEPT or (anew and age > ANEW):
                try:
                    known.keys = KeySet.import_key_set(_fetch(self._endpoint("jwks_uri")))  # type: ignore[arg-type]
                except (JoseError, ValueError, TypeError) as error:
                    raise ProviderDown(DOWN) from error
                known.keys_at = time.monotonic()
            return known.keys

    def _memory(self) -> Remembered:
        return _remembered.setdefault(self.settings.oidc_issuer, Remembered())

    def _endpoint(self, name: str) -> str:
        """Raises ProviderDown for one that is missing or would send secrets in clear."""
        address = str(self.facts().get(name, ""))
        if urlsplit(address).scheme != urlsplit(self.settings.oidc_issuer).scheme:
            raise ProviderDown(DOWN)
        return address

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            self.settings.oidc_client_id,
            self.settings.oidc_client_secret or None,
            scope="openid email profile" + (" offline_access" if self.settings.oidc_offline else ""),
            redirect_uri=f"{self.settings.public_url}{BACK}",
            code_challenge_method="S256",
        )


def _fetch(address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A JSON object. Raises ProviderDown."""
    try:
        answer = requests.get(address, headers=headers, timeout=PATIENCE, allow_redirects=False)
        answer.raise_for_status()
        said = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderDown(DOWN) from error
    if answer.status_code != 200 or not isinstance(said, dict):
        raise ProviderDown(DOWN)
    return said
