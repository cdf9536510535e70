"""The bill of materials names everything that we ship, in the version and with the hash that is pinned."""

import re
import tomllib

import pytest

from scripts import _sbom as sbom
from tests.house.tree import ROOT


@pytest.mark.asvs("15.1.2")
def test_the_bill_names_every_locked_package_and_every_vendored_file() -> None:
    made = sbom.bill()
    pinned = dict(
        re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    )
    vendor = tomllib.loads((ROOT / "pwa/vendor/VENDOR.toml").read_text())["vendor"]

    found = {one["name"]: one["version"] for one in made["components"]}

    assert found == {sbom.name_of(name): version for name, version in pinned.items()} | {
        row["name"]: row["version"] for row in vendor
    }
    files = {one["properties"][0]["value"] for one in made["components"] if "properties" in one}
    assert files == {file.relative_to(ROOT).as_posix() for file in (ROOT / "pwa/vendor").glob("*.js")}
    assert {row["sha256"] for row in vendor} <= {
        one["content"] for part in made["components"] for one in part.get("hashes", [])
    }


@pytest.mark.asvs("15.1.2")
def test_every_package_is_pinned_by_a_hash_and_somebody_asks_for_it() -> None:
    made = sbom.bill()
    refs = {one["bom-ref"] for one in made["components"]} | {made["metadata"]["component"]["bom-ref"]}
    asked = {one for row in made["dependencies"] for one in row["dependsOn"]}

    assert all(
        part["externalReferences"][0]["hashes"] for part in made["components"] if part["purl"].startswith("pkg:pypi")
    )
    assert {row["ref"] for row in made["dependencies"]} <= refs
    assert asked == refs - {made["metadata"]["component"]["bom-ref"]}


def test_the_bill_is_in_the_shape_that_scanners_read() -> None:
    made = sbom.bill()

    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert len({one["bom-ref"] for one in made["components"]}) == len(made["components"])
    assert all(re.fullmatch(r"pkg:(pypi|npm)/[^@\s]+@[^@\s]+", one["purl"]) for one in made["components"])


def test_a_lock_is_read_with_its_hashes_and_who_asks() -> None:
    text = f"a_b[x]==1.2 \\\n    --hash=sha256:{'0' * 64}\n    # via\n    #   c-d\n    #   porchlight (pyproject.toml)\nc.d==3\n    # via porchlight\n"

    first, second = sbom.locked(text)

    assert (first["name"], first["version"], len(first["hashes"])) == ("a-b", "1.2", 1)
    assert first["by"][0] == "c-d"
    assert (second["name"], second["by"]) == ("c-d", ["porchlight"])
