"""The agency's own sign-in over HTTP: the way there, the way back, and its word that somebody is out."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.refused import NotFound
from porchlight.core.tools import Tools
from porchlight.people.agency import rounds, rules, service
from porchlight.people.agency.provider import BACK, Provider, Tokens
from porchlight.people.agency.rules import NotLetIn, Round
from porchlight.people.controllers import entering
from porchlight.people.controllers.signing_in import sign_in_view
from porchlight.people.sessions.service import Begun
from porchlight.people.values import How
from porchlight.settings import Settings
from porchlight.web import forms
from porchlight.web.cookies import cookie, value_of
from porchlight.web.forms import inside

Asked = Request[Any, Any, Any]
ROUND = "round"


def round_cookie(settings: Settings, sealed: str) -> Cookie:
    return cookie(settings, ROUND, sealed, seconds=int(rules.ROUND_LIVES.total_seconds()))


def provider_of(tools: Tools) -> Provider:
    """Raises NotFound where the agency has no sign-in of its own."""
    if not tools.settings.oidc_issuer:
        raise NotFound(_("We could not find that page."))
    return Provider(tools.settings)


@get("/sign-in/agency", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def there(
    request: Asked,
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    visitor: NamedDependency[Actor | None],
) -> Response[Any]:
    """On to the agency. Whoever is signed in already is here to show anew who they are."""
    provider = provider_of(tools)
    following = inside(request.query_params.get("next", "/today"))
    with db.reading() as session:
        now = db.now(session)
    one = rounds.begin(tools.settings.oidc_issuer, following, fresh=visitor is not None, now=now)
    with forms.redrawing(lambda: sign_in_view(db, tools, following), {}):
        address = provider.address(one)
    cookie = round_cookie(tools.settings, rounds.seal_round(tools.keys, one))
    return Redirect(address, status_code=303, cookies=[cookie])


@get(BACK, opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def back(request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools]) -> Response[Any]:
    """A GET, for the provider sends the browser here; what it changes is bound to the round that this browser began."""
    provider = provider_of(tools)
    with forms.redrawing(lambda: sign_in_view(db, tools, "/today"), {}):
        one = _round(request, db, tools, provider)
        with db.reading() as session:
            now = db.now(session)
        tokens = provider.exchange(request.query_params["code"], one, now)
        begun = _let_in(request, db, tools, provider, tokens, one)
    cookies = [*entering.cookies_of(begun, tools.settings), round_cookie(tools.settings, "")]
    return Redirect(inside(one.following), status_code=303, cookies=cookies)


def _round(request: Asked, db: Database, tools: Tools, provider: Provider) -> Round:
    """The round of this browser, good once. Raises NotLetIn."""
    query = dict(request.query_params)
    one = rounds.open_round(tools.keys, value_of(request, ROUND))
    if one is None or not rounds.same(one.state, query.get("state", "")):
        raise NotLetIn(rules.AGAIN)
    says_issuer, issuer = provider.says_issuer(), tools.settings.oidc_issuer
    with db.transaction() as session:
        now = db.now(session)
        first = service.spend(session, f"round {one.state}", lives=2 * rules.ROUND_LIVES, now=now)
    if not first:
        raise NotLetIn(rules.AGAIN)
    return rules.check_back(one, query, issuer=issuer, says_issuer=says_issuer, now=now)


def _let_in(request: Asked, db: Database, tools: Tools, provider: Provider, tokens: Tokens, one: Round) -> Begun:
    settings, claims, subject = tools.settings, tokens.claims, str(tokens.claims["sub"])
    rules.check_strong(claims, acr=settings.oidc_acr, amr=settings.oidc_amr)
    person = claims
    with db.reading() as session:
        known = service.find(session, settings.oidc_issuer, subject) is not None
    if not known and "email" not in claims:
        person = provider.person(tokens.access, subject)
    with db.transaction() as session:
        now: datetime = db.now(session)
        proved_at = rules.proved_at(claims, one, now)
        identity = service.let_in(session, settings.oidc_issuer, subject, person, now=now)
        begun = entering.begin(request, session, identity.account_id, How.AGENCY, proved_at=proved_at, now=now)
        keep = tokens.refresh if settings.oidc_offline else ""
        sealed = rounds.seal(tools.keys, rounds.TOKEN, keep) if keep else ""
        sid = str(claims.get("sid", ""))
        service.note_session(session, begun.id, identity.id, sid=sid, sealed_token=sealed, now=now)
    return begun


@post("/hooks/agency/logout", opt={"open": True}, sync_to_thread=True, include_in_schema=False, status_code=200)
def log_out(
    data: URLEncodedBody[dict[str, Any]], db: NamedDependency[Database], tools: NamedDependency[Tools]
) -> Response[Any]:
    """The provider's own word, signed (OpenID Connect Back-Channel Logout 1.0, 2.5); 400 for any other."""
    provider = provider_of(tools)
    with db.reading() as session:
        now = db.now(session)
    try:
        claims = provider.read_logout(str(data.get("logout_token", "")), now)
    except NotLetIn:
        return Response({"error": "invalid_request"}, status_code=400)
    with db.transaction() as session:
        service.log_out(session, tools.settings.oidc_issuer, claims, now=db.now(session))
    return Response("", status_code=200)


ROUTES = [there, back, log_out]
