"""The inventory of cryptography is that of the code, and nothing secret is made, compared or stretched weakly."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from porchlight.people.passwords import HASHER
from tests.house.tree import ROOT, name_of, told, under

INVENTORY = tomllib.loads((ROOT / "docs" / "crypto.toml").read_text())["use"]
PYTHON = re.compile(
    r"^(?:import|from) (?:cryptography|hashlib|hmac|argon2|joserfc|authlib|pyotp|pywebpush|http_ece|py_vapid)\b"
    r"|\bsecrets\.\w+\(|\.derive\(",
    re.MULTILINE,
)
SCRIPT = re.compile(r"crypto\.(?:subtle|getRandomValues|randomUUID)|vendor/hpke")
NAME = re.compile(r"""(?:derive|_private|_hkdf)\((?:\w+, )?f?"([^"{]+)""")
# Names under which something secret is compared with what somebody sent.
SECRET = re.compile(r"token|secret|digest|hash|signature|\bsig\b|\bmac\b|\bcode\b", re.IGNORECASE)


def uses(text: str, kind: str) -> bool:
    return bool((PYTHON if kind == ".py" else SCRIPT).search(text))


def differences(used: set[str], said: set[str]) -> list[str]:
    return [f"{one} uses cryptography and is not in docs/crypto.toml" for one in sorted(used - said)] + [
        f"docs/crypto.toml names {one}, which uses none" for one in sorted(said - used)
    ]


def sources(*endings: str) -> Iterator[Path]:
    for folder, ending in (("backend", ".py"), ("pwa", ".js")):
        if ending in endings:
            yield from (file for file in under(folder, ending) if "versions" not in file.parts)


@pytest.mark.asvs("11.1.1")
@pytest.mark.asvs("11.1.2")
def test_the_inventory_names_every_file_that_uses_cryptography_and_no_other() -> None:
    used = {name_of(file) for file in sources(".py", ".js") if uses(file.read_text(), file.suffix)}
    said = {file for use in INVENTORY for file in use["files"]}

    complaints = differences(used, said)

    assert not complaints, told(complaints)


@pytest.mark.asvs("11.1.1")
def test_every_key_that_comes_from_the_secret_is_in_the_inventory_and_says_how_it_changes() -> None:
    used = {found for file in sources(".py") for found in NAME.findall(file.read_text())}
    said = {name for use in INVENTORY for name in use["names"]}

    assert used == said
    assert all(use[part] for use in INVENTORY for part in ("what", "algorithm", "key", "life", "rotates", "files"))


def test_a_new_use_is_told() -> None:
    assert uses("import hmac\n", ".py")
    assert uses("x = secrets.token_bytes(4)", ".py")
    assert not uses("# hmac would do\nimport json\n", ".py")
    assert uses("await crypto.subtle.sign()", ".js")
    assert differences({"a.py", "b.py"}, {"b.py", "c.py"}) == [
        "a.py uses cryptography and is not in docs/crypto.toml",
        "docs/crypto.toml names c.py, which uses none",
    ]


def weak_chance(name: str, source: str) -> list[str]:
    """uuid1 and uuid4 are no secrets, and `random` can be foretold; jitter and invented people may use it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        module = getattr(node, "module", "") or "" if isinstance(node, ast.ImportFrom) else ""
        names = {alias.name for alias in node.names} if isinstance(node, ast.Import | ast.ImportFrom) else set()
        if (module == "uuid" and names & {"uuid1", "uuid4"}) or module == "random" or "random" in names:
            found.append(f"{name}:{node.lineno}: secrets come from `secrets`, ids from core.ids")
    return found


# Jitter between tries of a job.
JITTER = {"backend/porchlight/worker.py"}


@pytest.mark.asvs("11.5.1")
def test_no_secret_is_a_uuid_or_comes_from_a_chance_that_can_be_foretold() -> None:
    complaints = []
    for file in sources(".py"):
        if name_of(file) not in JITTER and "demo" not in file.parts:
            complaints += weak_chance(name_of(file), file.read_text())

    assert not complaints, told(complaints)
    assert weak_chance("a.py", "from uuid import UUID, uuid4\n")
    assert weak_chance("a.py", "import random\n")
    assert not weak_chance("a.py", "from uuid import UUID\n")


OPEN = re.compile(r"\.c\.|sha256|\.hash$|sealed_token")


def plain_comparisons(name: str, source: str) -> list[str]:
    """`==` between two values of which one is named as a secret; columns in a query and public fingerprints aside."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            continue
        sides = [node.left, *node.comparators]
        words = [ast.unparse(side) for side in sides]
        if any(isinstance(side, ast.Constant) for side in sides) or any(
            one.split(".")[0][:1].isupper() for one in words
        ):
            continue
        # What stands in the open: fingerprints of words, hashes of the audit's chain, and what is sealed.
        if any(one.startswith(("col(", "hash_of_shown")) or OPEN.search(one) for one in words):
            continue
        if any(SECRET.search(one.split("(")[0]) for one in words):
            found.append(f"{name}:{node.lineno}: {' == '.join(words)}: use hmac.compare_digest")
    return found


@pytest.mark.asvs("11.2.4")
def test_secrets_are_compared_in_the_same_time_whatever_they_are() -> None:
    complaints = [one for file in sources(".py") for one in plain_comparisons(name_of(file), file.read_text())]

    assert not complaints, told(complaints)
    assert plain_comparisons("a.py", "def f(token, other):\n    return token == other\n")
    assert not plain_comparisons("a.py", "def f(q):\n    return Row.token_hash == q\n")


@pytest.mark.asvs("11.4.2")
def test_passwords_are_stretched_at_least_as_owasp_asks() -> None:
    assert HASHER.type.name == "ID"
    assert HASHER.memory_cost >= 19 * 1024
    assert HASHER.time_cost >= 2
    assert HASHER.parallelism >= 1
    assert (HASHER.salt_len, HASHER.hash_len) >= (16, 32)


@pytest.mark.asvs("11.4.4")
def test_keys_are_stretched_from_a_secret_of_full_strength_only() -> None:
    from porchlight.core.keys import Keys

    with pytest.raises(ValueError, match="32 bytes"):
        Keys("A" * 40)
    with pytest.raises(ValueError, match="32 bytes"):
        Keys("A" * 43 + "\n" + "B" * 20)
