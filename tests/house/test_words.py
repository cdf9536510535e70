"""Every word that a person reads is there in English and in Spanish."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts._words import bring_up_to_date, english, lacking, translated
from tests.house.tree import BACKEND, ROOT, told

SPANISH = BACKEND / "locale" / "es" / "LC_MESSAGES" / "messages.po"
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


def po(text: str) -> Catalog:
    return translated((HEAD + text).encode(), "es")


@pytest.fixture(scope="module")
def source() -> Catalog:
    return english(ROOT, ROOT / "babel.cfg")


def test_every_word_has_a_spanish_translation(source: Catalog) -> None:
    if not len(source):
        return  # no page yet

    assert SPANISH.exists(), f"{SPANISH.name} is missing"
    complaints = lacking(source, translated(SPANISH.read_bytes(), "es"))
    assert not complaints, f"{len(complaints)} of {len(source)}" + told(complaints)


SAVED = "Saved on this phone. Not sent yet."


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("backend/porchlight/visits/rules.py", f'raise Refused("{SAVED}")'),
        ("backend/porchlight/visits/rules.py", f'raise Refused(_("{SAVED}"), field="a")'),
        ("backend/porchlight/visits/forms.py", f'FieldError("field", "{SAVED}", {{}})'),
        ("pwa/templates/visits/new.html", f'<p>{{{{ _("{SAVED}") }}}}</p>'),
        ("pwa/templates/visits/new.html", f"<p>{{% trans %}}{SAVED}{{% endtrans %}}</p>"),
        ("pwa/js/visits/save.js", f'show(t("{SAVED}"))'),
        ("pwa/sw/answer.js", f"export const say = (t) => t('{SAVED}')"),
        ("pwa/shared/words.js", f"const x = () => {{ return `${{t('{SAVED}')}}` }}"),
    ],
)
def test_words_are_found_wherever_they_stand(file: str, text: str, tmp_path: Path) -> None:
    target = tmp_path / file
    target.parent.mkdir(parents=True)
    target.write_text(text)

    found = english(tmp_path, ROOT / "babel.cfg")

    assert SAVED in [message.id for message in found if message.id]


def test_words_of_others_are_left_out(tmp_path: Path) -> None:
    target = tmp_path / "pwa" / "vendor" / "pad.js"
    target.parent.mkdir(parents=True)
    target.write_text('t("Hello")')

    assert len(english(tmp_path, ROOT / "babel.cfg")) == 0


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('msgid "Other"\nmsgstr "Otro"\n', "is missing"),
        ('msgid "Reached {name}"\nmsgstr ""\n', "has no translation"),
        ('#, fuzzy\nmsgid "Reached {name}"\nmsgstr "Llegó a {name}"\n', "is marked fuzzy"),
        ('msgid "Reached {name}"\nmsgstr "Llegó a {nombre}"\n', "has other {places}"),
        ('msgid "Reached {name}"\nmsgstr "Llegó"\n', "has other {places}"),
    ],
)
def test_a_lacking_translation_is_told(text: str, wrong: str) -> None:
    source = Catalog()
    source.add("Reached {name}", locations=[("a.py", 3)])

    found = lacking(source, po(text))

    assert len(found) == 1
    assert found[0].startswith("a.py:3: “Reached {name}” " + wrong)


def test_a_full_translation_is_left_alone() -> None:
    source = Catalog()
    source.add("Reached {name}")
    source.add(("%(num)s visit", "%(num)s visits"))
    spanish = (
        'msgid "Reached {name}"\nmsgstr "Llegó a {name}"\n\n'
        'msgid "%(num)s visit"\nmsgid_plural "%(num)s visits"\nmsgstr[0] "Una visita"\nmsgstr[1] "%(num)s visitas"\n'
    )

    assert lacking(source, po(spanish)) == []


def test_bringing_a_catalogue_up_to_date_keeps_what_was_translated(tmp_path: Path) -> None:
    file = tmp_path / "es" / "LC_MESSAGES" / "messages.po"
    before = Catalog()
    before.add("Today")
    before.add("Gone")
    bring_up_to_date(file, before, "es")
    file.write_text(file.read_text().replace('msgid "Today"\nmsgstr ""', 'msgid "Today"\nmsgstr "Hoy"'))
    after = Catalog()
    after.add("Today")
    after.add("New", locations=[("a.html", 7)])

    missing = bring_up_to_date(file, after, "es")

    assert missing == ["a.html:7: “New” has no translation"]
    assert "Hoy" in file.read_text()
    assert "Gone" not in file.read_text()
