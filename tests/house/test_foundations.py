"""The tests' own foundations: databases that are real and apart, servers that really stop."""

import signal
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.serving import Serving, free_port, group_lives, refuses

# Answers /healthz from a child process that outlives its parent, as a server with workers may.
SERVER = """
import http.server, os, signal, sys
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy)
if os.fork() == 0:
    server.serve_forever()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("started", flush=True)
signal.pause()
"""


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    one = Serving(tmp_path / "data")
    one.command = [sys.executable, "-c", SERVER, str(one.port)]
    return one


def test_each_test_has_a_database_of_its_own(database_url: str) -> None:
    engine = sa.create_engine(database_url)

    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE visits (id INTEGER)"))
        found = sa.inspect(connection).get_table_names()

    engine.dispose()
    assert found == ["visits"]


def test_a_second_test_finds_nothing_of_the_first(database_url: str) -> None:
    engine = sa.create_engine(database_url)

    found = sa.inspect(engine).get_table_names()

    engine.dispose()
    assert found == []


def test_stopping_ends_children_too_and_the_port_refuses(serving: Serving) -> None:
    serving.start()
    assert serving.process is not None
    group = serving.process.pid
    assert serving.answers()

    serving.stop()

    assert refuses(serving.port)
    assert not group_lives(group)


def test_a_child_that_outlives_the_signal_is_told(serving: Serving) -> None:
    serving.command[2] = SERVER.replace(
        "server.serve_forever()", "signal.signal(15, signal.SIG_IGN); server.serve_forever()"
    )
    serving.start()

    with pytest.raises(AssertionError, match="still answers after SIGTERM"):
        serving.stop(signal.SIGTERM, seconds=0.5)

    assert refuses(serving.port)


def test_a_restart_keeps_the_address(serving: Serving) -> None:
    with serving:
        before = serving.url

        serving.restart()

        assert serving.url == before
        assert serving.answers()
        assert serving.said().count("started") == 2


def test_a_product_that_ends_at_once_shows_what_it_said(tmp_path: Path) -> None:
    serving = Serving(tmp_path / "data")
    serving.command = [sys.executable, "-c", "raise SystemExit('The folder cannot be written.')"]

    with pytest.raises(AssertionError, match="ended with 1:\nThe folder cannot be written"):
        serving.start()


def test_a_taken_port_is_refused_before_the_start(serving: Serving) -> None:
    other = Serving(serving.data, port=serving.port)
    other.command = serving.command

    with serving, pytest.raises(AssertionError, match="Somebody else listens"):
        other.start()


def test_a_free_port_refuses() -> None:
    assert refuses(free_port())
