"""The shield over every answer: headers, cross-site writes, what an unknown address says."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from porchlight.app import create
from porchlight.core.tools import Tools
from tests.browsing import ORIGIN, Browser

Browsers = Callable[..., Browser]
PATHS = ["/sign-in", "/nowhere", "/api/v1/nowhere", "/healthz"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.asvs("3.4.3")
def test_every_answer_carries_the_shield(browser_of: Browsers, path: str) -> None:
    headers = browser_of().get(path).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    if headers["content-type"].startswith("text/html"):
        assert "require-trusted-types-for 'script'" in policy
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["permissions-policy"] == "geolocation=(), microphone=(), payment=()"
    else:
        assert policy == "default-src 'none'; frame-ancestors 'none'"
    assert headers["server"] == ""


@pytest.mark.parametrize("path", ["/css/porchlight.css", "/js/boot.js", "/vendor/htmx.min.js", "/icons/icon.svg"])
def test_files_of_the_shell_say_what_they_are_and_to_whom(browser_of: Browsers, path: str) -> None:
    headers = browser_of().get(path).headers

    assert headers["x-content-type-options"] == "nosniff"


def test_the_worker_may_load_our_modules_and_ask_our_server_and_nothing_else(browser_of: Browsers) -> None:
    headers = browser_of().get("/sw.js").headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; script-src 'self'; connect-src 'self'"


@pytest.mark.parametrize("path", [*PATHS, "/sw.js", "/css/porchlight.css", "/js/boot.js"])
@pytest.mark.asvs("3.4.1")
def test_whoever_came_by_https_comes_back_by_https(tools: Tools, path: str) -> None:
    def said(url: str) -> str:
        known = replace(tools, settings=replace(tools.settings, url=url))
        return Browser(create(tools=known)).get(path).headers.get("strict-transport-security", "")

    assert said("https://porchlight.example.org") == "max-age=31536000; includeSubDomains"
    assert said("http://localhost:8700") == ""


def test_no_two_answers_share_a_nonce(browser_of: Browsers) -> None:
    browser = browser_of()

    policies = {browser.get("/sign-in").headers["content-security-policy"] for _ in range(5)}

    assert len(policies) == 5


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://example.com"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": ""},
    ],
)
@pytest.mark.asvs("3.5.1")
def test_a_write_from_elsewhere_is_refused(browser_of: Browsers, headers: dict[str, str]) -> None:
    assert browser_of("rowan").post("/sign-out", headers=headers).status_code == 403


def test_a_write_from_an_older_browser_on_our_own_page_is_taken(browser_of: Browsers) -> None:
    headers = {"Sec-Fetch-Site": "", "Origin": ORIGIN}

    assert browser_of("rowan").post("/sign-out", headers=headers).status_code == 303


def test_a_problem_is_plain_words_for_people_and_problem_details_for_programs(browser_of: Browsers) -> None:
    browser = browser_of()

    page = browser.get("/nowhere")
    problem = browser.get("/api/v1/nowhere")

    assert page.status_code == problem.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert problem.headers["content-type"] == "application/problem+json"
    assert set(problem.json()) == {"type", "title", "status", "detail"}


def test_problems_are_said_in_the_language_of_the_reader(browser_of: Browsers) -> None:
    english = browser_of(**{"Accept-Language": "en-US"}).get("/api/v1/nowhere").json()
    spanish = browser_of(**{"Accept-Language": "es-MX,es;q=0.9"}).get("/api/v1/nowhere").json()

    assert english["title"] == "We could not find that page"
    assert spanish["title"] != english["title"]
