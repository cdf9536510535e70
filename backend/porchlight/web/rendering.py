"""Pages: one view is a template with its context, for a controller and for the offline pack alike."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from litestar import MediaType, Request, Response

from porchlight.core import i18n
from porchlight.core.actor import Actor
from porchlight.settings import Settings
from porchlight.web.cookies import value_of
from porchlight.web.sessions import actor_in
from porchlight.web.shield import NONCE

LOCALE_COOKIE = "locale"
AGENCY_KEPT = 30.0  # seconds; the agency's name and numbers change a few times a year


@dataclass(frozen=True, slots=True)
class View:
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    locale: str = ""
    """The language of whom the page is for, where its reader has chosen none; of a page of the shell, its own."""
    anonymous: bool = False
    """A page of the shell: the same for everybody, whoever is signed in."""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation: where it leads and who has it."""

    path: str
    label: str
    icon: str
    roles: frozenset[str]


def make_environment(templates: Path, locale: str) -> jinja2.Environment:
    """One for each language: an overlay would share its gettext with the others."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(i18n.catalogue(locale), newstyle=True)  # type: ignore[attr-defined]
    return made


environment_of = cache(make_environment)


class Renderer:
    def __init__(
        self, settings: Settings, templates: Path, *, load_agency: Callable[[], Any], places: tuple[Place, ...] = ()
    ) -> None:
        self.settings = settings
        self.templates = templates
        self._load_agency = load_agency
        self._agency: tuple[float, Any] = (-AGENCY_KEPT, None)
        self._places = places

    def environment(self, locale: str) -> jinja2.Environment:
        return environment_of(self.templates, locale)

    def agency(self) -> Any:
        taken, agency = self._agency
        if agency is None or time.monotonic() - taken > AGENCY_KEPT:
            agency = self._load_agency()
            self._agency = (time.monotonic(), agency)
        return agency

    def forget_agency(self) -> None:
        """It was changed a moment ago."""
        self._agency = (-AGENCY_KEPT, None)

    def render(self, view: View, *, actor: Actor | None, locale: str, nonce: str, path: str) -> str:
        agency = self.agency()
        zone = actor.time_zone if actor else (agency.time_zone if agency else "UTC")
        other = "es" if locale == "en" else "en"
        common = {
            "nonce": nonce,
            "locale": locale,
            "other_language": {"code": other, "name": i18n.LOCALES[other]},
            "actor": actor,
            "agency": agency,
            "demo": self.settings.demo,
            "not_set_up": self.settings.not_set_up,
            "path": path,
            "places": [p for p in self._places if actor and not p.roles.isdisjoint(actor.roles)],
            "zone": zone,
            # A sentence of ours that was stored: `_` would take a % in it for a place to put something.
            "ours": lambda words, **params: i18n.translate(words, locale, **params),
            "day": lambda value: i18n.say_day(value, locale),
            "clock": lambda value, where="": i18n.say_time(value, where or zone, locale),
            "moment": lambda value, where="": i18n.say_moment(value, where or zone, locale),
            "values": {},
            "errors": {},
        }
        return self.environment(locale).get_template(view.template).render({**common, **view.context})


def locale_of(request: Request[Any, Any, Any], page_locale: str = "") -> str:
    """The reader's language: what they chose, else that of whom the page is for, their account's, their browser's."""
    for chosen in (value_of(request, LOCALE_COOKIE), page_locale):
        if chosen in i18n.LOCALES:
            return chosen
    actor = actor_in(request.scope)
    if actor and actor.locale in i18n.LOCALES:
        return actor.locale
    return i18n.choose(request.headers.get("accept-language", ""))


def page(request: Request[Any, Any, Any], view: View) -> Response[str]:
    """The view as an answer, marked for the person it was made for."""
    renderer: Renderer = request.app.state.renderer
    actor = None if view.anonymous else actor_in(request.scope)
    html = renderer.render(
        view,
        actor=actor,
        locale=view.locale if view.anonymous and view.locale else locale_of(request, view.locale),
        nonce=request.scope[NONCE],  # type: ignore[literal-required]
        path=request.url.path,
    )
    # A phone keeps what names its person; what an emergency has opened for an hour is not to be kept (cases/emergency).
    whose = {"X-Page-Person": str(actor.account_id)} if actor and not view.context.get("emergency") else {}
    return Response(html, status_code=view.status, media_type=MediaType.HTML, headers={**view.headers, **whose})
