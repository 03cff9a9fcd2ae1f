"""Messages go to the internet by https, never into the network in which the server stands."""

import socket
from typing import Any

import pytest
from pytest_django import Settings

from kamkor.webhooks import sending
from kamkor.webhooks.address import NotAllowed, parse, resolve

PUBLIC = "93.184.215.14"


def stands_for(patch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names stand for these addresses, one list at each lookup; gives the names that were asked for."""
    asked, left = [], list(answers)

    def look_up(host: str, port: int, **_rest: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in left.pop(0)]

    patch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.asvs("1.2.2", "12.3.1")
@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https:///in",
        "//example.org/",
        "https://user:word@example.org/",
        "https://example.org@127.0.0.1/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/#here",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://пример.кг/",
        "https://[::1/",
        "https://example.org/" + "a" * 300,
        "",
    ],
)
def test_what_is_no_plain_https_address_is_refused(address: str) -> None:
    with pytest.raises(NotAllowed):
        parse(address)


@pytest.mark.asvs("1.3.6", "13.2.4")
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "10.0.0.7",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.7]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[2001:db8::1]",
        "localhost",
    ],
)
def test_nothing_goes_into_the_own_network(host: str) -> None:
    with pytest.raises(NotAllowed):
        resolve(parse(f"https://{host}/in"))


@pytest.mark.parametrize("host", [PUBLIC, "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]"])
def test_what_is_public_is_allowed(host: str) -> None:
    assert resolve(parse(f"https://{host}:8443/in?a=b")) == host.strip("[]")


def test_a_name_with_one_address_inside_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_for(monkeypatch, [PUBLIC, "10.0.0.7"])
    with pytest.raises(NotAllowed):
        resolve(parse("https://example.org/"))


@pytest.mark.asvs("1.3.6")
def test_the_name_is_looked_up_once_and_the_checked_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = stands_for(monkeypatch, [PUBLIC], ["127.0.0.1"])
    connected = []

    def connect(to: tuple[str, int], timeout: float) -> socket.socket:
        connected.append((*to, timeout))
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    for error in ("connection", "address"):  # at the second time the name stands for this machine
        with pytest.raises(sending.Undelivered, match=error):
            sending.post("https://example.org/in", b"{}", {})
    assert connected == [(PUBLIC, 443, sending.SECONDS)]
    assert asked == ["example.org", "example.org"]


def test_for_trials_this_machine_is_allowed_and_nothing_else(settings: Settings) -> None:
    settings.WEBHOOKS_LOCAL = True
    assert resolve(parse("http://127.0.0.1:9000/")) == "127.0.0.1"
    for address in ("http://10.0.0.7/", f"http://{PUBLIC}/", "https://10.0.0.7/"):
        with pytest.raises(NotAllowed):
            resolve(parse(address))


def test_who_answers_in_drops_is_cut_off(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOKS_LOCAL = True
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    timeout = pytest.raises(sending.Undelivered, match="timeout")
    with socket.create_server(("127.0.0.1", 0)) as silent, timeout:
        sending.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})
