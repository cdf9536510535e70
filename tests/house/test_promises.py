"""What docs/security.md promises in figures is what the code holds to."""

import re

import pytest

from porchlight.people import rules
from tests.house.tree import ROOT, told

SECURITY = (ROOT / "docs" / "security.md").read_text()
PWA = ROOT / "pwa"
SCRIPTS = [*(file for folder in ("js", "shared", "sw") for file in (PWA / folder).rglob("*.js")), PWA / "sw.js"]
# Ports, channels of our own origin, and our own worker: nobody else can speak on these.
OURS = re.compile(
    r"port1?\.onmessage|(channel|signs)\.onmessage|BroadcastChannel\([^)]*\)\.onmessage|serviceWorker\?*\.addE"
)


@pytest.mark.asvs("7.1.1")
def test_how_long_a_session_lives_is_written_down() -> None:
    minutes, hours = int(rules.IDLE.total_seconds() / 60), int(rules.ABSOLUTE.total_seconds() / 3600)

    assert f"{minutes} minutes of quiet, {hours} hours in all" in SECURITY


@pytest.mark.asvs("15.1.1")
def test_how_fast_a_known_fault_in_a_library_is_mended_is_written_down() -> None:
    rows = dict(re.findall(r"^\| (critical|high|medium|low) \| (\d+) days \|", SECURITY, re.M))

    assert list(rows) == ["critical", "high", "medium", "low"]
    assert [int(days) for days in rows.values()] == sorted(int(days) for days in rows.values())


# The first line of whoever is spoken to by windows.
CHECKS = "if (event.origin !== location.origin || !Object.hasOwn(ASKED, event.data?.ask)) return"


def listeners(source: str) -> list[str]:
    """Lines that listen to messages which anybody could send."""
    if CHECKS in source:
        return []
    lines = [line.strip() for line in source.splitlines()]
    heard = [
        line for line in lines if "onmessage" in line or re.search(r"addEventListener\(\s*[\"']message[\"']", line)
    ]
    return [line for line in heard if not OURS.search(line)]


@pytest.mark.asvs("3.5.5")
def test_nobody_listens_to_messages_of_other_windows() -> None:
    complaints = [f"{file.name}: {line}" for file in SCRIPTS for line in listeners(file.read_text())]

    assert len(SCRIPTS) > 60
    assert not complaints, told(complaints)
    assert listeners('window.addEventListener("message", go)')
    assert listeners("self.onmessage = go")
    assert CHECKS in (PWA / "sw.js").read_text()
