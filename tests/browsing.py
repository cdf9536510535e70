"""An HTTP client that behaves as a browser on our own pages: keeps cookies, says where its requests come from."""

import re
from collections.abc import Callable
from typing import Any

from httpx import Response
from litestar.testing import TestClient
from litestar.types import ASGIApp

from porchlight.core.tools import Tools
from porchlight.people import queries as people
from porchlight.people import service
from porchlight.people.values import How
from tests.world import PASSWORD

ORIGIN = "http://porchlight.test:8700"


def proving(tools: Tools) -> Callable[[str], str]:
    """Makes a session of whoever has typed their password, as if their code had been right, too."""

    def prove(email: str) -> str:
        with tools.db.transaction() as session:
            known = people.credentials(session, email)
            assert known
            return service.sign_in(session, known[0], device_id=None, how=How.CODE, now=tools.db.now(session))

    return prove


class Browser:
    """`get`, `post` and so on as in httpx, without following redirects; `headers` are sent each time.

    prove: a session's token for an e-mail, as if the second step of its sign-in were done.
    """

    def __init__(
        self, app: ASGIApp, headers: dict[str, str] | None = None, *, prove: Callable[[str], str] | None = None
    ) -> None:
        self.prove = prove
        self.client: TestClient[Any] = TestClient(app, base_url=ORIGIN)
        self.client.headers.update({"Sec-Fetch-Site": "same-origin", "Accept": "text/html", **(headers or {})})
        self.client.follow_redirects = False

    def sign_in(self, email: str, password: str = PASSWORD) -> Response:
        """All the way, where the password fits: what comes after it stands in tests/people/test_codes.py."""
        answer = self.type_password(email, password)
        if self.prove and answer.headers.get("location", "").startswith("/sign-in/code"):
            self.client.cookies.delete("porchlight")
            self.client.cookies.set("porchlight", self.prove(email), domain="porchlight.test")
        return answer

    def type_password(self, email: str, password: str = PASSWORD) -> Response:
        return self.post("/sign-in", data={"email": email, "password": password})

    def get(self, path: str, **how: Any) -> Response:
        return self.client.get(path, **how)

    def post(self, path: str, **how: Any) -> Response:
        return self.client.post(path, **how)

    def request(self, method: str, path: str, **how: Any) -> Response:
        return self.client.request(method, path, **how)

    def close(self) -> None:
        self.client.cookies.clear()


def text_of(response: Response) -> str:
    """What a reader would see, roughly: no tags, single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))
