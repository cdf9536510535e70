"""Writes the bill of materials (CycloneDX 1.6, JSON) of what the product ships: the locked packages and the vendored files."""

import argparse
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VIA = re.compile(r"^#\s+(?:via )?(?!via$)([A-Za-z0-9._-]+)(?: \(pyproject\.toml\))?$")
PRODUCT = "porchlight"


def name_of(name: str) -> str:
    """As package registries write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text: str) -> list[dict[str, Any]]:
    """Each package of a lock: name, version, hashes of its files, and who asks for it."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines():
        if match := PINNED.match(line):
            found.append({"name": name_of(match[1]), "version": match[2].rstrip("\\").strip(), "hashes": [], "by": []})
        elif found and (match := HASH.search(line)):
            found[-1]["hashes"].append(match[1])
        elif found and (match := VIA.search(line.strip())):
            found[-1]["by"].append(name_of(match[1]))
    return found


def component(package: dict[str, Any]) -> dict[str, Any]:
    purl = f"pkg:pypi/{package['name']}@{package['version']}"
    hashes = [{"alg": "SHA-256", "content": one} for one in package["hashes"]]
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package["name"],
        "version": package["version"],
        "purl": purl,
        "externalReferences": [{"type": "distribution", "url": purl, "hashes": hashes}],
    }


def vendored(row: dict[str, str]) -> dict[str, Any]:
    purl = f"pkg:npm/{row['name'].replace('@', '%40')}@{row['version']}"
    return {
        "type": "library",
        "bom-ref": f"{purl}#{row['file']}",
        "name": row["name"],
        "version": row["version"],
        "purl": purl,
        "licenses": [{"license": {"id": row["licence"]}}],
        "hashes": [{"alg": "SHA-256", "content": row["sha256"]}],
        "properties": [{"name": "porchlight:file", "value": f"pwa/vendor/{row['file']}"}],
    }


def bill() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    packages = locked((ROOT / "requirements.lock").read_text())
    scripts = [vendored(row) for row in tomllib.loads((ROOT / "pwa" / "vendor" / "VENDOR.toml").read_text())["vendor"]]
    ref = f"pkg:pypi/{PRODUCT}@{project['version']}"
    refs = {one["name"]: component(one)["bom-ref"] for one in packages}
    wants: dict[str, list[str]] = {ref: [one["bom-ref"] for one in scripts]} | {one: [] for one in refs.values()}
    for one in packages:
        for asker in one["by"]:
            wants[ref if asker == PRODUCT else refs[asker]].append(refs[one["name"]])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ref,
                "name": PRODUCT,
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [component(one) for one in packages] + scripts,
        "dependencies": [{"ref": one, "dependsOn": sorted(set(on))} for one, on in sorted(wants.items())],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="where to; else it is printed")
    given = parser.parse_args()
    text = json.dumps(bill(), indent=2) + "\n"
    if given.file:
        given.file.write_text(text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
