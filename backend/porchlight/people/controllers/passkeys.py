"""Passkeys: signing in with one, making one at the first day or later, naming and removing one's own."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from pydantic import Field

from porchlight.core.actor import Actor
from porchlight.core.db import Database
from porchlight.core.i18n import _
from porchlight.core.keys import sha256
from porchlight.core.refused import Refused, TooMany
from porchlight.core.tools import Tools
from porchlight.people import ceremonies, joining, joining_views, passkeys, queries, rules, service
from porchlight.people.controllers import entering
from porchlight.people.controllers.joining import ENTRY, entry_cookie, joiner_of
from porchlight.people.controllers.signing_in import sign_in_view
from porchlight.people.values import How
from porchlight.web import forms
from porchlight.web.cookies import value_of
from porchlight.web.forms import Input, inside
from porchlight.web.rendering import locale_of, page
from porchlight.web.sessions import address_of

Asked = Request[Any, Any, Any]
Base64 = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"^[A-Za-z0-9_-]+$")]
Short = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[A-Za-z0-9_-]+$")]


class MadeResponse(Input):
    clientDataJSON: Base64  # noqa: N815  the names are WebAuthn's
    attestationObject: Base64  # noqa: N815
    transports: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=8)] = []


class Made(Input):
    """What navigator.credentials.create() gave, without the extensions: what PRF answers never leaves the phone."""

    id: Short
    rawId: Short  # noqa: N815
    type: str
    response: MadeResponse


class SignedResponse(Input):
    clientDataJSON: Base64  # noqa: N815
    authenticatorData: Base64  # noqa: N815
    signature: Base64
    userHandle: str = ""  # noqa: N815


class Signed(Input):
    """What navigator.credentials.get() gave, without the extensions."""

    id: Short
    rawId: Short  # noqa: N815
    type: str
    response: SignedResponse
    next: str = "/today"


class NameForm(Input):
    label: Annotated[str, Field(min_length=1, max_length=80)]


@get("/sign-in/passkey", opt={"open": True}, sync_to_thread=True, include_in_schema=False)
def door(request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools]) -> Response[Any]:
    """The sign-in page with its script, for who has not used a passkey in this browser yet."""
    return page(request, sign_in_view(db, tools, request.query_params.get("next", "/today"), with_passkey=True))


@post("/sign-in/passkey/options", opt={"open": True}, sync_to_thread=True, include_in_schema=False, status_code=200)
def sign_in_options(request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools]) -> dict[str, Any]:
    """The same for everybody: which passkey answers, the phone decides."""
    with db.transaction() as session:
        made = passkeys.challenge(session, passkeys.SIGN_IN, None, address=address_of(request), now=db.now(session))
    return ceremonies.to_sign_in(ceremonies.site(tools.settings), made)


@post("/sign-in/passkey", opt={"open": True}, sync_to_thread=True, include_in_schema=False, status_code=200)
def sign_in(
    request: Asked, data: JSONBody[Signed], db: NamedDependency[Database], tools: NamedDependency[Tools]
) -> Response[Any]:
    address, key = address_of(request), sha256(data.id.encode())
    with db.reading() as session:
        now = db.now(session)
        failures = queries.failures(session, account_key=key, address=address, now=now)
    if wait := rules.seconds_before_next_try(failures, now=now):
        raise TooMany(_("Too many tries. Wait {seconds} seconds, then try again."), seconds=wait)
    account_id = _who_signed(db, tools, data)
    with db.transaction() as session:
        now = db.now(session)
        if account_id is None:
            service.note_failure(session, account_key=key, address=address, now=now)
        else:
            begun = entering.begin(request, session, account_id, How.PASSKEY, now=now)
    if account_id is None:
        raise Refused(ceremonies.NOT_SIGNED_IN)
    cookies = [*entering.cookies_of(begun, tools.settings), entering.remembering(tools.settings)]
    return Response({"next": inside(data.next)}, status_code=200, cookies=cookies)


def _who_signed(db: Database, tools: Tools, data: Signed) -> UUID | None:
    credential = data.model_dump(exclude={"next"})
    answered = ceremonies.challenge_in(credential)
    with db.transaction() as session:
        ours = passkeys.take(session, answered, passkeys.SIGN_IN, None, now=db.now(session))
    if not ours:
        return None
    here, handle = ceremonies.site(tools.settings), data.response.userHandle
    with db.transaction() as session:
        return passkeys.signed_by(session, here, credential, answered, handle, now=db.now(session))


@post("/join/passkey/options", opt={"open": True}, sync_to_thread=True, include_in_schema=False, status_code=200)
def join_options(request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools]) -> dict[str, Any]:
    who = joiner_of(request, db)
    with db.transaction() as session:
        made = passkeys.challenge(
            session, passkeys.JOIN, who.account_id, address=address_of(request), now=db.now(session)
        )
    here = ceremonies.site(tools.settings)
    return ceremonies.to_make(
        here, made, account_id=who.account_id, sign_in_name=who.sign_in_name, name=who.name, known=[]
    )


@post("/join/passkey", opt={"open": True}, sync_to_thread=True, include_in_schema=False, status_code=200)
def join(
    request: Asked, data: JSONBody[Made], db: NamedDependency[Database], tools: NamedDependency[Tools]
) -> Response[Any]:
    who = joiner_of(request, db)
    credential, answered = _answer(db, data, passkeys.JOIN, who.account_id)
    with db.transaction() as session:
        now = db.now(session)
        entry = value_of(request, ENTRY)
        account_id = joining.finish(session, entry, locale=locale_of(request, who.locale), now=now)
        here = ceremonies.site(tools.settings)
        made = passkeys.add(session, account_id, here, credential, answered, label_of(request), now=now)
        begun = entering.begin(request, session, account_id, How.PASSKEY, now=now)
    done = [entry_cookie(tools.settings, ""), entering.remembering(tools.settings)]
    cookies = [*entering.cookies_of(begun, tools.settings), *done]
    return Response({"id": str(made.id)}, status_code=200, cookies=cookies)


def _answer(db: Database, data: Made, purpose: str, account_id: UUID) -> tuple[dict[str, Any], bytes]:
    """The credential and its challenge, which is used up from here on. Raises Refused."""
    credential = data.model_dump()
    answered = ceremonies.challenge_in(credential)
    with db.transaction() as session:
        ours = passkeys.take(session, answered, purpose, account_id, now=db.now(session))
    if not ours:
        raise Refused(ceremonies.NOT_MADE)
    return credential, answered


def label_of(request: Asked) -> str:
    return rules.machine_of(request.headers.get("user-agent", ""))


@get("/passkeys", sync_to_thread=True, include_in_schema=False)
def index(request: Asked, db: NamedDependency[Database], actor: NamedDependency[Actor]) -> Response[Any]:
    with db.reading() as session:
        view = joining_views.own_passkeys(session, actor, now=db.now(session))
    return page(request, view)


@post("/passkeys/options", sync_to_thread=True, include_in_schema=False, status_code=200)
def options(
    request: Asked, db: NamedDependency[Database], tools: NamedDependency[Tools], actor: NamedDependency[Actor]
) -> dict[str, Any]:
    with db.transaction() as session:
        now = db.now(session)
        passkeys.check_fresh(session, actor, now=now)
        made = passkeys.challenge(session, passkeys.ADD, actor.account_id, address=address_of(request), now=now)
        known = passkeys.known(session, actor.account_id)
    here = ceremonies.site(tools.settings)
    return ceremonies.to_make(
        here, made, account_id=actor.account_id, sign_in_name=actor.email, name=actor.name, known=known
    )


@post("/passkeys", sync_to_thread=True, include_in_schema=False, status_code=200)
def add(
    request: Asked,
    data: JSONBody[Made],
    db: NamedDependency[Database],
    tools: NamedDependency[Tools],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    credential, answered = _answer(db, data, passkeys.ADD, actor.account_id)
    with db.transaction() as session:
        now = db.now(session)
        passkeys.check_fresh(session, actor, now=now)
        here = ceremonies.site(tools.settings)
        made = passkeys.add(session, actor.account_id, here, credential, answered, label_of(request), now=now)
    return Response({"id": str(made.id)}, status_code=200, cookies=[entering.remembering(tools.settings)])


@get(
    ["/passkeys/{passkey_id:uuid}/name", "/passkeys/{passkey_id:uuid}/remove"],
    sync_to_thread=False,
    include_in_schema=False,
)
def back(request: Asked, passkey_id: FromPath[UUID]) -> Response[Any]:  # noqa: ARG001  the path needs the name
    """Where a refusal was drawn, a reload or another language leads back to the list."""
    return forms.go(request, "/passkeys")


@post("/passkeys/{passkey_id:uuid}/name", sync_to_thread=True, include_in_schema=False)
def rename(
    request: Asked,
    passkey_id: FromPath[UUID],
    data: URLEncodedBody[dict[str, Any]],
    db: NamedDependency[Database],
    actor: NamedDependency[Actor],
) -> Response[Any]:
    typed = forms.read(NameForm, data)
    with db.transaction() as session:
        passkeys.rename(session, actor, passkey_id, typed.label, now=db.now(session))
    return forms.go(request, "/passkeys")


@post("/passkeys/{passkey_id:uuid}/remove", sync_to_thread=True, include_in_schema=False)
def remove(
    request: Asked, passkey_id: FromPath[UUID], db: NamedDependency[Database], actor: NamedDependency[Actor]
) -> Response[Any]:
    def again() -> Any:
        with db.reading() as session:
            return joining_views.own_passkeys(session, actor, now=db.now(session))

    with forms.redrawing(again, {}), db.transaction() as session:
        passkeys.remove(session, actor, passkey_id, now=db.now(session))
    return forms.go(request, "/passkeys")


ROUTES = [
    door, sign_in_options, sign_in, join_options, join, index, options, add, back, rename, remove,
]  # fmt: skip
