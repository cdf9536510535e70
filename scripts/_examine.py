"""Runs the strangers one after another and says what they found; exit 1 when a high or medium finding is not explained."""

import argparse
import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).parent.parent
TOOLS = ROOT / ".venv-examine" / "bin"
PAGES = ROOT / ".venv-examine-pages" / "bin"
EXPLAINED = ROOT / "docs" / "examined.toml"
RULES = ROOT / "scripts" / "_examine_rules"
OURS = {"Sec-Fetch-Site": "same-origin"}
GRAVE = ("high", "medium")


@dataclass(frozen=True)
class Finding:
    """name: tool:rule:place, as docs/examined.toml knows it."""

    name: str
    severity: str
    words: str


@dataclass(frozen=True)
class Target:
    url: str
    cookie: str
    addresses: tuple[str, ...]
    folder: Path


class Broken(Exception):
    """A stranger could not do its work: no examination is no pass."""


def call(*command: object, timeout: int = 900, ok: tuple[int, ...] = (0, 1)) -> str:
    """What a tool says. Raises Broken when it ends otherwise than its makers say it does."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "ignore", "SEMGREP_SEND_METRICS": "off"},
    )
    if done.returncode not in ok:
        raise Broken(
            f"{Path(str(command[0])).name} ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}"
        )
    return done.stdout


def bandit(_target: Target) -> Iterator[Finding]:
    found = json.loads(call(TOOLS / "bandit", "-q", "-r", "backend", "scripts", "-f", "json"))
    if not found["metrics"]["_totals"]["loc"]:
        raise Broken("bandit read nothing")
    for one in found["results"]:
        name = f"bandit:{one['test_id']}:{one['filename'].removeprefix('./')}"
        yield Finding(name, one["issue_severity"].lower(), f"line {one['line_number']}: {one['issue_text']}")


def semgrep(_target: Target) -> Iterator[Finding]:
    said = call(
        *(TOOLS / "semgrep", "scan", "--config", RULES, "--json", "--metrics=off", "--disable-version-check"),
        *("--no-git-ignore", "--exclude", "vendor", "backend", "scripts", "pwa"),
    )
    found = json.loads(said)
    if not found["paths"]["scanned"] or [one for one in found["errors"] if one["level"] == "error"]:
        raise Broken(f"semgrep read nothing, or not all: {str(found['errors'])[:300]}")
    for one in found["results"]:
        rule = one["check_id"].rsplit(".", 1)[-1]
        severity = {"ERROR": "high", "WARNING": "medium"}.get(one["extra"]["severity"], "low")
        yield Finding(
            f"semgrep:{rule}:{one['path']}", severity, f"line {one['start']['line']}: {one['extra']['message']}"
        )


def secrets(_target: Target) -> Iterator[Finding]:
    said = call(TOOLS / "detect-secrets", "scan", "backend", "pwa", "scripts", "docs", ".ci", "README.md")
    for place, found in json.loads(said)["results"].items():
        for one in found if not place.startswith("pwa/vendor/") else ():  # hashes of what is vendored, and others' code
            rule = one["type"].replace(" ", "-").lower()
            yield Finding(f"secrets:{rule}:{place}", "high", f"line {one['line_number']}")


def schemathesis(target: Target) -> Iterator[Finding]:
    """All checks, but that whatever fits the description must be taken: our rules know more than a description can say."""
    out = target.folder / "schemathesis.ndjson"
    said = call(
        *(TOOLS / "schemathesis", "run", f"{target.url}/api/openapi.json", "--no-color", "--continue-on-failure"),
        *("--header", f"Cookie: {target.cookie}", "--header", "Sec-Fetch-Site: same-origin", "--max-examples", "40"),
        *("--exclude-checks", "positive_data_acceptance", "--report-ndjson-path", out, "--generation-deterministic"),
    )
    tested = re.search(r"Tested: (\d+)", said)
    if not tested or int(tested[1]) < 25:
        raise Broken(f"schemathesis tested too little: {said[-600:]}")
    place, seen = "", set()
    for line in said.splitlines():
        if heading := re.fullmatch(r"_+ ([A-Z]+ /\S*) _+", line):
            place = heading[1]
        elif failed := re.match(r"- ST(\d+) (.*)", line):
            name = f"schemathesis:ST{failed[1]}:{place}"
            if name not in seen:
                seen.add(name)
                yield Finding(name, "high" if "Server error" in failed[2] else "medium", failed[2])


def wapiti(target: Target) -> Iterator[Finding]:
    out = target.folder / "wapiti.json"
    starts = [part for address in target.addresses for part in ("-s", target.url + address)]
    call(
        *(PAGES / "wapiti", "-u", f"{target.url}/today", *starts, "-f", "json", "-o", out, "--scope", "domain"),
        *("-H", f"Cookie: {target.cookie}", "-H", "Sec-Fetch-Site: same-origin", "--flush-session", "--no-bugreport"),
        *(
            "--max-scan-time",
            "420",
            "--max-attack-time",
            "60",
            "--max-links-per-page",
            "40",
            "-x",
            f"{target.url}/sign-out",
        ),
        *("--store-session", target.folder, "-m", "common"),
        timeout=900,
    )
    found = json.loads(out.read_text())
    if found["infos"].get("crawled_pages_nbr", 0) < 20:
        raise Broken(f"wapiti saw too little: {found['infos']}")
    for kind, rows in found["vulnerabilities"].items():
        for one in rows:
            rule = re.sub(r"\W+", "-", kind).lower()
            path = re.sub(r"[0-9a-f-]{36}", "*", one["path"])
            yield Finding(f"wapiti:{rule}:{path}", "high" if one["level"] >= 3 else "medium", one["info"][:160])
    for kind, rows in found["anomalies"].items():
        for one in rows:
            rule = re.sub(r"\W+", "-", kind).lower()
            path = re.sub(r"[0-9a-f-]{36}", "*", one["path"])
            yield Finding(f"wapiti:{rule}:{path}", "medium", one["info"][:160])


ASKED = (
    *("/families?q=a*", "/api/v1/cases?q=a*", "/oncall?at=a*", "/api/v1/oncall?at=2026-11-28*", "/callbacks?older=1*"),
    *("/sign-in?next=/today*", "/board/live?seen=1*", "/checkins?case=1*", "/incidents?older=1*", "/oversight?q=a*"),
)
TYPED = (
    ("/sign-in", "email=a*&password=b*&next=/today*"),
    ("/join", "code=ABCDE12345*"),
    ("/callbacks", "id=01900000-0000-7000-8000-00000000000a*&to_name=a*&phone=5550100*&promised_at=2026-11-29T10:00*"),
    ("/language", "code=es*&next=/today*"),
)


def sqlmap(target: Target) -> Iterator[Finding]:
    for at, (path, typed) in enumerate([*((asked, "") for asked in ASKED), *TYPED]):
        folder = target.folder / f"sqlmap-{at}"
        said = call(
            *(
                TOOLS / "sqlmap",
                "-u",
                target.url + path,
                *(["--data", typed] if typed else []),
                "--batch",
                "--disable-coloring",
            ),
            *(
                "--cookie",
                target.cookie,
                "--headers",
                "Sec-Fetch-Site: same-origin",
                "--output-dir",
                folder,
                "--level",
                "2",
            ),
            *(
                "--risk",
                "2",
                "--threads",
                "4",
                "--technique",
                "BEU",
                "--dbms",
                "sqlite",
                "--timeout",
                "10",
                "--ignore-code",
                "*",
            ),
        )
        hit = "identified the following injection point" in said or "is vulnerable" in said
        if not hit and "all tested parameters do not appear to be injectable" not in said:
            raise Broken(f"sqlmap did not test {path}: {said[-500:]}")
        if hit:
            yield Finding(f"sqlmap:injection:{path.split('?')[0]}", "high", said[-300:])


STRANGERS: dict[str, tuple[str, Callable[[Target], Iterator[Finding]]]] = {
    "bandit": ("the server's code", bandit),
    "semgrep": ("all code, by our own rules", semgrep),
    "detect-secrets": ("secrets in the tree", secrets),
    "schemathesis": ("the API against its description", schemathesis),
    "wapiti3": ("every page, as an attacker", wapiti),
    "sqlmap": ("everything that asks the database", sqlmap),
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Target]:
    """The product with its invented caseload, and a supervisor's session, who may do the most."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("PORCHLIGHT_")}
    env |= {"PORCHLIGHT_DATA": str(folder / "data"), "PORCHLIGHT_PORT": str(port), "PYTHONPATH": str(ROOT / "backend")}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "porchlight", "serve", "--demo"],
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        url = f"http://localhost:{port}"
        try:
            wait_for(url, server)
            yield Target(url, signed_in(url, folder), addresses(folder), folder)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _try in range(300):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise Broken("Porchlight did not start")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_about: Any) -> None:
        return None


def rows(folder: Path, query: str) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "data" / "porchlight.sqlite3")) as database:
        return [str(UUID(row[0])) for row in database.execute(query)]


def signed_in(url: str, folder: Path) -> str:
    (priya,) = rows(folder, "SELECT id FROM accounts WHERE email = 'priya@example.org'")
    asked = urllib.request.Request(f"{url}/sign-in/demo", f"account_id={priya}".encode(), OURS)  # noqa: S310
    try:
        urllib.request.build_opener(_Stay).open(asked, timeout=10)
    except urllib.error.HTTPError as answer:
        if cookie := answer.headers.get("Set-Cookie"):
            return str(cookie.split(";")[0])
    raise Broken("Nobody could sign in")


def addresses(folder: Path) -> tuple[str, ...]:
    """Where a crawl begins, so that it also meets what no link of the first pages leads to."""
    found = [
        "/families",
        "/board",
        "/oncall",
        "/more",
        "/safety",
        "/callbacks",
        "/checkins",
        "/incidents",
        "/mandated",
        "/missing",
    ]
    for table, path in (("cases", "/cases/{}"), ("contacts", "/visits/{}"), ("schedules", "/oncall/schedules/{}")):
        found += [path.format(one) for one in rows(folder, f"SELECT id FROM {table} LIMIT 2")]  # noqa: S608
    return tuple(found)


def explained() -> dict[str, str]:
    return tomllib.loads(EXPLAINED.read_text())


def judge(found: list[Finding], known: dict[str, str]) -> tuple[list[Finding], list[str]]:
    """Grave findings that nobody has explained, and explanations that nothing needs any more."""
    open_ = [one for one in found if one.severity in GRAVE and one.name not in known]
    return open_, sorted(set(known) - {one.name for one in found})


def table(counted: dict[str, list[Finding]], known: dict[str, str], broken: dict[str, str]) -> str:
    lines = [f"{'who':16} {'what':36} {'high':>5} {'medium':>7} {'low':>5} {'explained':>10}"]
    for name, (about, _) in STRANGERS.items():
        if name in counted:
            found = counted[name]
            of = {level: sum(one.severity == level for one in found) for level in (*GRAVE, "low")}
            told = sum(one.name in known for one in found if one.severity in GRAVE)
            lines.append(f"{name:16} {about:36} {of['high']:>5} {of['medium']:>7} {of['low']:>5} {told:>10}")
        elif name in broken:
            lines.append(f"{name:16} could not examine: {broken[name]}")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(prog="scripts/examine", description="Independent tools examine Porchlight.")
    options.add_argument("--only", choices=STRANGERS, action="append", help="only this one")
    chosen = options.parse_args(arguments).only or list(STRANGERS)
    counted: dict[str, list[Finding]] = {}
    broken: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as made, running(Path(made)) as target:
        for name in chosen:
            started = time.monotonic()
            print(f"--- {name}: {STRANGERS[name][0]}", flush=True)
            try:
                counted[name] = list(STRANGERS[name][1](target))
            except (Broken, subprocess.TimeoutExpired, json.JSONDecodeError) as problem:
                broken[name] = str(problem)[:800]
            for one in counted.get(name, []):
                print(f"{one.severity:7} {one.name}  {one.words}")
            print(f"    {time.monotonic() - started:.0f} s", flush=True)
    known = explained()
    here = {name: why for name, why in known.items() if name.split(":")[0] in {tool_of(one) for one in chosen}}
    open_, stale = judge([one for found in counted.values() for one in found], here)
    print(table(counted, known, broken))
    for one in open_:
        print(f"not explained: {one.name}")
    for name in stale:
        print(f"explained, and not found any more: {name}")
    return 1 if open_ or stale or broken else 0


def tool_of(name: str) -> str:
    """How its findings begin."""
    return {"detect-secrets": "secrets", "wapiti3": "wapiti"}.get(name, name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
