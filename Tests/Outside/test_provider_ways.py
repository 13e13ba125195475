"""The ways to providers: certificates of one's own, proxies, and how long is waited."""

import json
import shutil
import threading
import time

import pytest

from certificates import signed
from cli import REFUSED, USAGE
from providers import KEY, Provider, Silent, Slow
from proxies import Proxy
from server import free_port, has_curl
from test_providers import ANSWER, PIECES, QUESTION, WHOLE, add, payloads, provider, said

pytestmark = [
    pytest.mark.skipif(not has_curl(), reason="libcurl speaks to providers"),
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates"),
]


@pytest.fixture
def house(folder):
    """An authority of one's own, and what it has signed."""
    return signed(folder / "house")


def ask(server, name="there"):
    """A run of the provider, once it has ended, and its events."""
    run = server.create({"session_key": "s_way", "input": QUESTION, "llm_config": {"provider": name}})
    value = server.finished(run, within=60.0)
    return value, server.events(run)


def answered(server, name="there"):
    value, _ = ask(server, name)
    assert value["output"] == ANSWER.text, value["error"]


def listed(server):
    [row] = [json.loads(line) for line in provider(server, "list", "--json").stdout.splitlines()]
    return row


# -- whom is believed

def test_an_authority_of_ones_own(launch, folder, house):
    """Without it the provider sees no request; with it all goes, also when the file is gone and the server was started again."""
    authority, *certificate = house
    server = launch()
    with Provider("openai", ANSWER, ANSWER, certificate=certificate) as fake:
        assert add(server, "there", "openai", fake.base_url).returncode == 0
        error = ask(server)[0]["error"]
        assert error["code"] == "LLM_UNAVAILABLE" and "certificate is not trusted" in error["message"]
        assert fake.requests == [] and "own_certificates" not in {name for name, value in listed(server).items() if value is not None}
        found = provider(server, "test", "there")
        assert found.returncode == REFUSED and "trust: the machine's certificates" in found.stdout
        assert "certificate is not trusted" in found.stderr
        assert add(server, "there", "openai", fake.base_url, "--ca-file", str(authority)).returncode == 0
        authority.unlink()
        answered(server)
        assert listed(server)["own_certificates"] == 1
        server.restart()
        answered(server)
        assert (fake.wrong, fake.turns) == ([], [])


def test_an_authority_stands_in_place_of_all_others(launch, folder, house):
    """Another house's is not enough, and several are."""
    other, *_ = signed(folder / "other")
    authority, *certificate = house
    server = launch()
    with Provider("openai", ANSWER, ANSWER, certificate=certificate) as fake:
        assert add(server, "there", "openai", fake.base_url, "--ca-file", str(other)).returncode == 0
        assert "certificate is not trusted" in ask(server)[0]["error"]["message"] and fake.requests == []
        both = folder / "both.pem"
        both.write_text("Two houses\n" + other.read_text() + "and\n" + authority.read_text())
        assert add(server, "there", "openai", fake.base_url, "--ca-file", str(both)).returncode == 0
        answered(server)
        found = provider(server, "test", "there")
        assert found.returncode == 0 and "trust: 2 certificates of its own" in found.stdout


# -- how long is waited

def test_a_provider_that_is_silent(launch):
    """It is asked again as soon as it is given up."""
    server = launch()
    with Provider("openai", Silent(), ANSWER) as fake:
        assert add(server, "there", "openai", fake.base_url, "--silence-timeout", "1").returncode == 0
        assert listed(server)["silence_timeout"] == 1 and listed(server)["connect_timeout"] is None
        began = time.monotonic()
        value, events = ask(server)
        [retried] = payloads(events, "step.retried")
        assert value["output"] == ANSWER.text and "Timeout" in retried["reason"]
        assert time.monotonic() - began < 20


def test_a_provider_that_falls_silent(launch):
    """What was said is not asked for again."""
    server = launch()
    with Provider("openai", [ANSWER, Slow(threading.Event(), after_pieces=2)]) as fake:
        assert add(server, "there", "openai", fake.base_url, "--silence-timeout", "1").returncode == 0
        began = time.monotonic()
        value, events = ask(server)
        assert value["error"]["code"] == "LLM_TIMEOUT" and said(events) == "".join(PIECES[:2])
        assert time.monotonic() - began < 20 and len(fake.requests) == 1


# -- through whom

def test_a_proxy_sees_the_request(launch):
    server = launch(environment={"no_proxy": "*", "http_proxy": f"http://127.0.0.1:{free_port()}"})
    with Proxy() as proxy, Provider("openai", ANSWER, ANSWER) as fake:
        assert add(server, "there", "openai", fake.base_url, "--proxy", proxy.url).returncode == 0
        answered(server)
        assert proxy.asked == [("POST", f"127.0.0.1:{fake.port}")]
        assert listed(server)["proxy"] == proxy.url and listed(server)["has_proxy_login"] is None
        found = provider(server, "test", "there")
        assert found.returncode == 0 and f"proxy: {proxy.url}\n" in found.stdout


def test_a_proxy_tunnels(launch, house):
    """It sees where the request goes, and nothing of it."""
    authority, *certificate = house
    server = launch()
    with Proxy() as proxy, Provider("openai", ANSWER, certificate=certificate) as fake:
        flags = ["--proxy", proxy.url, "--ca-file", str(authority), "--connect-timeout", "5"]
        assert add(server, "there", "openai", fake.base_url, *flags).returncode == 0
        answered(server)
        assert proxy.asked == [("CONNECT", f"localhost:{fake.port}")]


def test_a_proxy_of_socks_is_told_the_name(launch):
    server = launch()
    with Proxy("socks") as proxy, Provider("openai", ANSWER) as fake:
        address = fake.base_url.replace("127.0.0.1", "localhost")
        assert add(server, "there", "openai", address, "--proxy", proxy.url).returncode == 0
        answered(server)
        assert proxy.asked == [("SOCKS", f"localhost:{fake.port}")]


def test_a_proxy_that_asks_who_comes(launch):
    """The answer comes on the input, is nowhere on disk, and stays with the proxy."""
    server, login = launch(), "our-name:our-secret-5c1e"
    with Proxy(login=login) as proxy, Provider("openai", ANSWER, ANSWER) as fake:
        assert add(server, "there", "openai", fake.base_url, "--proxy", proxy.url).returncode == 0
        assert ask(server)[0]["status"] == "failed" and fake.requests == []
        found = add(server, "there", "openai", fake.base_url, "--proxy", proxy.url, "--proxy-login-stdin", key=f"{KEY}\n{login}")
        assert found.returncode == 0, found.stderr
        answered(server)
        assert add(server, "there", "openai", fake.base_url, "--proxy", proxy.url, key=None).returncode == 0
        answered(server)
        row = listed(server)
        assert row["has_proxy_login"] is True and row["has_key"] is True and row["proxy"] == proxy.url
    output = provider(server, "list").stdout + provider(server, "test", "there").stdout
    server.stop()
    held = b"".join(path.read_bytes() for path in server.folder.rglob("*") if path.is_file()) + server.log.read_bytes()
    assert "our-" not in output and b"our-secret" not in held and b"our-name" not in held


def test_no_proxy_at_all(launch):
    """Whatever the environment says."""
    server = launch(environment={"http_proxy": f"http://127.0.0.1:{free_port()}", "no_proxy": ""})
    with Provider("openai", ANSWER) as fake:
        assert add(server, "there", "openai", fake.base_url).returncode == 0
        assert ask(server)[0]["error"]["code"] == "LLM_UNAVAILABLE" and fake.requests == []
        assert add(server, "there", "openai", fake.base_url, "--proxy", "none").returncode == 0
        answered(server)
        assert listed(server)["proxy"] == "none"


def test_the_standard_is_not_listed(launch):
    server = launch()
    times = ["--connect-timeout", "10", "--silence-timeout", "120"]
    assert add(server, "there", "openai", "http://127.0.0.1:1/v1", *times).returncode == 0
    row = listed(server)
    assert not [name for name in ("own_certificates", "proxy", "has_proxy_login", "connect_timeout", "silence_timeout") if row.get(name) is not None]


# -- what is refused

WRONG = [
    (["--connect-timeout", "0"], USAGE, "1 to 300"), (["--connect-timeout", "301"], USAGE, "1 to 300"),
    (["--silence-timeout", "0"], USAGE, "1 to 3600"), (["--silence-timeout", "-1"], USAGE, "silence-timeout"),
    (["--silence-timeout", "soon"], USAGE, "silence-timeout"), (["--silence-timeout", "1.5"], USAGE, "silence-timeout"),
    (["--proxy", "proxy:3128"], USAGE, "--proxy: "), (["--proxy", "http://proxy"], USAGE, "a port"),
    (["--proxy", "http://u:p@proxy:3128"], USAGE, "--proxy-login-stdin"), (["--proxy", "socks4://proxy:1"], USAGE, "socks5h"),
    (["--proxy", ""], USAGE, "--proxy: "), (["--proxy-login-stdin"], USAGE, "no --proxy"),
    (["--proxy", "none", "--proxy-login-stdin"], USAGE, "no --proxy"),
    (["--proxy", "http://proxy:1", "--proxy-login-stdin"], REFUSED, "NAME:PASSWORD"),
    (["--ca-file", "{folder}/none.pem"], 66, "none.pem"), (["--ca-file", "{folder}"], 66, "directory"),
    (["--ca-file", "{folder}/empty.pem"], REFUSED, "no certificate in PEM"),
    (["--ca-file", "{folder}/text.pem"], REFUSED, "no certificate in PEM"),
    (["--ca-file", "{folder}/torn.pem"], REFUSED, "torn.pem: "),
    (["--ca-file", "{folder}/house/ca.key"], REFUSED, "private key"),
    (["--ca-file", "{folder}/both.pem"], REFUSED, "private key"),
    (["--ca-file", "{folder}/long.pem"], REFUSED, "524288 bytes"),
]


def test_what_is_no_way(launch, folder, house):
    """Nothing is added, and nothing is waited for on the input."""
    server, authority = launch(), house[0].read_text()
    (folder / "empty.pem").write_text("")
    (folder / "text.pem").write_text("a certificate")
    (folder / "torn.pem").write_text(authority[:-60])
    (folder / "both.pem").write_text(authority + (folder / "house" / "ca.key").read_text())
    (folder / "long.pem").write_text(authority + "x" * (1 << 19))
    for flags, code, word in WRONG:
        flags = [flag.format(folder=folder) for flag in flags]
        found = provider(server, "add", "wrong", *WHOLE, *flags)
        assert found.returncode == code and word in found.stderr, (flags, found.returncode, found.stderr)
    assert provider(server, "list", "--json").stdout == ""
