"""Settings are documented from the code, and those that hold secrets say nothing of them."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from porchlight.core.keys import Keys, b64u
from porchlight.core.strength import Weak, check_secret, weak_password
from porchlight.settings import Settings
from scripts._settings import DOC, OWN, SECRET, settings, written
from tests.house.tree import BACKEND, ROOT, files, told

WORD = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


def test_the_page_of_settings_is_made_from_the_code() -> None:
    assert DOC.read_text() == written(), "run scripts/settings"


def test_every_variable_that_is_read_is_a_setting() -> None:
    read = set(re.findall(r"PORCHLIGHT_([A-Z0-9_]+)\"", (BACKEND / "settings.py").read_text()))
    known = {name.upper() for name, *_ in settings()}

    assert read - known == set()
    assert {name.lower() for name in known} >= SECRET | OWN


@pytest.mark.asvs("13.3.1")
def test_what_holds_a_secret_is_not_told_when_settings_are_shown() -> None:
    given = Settings(secret="planted-1", database="postgresql://a:planted-2@db/x", smtp="smtps://a:planted-3@mail")

    assert "planted" not in repr(given) + str(given) + f"{given!r}"
    assert "127.0.0.1" in repr(given)


@pytest.mark.asvs("13.3.1")
@pytest.mark.parametrize(
    "secret",
    [
        "A" * 43,
        b64u(bytes(32)),
        b64u(bytes(range(32))),
        b64u(bytes(range(0, 64, 2))),
        b64u(b"\xff\x00" * 16),
        b64u(bytes(range(16)) * 2),
        b64u(b"this is not very secret, is it??"),
        "example-" + "k7Qz" * 9,
        "Change-Me-" + b64u(os.urandom(25))[:33],
        b64u(bytes(secrets.token_bytes(32))) + ",\n" + "A" * 43,
    ],
    ids=range(10),  # some are of chance
)
def test_a_secret_that_can_be_guessed_is_refused(secret: str) -> None:
    with pytest.raises(Weak):
        check_secret(secret)


@pytest.mark.asvs("13.3.1")
def test_the_same_secret_twice_is_no_newer_one() -> None:
    one = secrets.token_urlsafe(32)

    with pytest.raises(Weak):
        check_secret(f"{one},{one}")


def test_true_secrets_are_taken() -> None:
    for _round in range(2000):
        check_secret(secrets.token_urlsafe(32))
    check_secret("\n".join(secrets.token_urlsafe(32) for _one in range(3)))


@pytest.mark.asvs("13.3.1")
def test_no_secret_that_is_printed_in_the_project_would_be_taken() -> None:
    """Whoever copies one from a page, a test or an example does not get far."""
    complaints = []
    for file in files():
        if (
            file.suffix not in {".md", ".tf", ".tfvars", ".yml", ".yaml", ".sh", ".env", ".example"}
            and file.name != "wire_v1.json"
        ):
            continue
        for found in WORD.findall(file.read_text(errors="replace")):
            try:
                Keys(found)
                check_secret(found)
            except ValueError:
                continue
            # A fingerprint looks like a secret; nobody would take one that is named so.
            line = next(one for one in file.read_text(errors="replace").splitlines() if found in one)
            if re.search(r"secret", line, re.IGNORECASE) and "sha256" not in line:
                complaints.append(f"{file.relative_to(ROOT)}: {found}")

    assert not complaints, told(complaints)


@pytest.mark.parametrize(
    ("address", "weak"),
    [
        ("postgresql://porchlight:postgres@db.internal/porchlight", True),
        ("postgresql+psycopg://a:ChangeMe@10.0.0.7:5432/x", True),
        ("smtps://a:p%61ssword@mail.example.org", True),
        ("postgresql://postgres:postgres@localhost/x", False),
        ("postgresql://porchlight:9f2b7c1de4@db.internal/porchlight", False),
        ("postgresql://porchlight@db.internal/porchlight", False),
        ("sqlite:////data/porchlight.sqlite3", False),
        ("", False),
    ],
)
def test_a_password_out_of_a_manual_is_known(address: str, weak: bool) -> None:
    assert weak_password(address) is weak


@pytest.mark.asvs("13.3.1")
@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORCHLIGHT_SECRET": "A" * 43}, "The secret is a sample, or can be guessed"),
        ({"PORCHLIGHT_SMTP": "smtps://us:changeme@mail.example.org"}, "The password in PORCHLIGHT_SMTP is a sample"),
    ],
)
def test_it_does_not_start_with_a_sample_and_does_not_repeat_it(
    environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "porchlight", "migrate"],
        env={**os.environ, "PYTHONPATH": str(BACKEND.parent), "PORCHLIGHT_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"Porchlight: {sentence}")
    assert not any(value in done.stderr + done.stdout for value in environment.values())
