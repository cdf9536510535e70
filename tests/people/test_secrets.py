"""Secrets: where their chance comes from, how they are kept and compared, and what a password field does not forbid."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from porchlight.core import ids
from porchlight.people import inviting, rules
from porchlight.people.recovery import service as recovery
from porchlight.people.second import codes
from porchlight.people.second import rules as second_rules
from tests.house.tree import BACKEND, ROOT, told, under

TEMPLATES = ROOT / "pwa" / "templates"
# Names of what a stranger may not guess. Compared with == the time would tell how much of a guess is right.
SECRET = re.compile(
    r"(^|_)(code|codes|digest|digits|hmac|mac|nonce|otp|password|secret|signature|state_token|token|verifier)$"
)
# Not secrets, though they are called so: states, kinds and what a person has typed to be looked up by its hash.
FINE = {"hash", "code_hash", "token_hash", "entry_hash", "status_code", "sealed_token"}


def names_in(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def careless(source: str) -> list[int]:
    """Lines in which two values, one of them called as a secret is, are compared with == or !=."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and any(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops):
            sides = [node.left, *node.comparators]
            named = [names_in(one) for one in sides]
            fixed = any(isinstance(one, ast.Constant) for one in sides)
            if not fixed and any(SECRET.search(name) and name not in FINE for name in named):
                found.append(node.lineno)
    return found


@pytest.mark.asvs("11.2.4")
def test_secrets_are_compared_in_constant_time() -> None:
    found = [
        f"{file.relative_to(BACKEND)}:{line}"
        for room in ("people", "phone", "web", "core", "alerts", "visits")
        for file in sorted((BACKEND / room).rglob("*.py"))
        for line in careless(file.read_text())
    ]

    assert not found, told(found)


@pytest.mark.parametrize("line", ["typed == code", "row.secret != given", "self.token == token", "a.digest == b"])
def test_a_careless_comparison_is_told(line: str) -> None:
    assert careless(line) == [1]


@pytest.mark.parametrize(
    "line", ["code == 'en'", "state == State.OPEN", "row.token_hash == x", "hmac.compare_digest(code, typed)"]
)
def test_a_careful_one_is_left_alone(line: str) -> None:
    assert careless(line) == []


@pytest.mark.asvs("11.5.1")
def test_no_secret_is_a_uuid_and_chance_comes_from_the_system() -> None:
    found = []
    for file in under("backend", ".py"):
        text = file.read_text()
        if "migrations" in file.parts:
            continue
        if (
            re.search(r"\buuid[14]\(|random\.(choice|choices|randint|getrandbits|randbytes|sample)\(", text)
            and "demo" not in file.parts
        ):
            found.append(file.relative_to(BACKEND).as_posix())

    assert found == []
    assert "secrets." in inspect.getsource(ids.new_secret)


@pytest.mark.asvs("6.5.3")
@pytest.mark.asvs("11.5.1")
def test_codes_and_seeds_have_enough_chance_in_them() -> None:
    assert len(ids.new_secret()) == 43  # 256 bits
    assert len(codes.new_secret()) * 5 == 160
    assert len({codes.new_secret() for _ in range(200)}) == 200
    for maker in (inviting._new_code, recovery.make_code):
        assert "secrets.choice" in inspect.getsource(maker)


@pytest.mark.asvs("6.5.4")
def test_a_code_that_is_told_has_fifty_bits_and_one_of_an_app_has_its_six_digits() -> None:
    assert rules.CODE_LENGTH * 5 == 50
    assert len(rules.ALPHABET) == 32
    assert 10**second_rules.DIGITS > 2**19  # the standard's own; with five tries for a password, and a wait that grows


@pytest.mark.asvs("6.5.2")
def test_a_code_that_is_told_is_kept_only_under_a_key_that_is_not_in_the_database() -> None:
    source = inspect.getsource(inviting.code_hash)

    assert "hmac.digest(keys.derive(" in source


def password_fields() -> list[tuple[Path, str]]:
    found = []
    for file in sorted(TEMPLATES.rglob("*.html")):
        for call in re.findall(r'\{\{ field\("(?:password|current)".*?\) \}\}', file.read_text()):
            found.append((file, call))
    return found


@pytest.mark.asvs("6.2.6")
@pytest.mark.asvs("6.2.7")
def test_a_password_field_hides_what_is_typed_and_lets_a_manager_fill_it() -> None:
    fields = password_fields()

    assert len(fields) >= 4
    for file, call in fields:
        assert 'type="password"' in call, file
        assert re.search(r'autocomplete="(current|new)-password"', call), file
    scripts = "".join(file.read_text() for file in (ROOT / "pwa" / "js").rglob("*.js"))
    assert not re.search(r'"(paste|copy|cut)"|onpaste', scripts)


@pytest.mark.asvs("6.2.10")
def test_no_password_runs_out_by_itself() -> None:
    from porchlight.people.models import Account

    assert [name for name in Account.model_fields if "password" in name] == ["password_hash"]
    settings = (BACKEND / "settings.py").read_text()
    assert not re.search(r"password_(age|days|expires|history)", settings)
