"""The tree as a whole: no address of a registry, no path of one machine, locks that agree, links that lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, name_of, told

# Written in halves, so that this file does not hold what it looks for.
HOSTS = tuple(
    "".join(halves)
    for halves in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("yarn", "pkg.com"),
        ("deb.", "debian.org"),
        ("security.", "debian.org"),
    )
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|farm|home|Users|opt)/[\w.-]|/usr/(?:local/)?bin/(?!env\b)\w")
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".heic", ".ico", ".woff2", ".pdf"}
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.M)


def strangers(name: str, text: str) -> list[str]:
    """Registry hosts and machine paths in a text."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        hits = [host for host in HOSTS if host in line] + [hit[0] for hit in MACHINE.finditer(line)]
        if line.startswith("#!/usr/bin/env "):
            hits = []
        found += [f"{name}:{number}: {hit}" for hit in hits]
    return found


def anchors(text: str) -> set[str]:
    """The names by which a page's headings can be linked to, as forges make them."""
    heads = re.findall(r"^#+ +(.+?) *$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", head.replace("`", "").lower()).replace(" ", "-") for head in heads}


def dead_links(page: Path, root: Path) -> list[str]:
    found = []
    for target in LINK.findall(page.read_text()):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or not file.is_relative_to(root):
            found.append(f"{page.name}: {target} leads nowhere")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
            found.append(f"{page.name}: {target} names no heading")
    return found


def pins(text: str) -> dict[str, str]:
    return dict(PIN.findall(text))


def unhashed(text: str) -> list[str]:
    """Pinned packages that no hash stands under."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)
    return [block.split()[0] for block in blocks if PIN.match(block) and "--hash=sha256:" not in block]


def script_faults(name: str, text: str, *, runs: bool) -> list[str]:
    lines = text.splitlines()
    faults = []
    if not runs:
        faults.append(f"{name}: has no run bit")
    if lines[0] != "#!/usr/bin/env bash":
        faults.append(f"{name}: does not start with bash by env")
    if len(lines) < 2 or not re.match(r"# [A-Z].+[.:]$", lines[1]):
        faults.append(f"{name}: its second line does not say what it is for")
    if "set -euo pipefail" not in lines:
        faults.append(f"{name}: lacks set -euo pipefail")
    if len(lines) > 60:
        faults.append(f"{name}: {len(lines)} lines; its logic belongs into Python with a test")
    return faults


def test_no_registry_and_no_machine_stands_in_the_tree() -> None:
    found = []
    for file in files():
        if file.suffix not in PICTURES and not file.is_relative_to(ROOT / "pwa" / "vendor"):
            found += strangers(name_of(file), file.read_text(errors="replace"))

    assert not found, told(found)


def test_locks_hold_no_address_at_all() -> None:
    locks = [file for file in files() if file.name.endswith(".lock") or file.name == "package-lock.json"]

    assert len(locks) == 6
    assert [name_of(file) for file in locks if "://" in file.read_text()] == []


def test_every_pinned_package_has_a_hash() -> None:
    assert [name for file in ROOT.glob("*.lock") for name in unhashed(file.read_text())] == []


def test_tests_run_on_the_versions_that_people_run() -> None:
    run, test = (pins((ROOT / name).read_text()) for name in ("requirements.lock", "requirements-test.lock"))

    assert len(run) > 20
    assert {name: version for name, version in run.items() if test.get(name) != version} == {}


def test_links_between_our_pages_lead_somewhere() -> None:
    found = [line for file in files() if file.suffix == ".md" for line in dead_links(file, ROOT)]

    assert not found, told(found)


def test_scripts_are_safe_to_type() -> None:
    scripts = [file for file in files() if file.parent == ROOT / "scripts" and not file.suffix and file.name[0] != "_"]
    found = [
        f for file in scripts for f in script_faults(file.name, file.read_text(), runs=file.stat().st_mode & 0o111 != 0)
    ]

    assert len(scripts) > 4
    assert not found, told(found)


@pytest.mark.parametrize(
    "line",
    [
        f"index = {HOSTS[0]}",
        "chromium = " + "/usr" + "/bin/chromium",
        "data = '" + "/root" + "/data'",
        "see " + "/work" + "/main",
    ],
)
def test_a_stranger_is_told(line: str) -> None:
    assert len(strangers("a.py", line)) == 1


def test_what_only_looks_like_one_is_left_alone() -> None:
    assert strangers("run", "#!/usr/bin/env bash\n# see docs/opt/a, pwa/home/x and ./work/y") == []


def test_a_dead_link_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# The house\n## Who may import whom\n")
    page = tmp_path / "a.md"
    page.write_text("[1](b.md#who-may-import-whom) [2](c.md) [3](b.md#nobody) [4](https://example.org) [5](../a.md)")

    found = dead_links(page, tmp_path)

    assert [line.split(": ")[1].split()[0] for line in found] == ["c.md", "b.md#nobody", "../a.md"]


def test_an_unhashed_pin_is_told() -> None:
    assert unhashed("a==1 \\\n    --hash=sha256:ab\n    # via b\nb==2\n    # via c\n") == ["b==2"]


def test_a_careless_script_is_told() -> None:
    assert len(script_faults("x", "#!/bin/sh\necho 1\n", runs=False)) == 4
    assert script_faults("x", "#!/usr/bin/env bash\n# Does one thing.\nset -euo pipefail\n", runs=True) == []
