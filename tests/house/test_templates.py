"""Templates: nothing inline, nothing unescaped, every htmx element with its nonce, every word translated."""

import ast
import re

import jinja2
import pytest

from tests.house.markup import complaints
from tests.house.tree import name_of, told, under

PAGE = '<!doctype html>\n<html lang="{{ locale }}">\n<head>%s</head>\n<body>%s</body>\n</html>'


def unescaping(name: str, source: str) -> list[str]:
    """Jinja environments without autoescape=True, and texts that are declared safe by hand."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = {word.arg: word.value for word in node.keywords}
        escapes = isinstance(value := given.get("autoescape"), ast.Constant) and value.value is True
        if called in {"Environment", "SandboxedEnvironment"} and not escapes:
            found.append(f"{name}:{node.lineno}: {called}() needs autoescape=True")
        if called == "overlay" and "autoescape" in given:
            found.append(f"{name}:{node.lineno}: an overlay keeps autoescape")
        if called == "Markup":
            found.append(f"{name}:{node.lineno}: Markup() switches escaping off")
    return found


def unreadable(name: str, source: str) -> list[str]:
    try:
        jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(source)
    except jinja2.TemplateSyntaxError as mistake:
        return [f"{name}:{mistake.lineno}: {mistake.message}"]
    return []


FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)


def test_a_browser_writes_no_free_words_of_a_form_into_its_own_files() -> None:
    """Chromium keeps what was typed, in clear, beside its tabs, unless the form forbids it (docs/security.md)."""
    complaints = [
        f"{name_of(file)}: {opening.strip()[:80]}"
        for file in under("pwa/templates", ".html")
        for opening, inside in FORM.findall(file.read_text())
        if "textarea" in inside and 'autocomplete="off"' not in opening
    ]

    assert not complaints, told(complaints)


def test_every_template_can_be_read() -> None:
    found = [c for file in under("pwa", ".html") for c in unreadable(name_of(file), file.read_text())]

    assert not found, told(found)


def test_a_template_that_cannot_be_read_is_told() -> None:
    assert unreadable("a.html", "<p>\n{% for a, none in rows %}{% endfor %}") == ["a.html:2: can't assign to 'tuple'"]
    assert unreadable("a.html", "{% trans %}Hello{% endtrans %}") == []


def test_templates_keep_to_the_policy_and_to_our_words() -> None:
    found = [c for file in under("pwa", ".html") for c in complaints(name_of(file), file.read_text())]

    assert not found, told(found)


def test_everything_a_template_shows_is_escaped() -> None:
    found = [c for file in under("backend", ".py") for c in unescaping(name_of(file), file.read_text())]

    assert not found, told(found)


BAD = {
    "has hx-get but not": '<a href="/x" hx-get="/x">{{ _("Open") }}</a>',
    "has hx-post but not": '<form action="/x" method="post" hx-post="/x" hx-nonce="{{ other }}"></form>',
    "has hx-boost:inherited but not": '<div hx-boost:inherited="true"></div>',
    "has hx-target but not": '<p data-hx-target="#a"></p>',
    "each element carries its own nonce": '<div hx-nonce:inherited="{{ nonce }}"></div>',
    "is script in an attribute": '<p hx-on:click="x()" hx-nonce="{{ nonce }}"></p>',
    "hx-vals= carries script": """<p hx-nonce="{{ nonce }}" hx-vals='js:{a: 1}'></p>""",
    "href= carries script": '<a href="JavaScript:x()">{{ _("Open") }}</a>',
    "onclick= is refused": '<a onclick="x()">{{ _("Open") }}</a>',
    "style= is refused": '<p style="color: red"></p>',
    "<style> is not used": "<style></style>",
    "<iframe> is not used": '<iframe src="/x"></iframe>',
    "stands in the head only": '<script nonce="{{ nonce }}" src="/js/a.js"></script>',
    "|safe switches": "<p>{{ note | safe }}</p>",
    "Markup() switches": "<p>{{ Markup(note) }}</p>",
    "autoescape is never switched": "{% autoescape false %}{{ note }}{% endautoescape %}",
    "no expression makes one": "<p {{ 'hx-get=/x' }}></p>",
    "“Save visit” is not translated": "<button>Save visit</button>",
    "aria-label=“Close” is not translated": '<button aria-label="Close">×</button>',
    "value=“Send” is not translated": '<input type="submit" value="Send">',
    "placeholder=“Your name” is not": '<input placeholder="Your name">',
    "needs an action and a method": '<form hx-post="/x" hx-nonce="{{ nonce }}"></form>',
}


@pytest.mark.parametrize("words", BAD)
def test_a_bad_template_is_told(words: str) -> None:
    found = complaints("a.html", PAGE % ("", "\n" + BAD[words]))

    assert len(found) == 1, found
    assert words in found[0]
    assert found[0].startswith("a.html:5:")


@pytest.mark.parametrize(
    ("words", "script"),
    [
        ("needs nonce=", '<script src="/js/a.js"></script>'),
        ("needs a src", '<script nonce="{{ nonce }}"></script>'),
        ("script stands in a file", '<script nonce="{{ nonce }}" src="/js/a.js">let a = 1</script>'),
    ],
)
def test_a_bad_script_is_told_in_the_head_too(words: str, script: str) -> None:
    found = complaints("a.html", PAGE % (script, ""))

    assert len(found) == 1, found
    assert words in found[0]


GOOD = [
    PAGE % ('<script nonce="{{ nonce }}" defer src="{{ asset("/js/a.js") }}"></script>', ""),
    '{% block head %}\n<script nonce="{{ nonce }}" type="module" src="/js/visit.js"></script>\n{% endblock %}',
    '<form action="/x" method="post" {% if live %}hx-post="/x"{% endif %} hx-nonce="{{ nonce }}"></form>',
    '<p class="{{ "due" if late }}">{{ _("5 > 3") }} · 911 <b>Porchlight</b></p>',
    "{% trans name=name %}Hello {{ name }}, welcome{% endtrans %}",
    "{# <p onclick='x'>a comment may speak of hx-on, style= and |safe</p> #}",
    '<a href="tel:{{ phone }}" title="{{ _("Call") }} {{ name }}">{{ phone }}</a>',
    '<input value="{{ value }}"{{ " checked" if on }}>',
    "{% block page_class %}wide{% endblock %}",
    '{% macro wrong() %} aria-invalid="true"{% endmacro %}',
    '<button name="answer" value="confirmed">{{ _("Yes") }}</button>',
    "<select><option value='a'{% if on %} selected{% endif %}>{{ word }}</select>",
]


@pytest.mark.parametrize("source", GOOD)
def test_a_good_template_is_left_alone(source: str) -> None:
    assert complaints("a.html", source) == []


@pytest.mark.parametrize(
    "line",
    [
        "Environment(loader=x)",
        "jinja2.Environment(autoescape=False)",
        "jinja2.Environment(autoescape=choose)",
        "base.overlay(autoescape=False)",
        "markupsafe.Markup(note)",
    ],
)
def test_switching_escaping_off_is_told(line: str) -> None:
    assert unescaping("a.py", line)


def test_an_environment_that_escapes_is_left_alone() -> None:
    assert unescaping("a.py", "e = jinja2.Environment(autoescape=True)\ne.overlay()") == []
