"""serve: the files of an edition on the loopback address, and nothing else."""

import http.client
import json
import os
import socket
import threading

import pytest

from resilience_index import UsageError
from resilience_index.publish.serving import files_of, server


@pytest.fixture
def edition(tmp_path):
    folder = tmp_path / "edition"
    (folder / "countries").mkdir(parents=True)
    (folder / "index.html").write_text("<p>front", encoding="utf-8")
    (folder / "countries" / "A B.html").write_text("<p>one", encoding="utf-8")
    (folder / "map.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "stranger.txt").write_text("not of the edition", encoding="utf-8")
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (folder / "link.html").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe")
    (folder / "out").symlink_to(tmp_path, target_is_directory=True)
    named = [
        "index.html",
        "map.svg",
        "countries/A B.html",
        "link.html",
        "../secret",
        "pipe",
        "a\0b",
    ]
    named += ["out/secret", "/etc/passwd", "countries/../../secret"]
    outputs = dict.fromkeys(named, "")
    (folder / "manifest.json").write_text(json.dumps({"outputs": outputs}), encoding="utf-8")
    return folder


@pytest.fixture
def ask(edition):
    running = server(edition, 0)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()

    def request(path, method="GET", host=None):
        connection = http.client.HTTPConnection("127.0.0.1", running.server_port, timeout=10)
        connection.request(method, path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    yield request
    running.shutdown()
    thread.join()
    running.server_close()


def test_the_front_page_answers_at_the_root(ask):
    answer, body = ask("/")
    assert (answer.status, body) == (200, b"<p>front")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_chart_is_shown_and_not_saved(ask):
    """With nosniff a browser shows a picture only by its own type."""
    answer, body = ask("/map.svg")
    assert (answer.status, body) == (200, b"<svg/>")
    assert answer.headers["Content-Type"] == "image/svg+xml"


def test_a_name_with_a_space_is_found(ask):
    assert ask("/countries/A%20B.html")[1] == b"<p>one"


def test_head_answers_without_a_body(ask):
    answer, body = ask("/index.html", method="HEAD")
    assert (answer.status, body) == (200, b"")
    assert answer.headers["Content-Length"] == "8"


@pytest.mark.parametrize(
    "path",
    [
        "/stranger.txt",
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/%252e%252e/secret",
        "/countries/../../secret",
        "/out/secret",
        "/%2fetc/passwd",
        "/link.html",
        "//secret",
        "/countries/",
        "/x",
        "/pipe",
        "/a%00b",
    ],
)
def test_nothing_else_is_shown(ask, path):
    answer, body = ask(path)
    assert answer.status == 404
    assert b"secret" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_sent(ask, method):
    assert ask("/", method=method)[0].status == 501


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example:1"])
def test_a_page_that_points_its_own_name_here_sees_nothing(ask, host):
    assert ask("/", host=host)[0].status == 403


def test_only_this_machine_can_ask(edition):
    with server(edition, 0) as running:
        assert running.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_named(edition):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"--port {port}: .*choose another"):
            server(edition, port)


def test_a_folder_without_an_edition_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no edition stands here"):
        server(tmp_path, 0)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"outputs": 3}', "[" * 100_000])
def test_a_damaged_manifest_names_no_file(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    assert files_of(tmp_path) == frozenset()


@pytest.mark.parametrize("kind", ["a pipe", "a link that leads out", "a device"])
def test_a_manifest_that_is_no_plain_file_names_no_file(tmp_path, kind):
    folder = tmp_path / "edition"
    folder.mkdir()
    path, outside = folder / "manifest.json", tmp_path / "manifest.json"
    outside.write_text(json.dumps({"outputs": {"index.html": ""}}), encoding="utf-8")
    if kind == "a pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(outside if kind == "a link that leads out" else "/dev/zero")
    assert files_of(folder) == frozenset()
