"""What keeps a server from starting, each with its exit code and a sentence that helps."""

import json
import os
import shutil
import signal
import socket
import ssl

import pytest

from certificates import EARLY, EXPIRED, dated
from server import START_MAX, Server, command, free_port, until

FILE, FOLDER, IN_USE, CONFIGURATION = 66, 73, 75, 78
DROPPING = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def refused(server, code, *words):
    """The process ends by itself with this code and says these words."""
    server.launch()
    assert server.wait(START_MAX) == code, server.log.read_text()[-1000:]
    text = server.log.read_text()
    for word in words:
        assert word in text, text
    assert server.lines.get(timeout=5) == "", "a server that is not ready has printed a line"


def test_two_servers_on_one_folder(server, launch):
    second = launch(start=False)
    refused(second, IN_USE, "in use", str(server.process.pid))
    assert server.get("/health", scope=None).status == 200
    server.kill()
    second.start()
    assert second.get("/health", scope=None).status == 200


@pytest.mark.parametrize("shares", [False, True], ids=["plain", "shared"])
def test_a_port_in_use(launch, shares):
    """Also when the one who holds it would share it."""
    with socket.socket() as listener:
        if shares:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        refused(launch(start=False, listen=f"127.0.0.1:{port}"), IN_USE, str(port))


def test_the_port_of_another_server(server, launch):
    second = launch(start=False, name="second", listen=f"127.0.0.1:{server.address[1]}")
    refused(second, IN_USE, str(server.address[1]))


class Unprivileged(Server):
    """A server that may not write where the permissions forbid it, root or not."""

    prefix = DROPPING if os.geteuid() == 0 else ()


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"),
                    reason="root may write everywhere, and setpriv is not here")
@pytest.mark.parametrize("is_new", [True, False])
def test_a_read_only_folder(folder, launch, is_new):
    place = folder / "locked"
    place.mkdir()
    server = Unprivileged(place / "data")
    server.log = folder / "locked.log"
    if is_new:
        place.chmod(0o500)
        refused(server, FOLDER, "permission")
    else:
        Server(place / "data").start().stop()
        for path in [*server.folder.rglob("*"), server.folder]:
            path.chmod(0o500 if path.is_dir() else 0o400)
        refused(server, FOLDER, "permission")
        server.folder.chmod(0o700)
    place.chmod(0o700)


def test_a_folder_that_others_may_write(launch):
    server = launch(start=False)
    server.folder.mkdir()
    server.folder.chmod(0o777)
    refused(server, FOLDER, "chmod")


def test_a_file_in_the_place_of_the_folder(launch):
    server = launch(start=False)
    server.folder.write_text("x")
    refused(server, FOLDER, "not a folder")


def test_a_damaged_database(launch):
    server = launch(start=False)
    server.folder.mkdir(mode=0o700)
    (server.folder / "main.db").write_bytes(b"no database " * 1000)
    refused(server, FOLDER, "damaged")


# -- certificates

CHAIN, KEY = "tls/server.pem", "tls/server-key.pem"


@pytest.fixture
def pairs(folder):
    """Two certificates with their keys and authorities, from two folders that servers have made."""
    found = []
    for name in ("one", "two"):
        server = Server(folder / name).start()
        server.stop()
        found.append(server.folder)
    return found


def broken(folder, pairs):
    """name: chain, key"""
    garbage = folder / "garbage.pem"
    garbage.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    empty = folder / "empty.pem"
    empty.write_text("")
    one, two = pairs
    return {
        "missing": (folder / "nothing.pem", one / KEY), "missing-key": (one / CHAIN, folder / "nothing"),
        "garbage": (garbage, one / KEY), "garbage-key": (one / CHAIN, garbage),
        "empty": (empty, one / KEY), "of-another": (one / CHAIN, two / KEY),
        "exchanged": (one / KEY, one / CHAIN), "folder": (one, one / KEY),
    }


@pytest.mark.parametrize("name", ["missing", "missing-key", "garbage", "garbage-key", "empty",
                                  "of-another", "exchanged", "folder"])
def test_a_broken_certificate(folder, launch, pairs, name):
    chain, key = broken(folder, pairs)[name]
    refused(launch("--certificate", str(chain), "--private-key", str(key), start=False), FILE)


def test_a_certificate_without_its_key(launch, pairs):
    refused(launch("--certificate", str(pairs[0] / CHAIN), start=False), CONFIGURATION, "go together")


def configured(launch, folder, pairs):
    """A server that shows copies of the first pair."""
    for name in (CHAIN, KEY):
        shutil.copy(pairs[0] / name, folder / name.split("/")[1])
    return launch("--certificate", str(folder / "server.pem"), "--private-key",
                  str(folder / "server-key.pem"), authority=str(pairs[0] / "tls/ca.pem"))


def logged(server, text):
    """Waits for a line of the log."""
    until(lambda: text in server.log.read_text())


def is_trusted(server):
    """Whether a new connection finds a certificate that it trusts; the loops learn of it one by one."""
    try:
        server.connect().close()
    except ssl.SSLCertVerificationError:
        return False
    return True


def test_reloading_certificates(launch, folder, pairs):
    """New connections see the new pair, old ones live on; a broken pair changes nothing."""
    server = configured(launch, folder, pairs)
    old = server.connect()
    assert old.request("GET", "/health").status == 200
    for name in (CHAIN, KEY):
        shutil.copy(pairs[1] / name, folder / name.split("/")[1])
    server.signal(signal.SIGHUP)
    logged(server, "certificates reloaded")
    until(lambda: not is_trusted(server))
    server.tls = server.trust(str(pairs[1] / "tls/ca.pem"))
    with server.connect() as new:
        assert new.request("GET", "/health").status == 200
    assert old.request("GET", "/health").status == 200

    (folder / "server.pem").write_text("broken")
    server.signal(signal.SIGHUP)
    logged(server, "certificates kept")
    assert str(folder / "server.pem") in server.log.read_text().splitlines()[-1]
    with server.connect() as new:
        assert new.request("GET", "/health").status == 200
    assert old.request("GET", "/health").status == 200
    old.close()


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates")
@pytest.mark.parametrize("times,word,date", [(EXPIRED, "expired", "2020-02-01"),
                                             (EARLY, "not valid before", "2099-01-01")])
def test_a_certificate_out_of_its_time(launch, folder, times, word, date):
    """It is shown, clients refuse it, and the log names file, reason and date."""
    chain, key = dated(folder / "dated", *times)
    server = launch("--certificate", str(chain), "--private-key", str(key), authority=str(chain))
    warnings = [line for line in server.log.read_text().splitlines() if word in line]
    assert len(warnings) == 1 and date in warnings[0] and str(chain) in warnings[0]
    assert '"level":"warning"' in warnings[0]
    with pytest.raises(ssl.SSLCertVerificationError):
        server.connect()
    server.tls.check_hostname, server.tls.verify_mode = False, ssl.CERT_NONE
    assert server.get("/health", scope=None).status == 200


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificates")
@pytest.mark.parametrize("times,word", [(EXPIRED, "2020-02-01"), (EARLY, "2099-01-01")])
def test_a_reload_never_makes_it_worse(launch, folder, pairs, times, word):
    """A pair out of its time takes no valid one's place; a valid one takes any place."""
    server = configured(launch, folder, pairs)
    chain, key = dated(folder / "dated", *times)
    shutil.copy(chain, folder / "server.pem")
    shutil.copy(key, folder / "server-key.pem")
    server.signal(signal.SIGHUP)
    logged(server, "certificates kept")
    last = server.log.read_text().splitlines()[-1]
    assert word in last and str(folder / "server.pem") in last
    with server.connect() as new:
        assert new.request("GET", "/health").status == 200

    server.kill()
    server.tls = None
    out_of_time = launch("--certificate", str(folder / "server.pem"), "--private-key",
                         str(folder / "server-key.pem"), name="other",
                         authority=str(pairs[0] / "tls/ca.pem"))
    for name in (CHAIN, KEY):
        shutil.copy(pairs[0] / name, folder / name.split("/")[1])
    out_of_time.signal(signal.SIGHUP)
    logged(out_of_time, "certificates reloaded")
    until(lambda: is_trusted(out_of_time))
    assert out_of_time.get("/health", scope=None).status == 200


def test_the_development_certificate_is_kept(server):
    """The same authority after a restart, so that trust once given lasts."""
    before = (server.folder / "tls/ca.pem").read_bytes()
    server.restart()
    assert (server.folder / "tls/ca.pem").read_bytes() == before


def test_others_may_read_the_certificates_and_nothing_else(server, folder):
    """Every file of the folder after some work, as another user meets it."""
    server.finished(server.create({"input": "1 + 1"}))
    public = {"tls/ca.pem", CHAIN}
    for path in [server.folder, *server.folder.rglob("*")]:
        name = path.relative_to(server.folder).as_posix()
        wanted = 0o711 if path.is_dir() else 0o644 if name in public else 0o600
        assert path.stat().st_mode & 0o777 == wanted, name


@pytest.mark.parametrize("damage", ["clock", "garbage", "missing"])
def test_a_development_certificate_that_cannot_be_used_is_made_anew(launch, folder, damage):
    """A leaf from a wrong future, a damaged or a missing one; the authority stays where it can."""
    server = launch()
    authority = (server.folder / "tls/ca.pem").read_bytes()
    server.stop()
    if damage == "clock":
        if not shutil.which("openssl"):
            pytest.skip("openssl makes the certificates")
        chain, key = dated(folder / "dated", *EARLY)
        shutil.copy(chain, server.folder / CHAIN)
        shutil.copy(key, server.folder / KEY)
    elif damage == "garbage":
        (server.folder / CHAIN).write_text("garbage")
    else:
        (server.folder / KEY).unlink()
    server.start()
    assert server.get("/health", scope=None).status == 200
    assert (server.folder / "tls/ca.pem").read_bytes() == authority


def test_a_broken_development_authority_is_named(launch):
    server = launch()
    server.stop()
    for name in ("tls/ca.pem", CHAIN):
        (server.folder / name).write_text("garbage")
    refused(server, FILE, "tls/ca.pem", "tls/ca-key.pem", "new authority")


# -- configuration

WRONG = [
    (["--lisen", "127.0.0.1:0"], {}, ["--lisen", "did you mean listen?"]),
    (["--querty", "1"], {}, ["--querty"]), (["--config"], {}, ["--config", "file"]), (["workers"], {}, ["workers", "not a flag"]),
    (["--workers"], {}, ["needs a value"]), (["--workers", "many"], {}, ["workers", "number"]),
    (["--workers", "-1"], {}, ["workers"]), (["--listen", "localhost"], {}, ["HOST:PORT"]),
    (["--listen", "127.0.0.1:65536"], {}, ["HOST:PORT"]), (["--log-level", "loud"], {}, ["debug, info"]),
    (["--insecure-no-auth", "--listen", "0.0.0.0:0"], {}, ["loopback"]),
    ([], {"SWITCHYARD_WORKER": "1"}, ["SWITCHYARD_WORKER", "did you mean workers?"]),
    ([], {"SWITCHYARD_WORKERS": "x"}, ["workers (environment)"]),
]


@pytest.mark.parametrize("arguments,environment,words", WRONG)
def test_a_wrong_setting(folder, arguments, environment, words):
    found = command("serve", "--data", folder / "data", *arguments, environment=environment)
    assert found.returncode == CONFIGURATION and found.stdout == ""
    for word in words:
        assert word in found.stderr
    assert not (folder / "data").exists(), "something was made before the settings were read"


@pytest.mark.parametrize("form", ["--config=", "--config"])
def test_the_file_is_named_like_any_flag(folder, form):
    path = folder / "settings.json"
    path.write_text('{"workers":"x"}')
    flags = [f"{form}{path}"] if form.endswith("=") else [form, path]
    found = command("serve", *flags, f"--data={folder / 'data'}")
    assert found.returncode == CONFIGURATION and "workers (file)" in found.stderr


@pytest.mark.parametrize("flag", ["--x", "--ca", "--log"])
def test_a_name_like_no_setting_gets_no_suggestion(folder, flag):
    found = command("serve", flag, data=folder / "data")
    assert found.returncode == CONFIGURATION and "did you mean" not in found.stderr


@pytest.mark.parametrize("text,word", [
    ('{"lisen":"x"}', "did you mean listen?"), ("{", "byte"), ("[]", "one JSON object"),
    ('{"workers":[]}', "workers"), ('{"workers":1,"workers":2}', "configuration file")])
def test_a_wrong_file(folder, text, word):
    (folder / "settings.json").write_text(text)
    found = command("serve", "--config", folder / "settings.json", data=folder / "data")
    assert found.returncode == CONFIGURATION and word in found.stderr


def test_a_file_that_is_not_there(folder):
    found = command("serve", "--config", folder / "nothing.json", data=folder / "data")
    assert found.returncode == FILE and "nothing.json" in found.stderr


def test_all_problems_are_told_at_once(folder):
    found = command("serve", "--workers", "x", "--queue-max", "y", "--nothing", data=folder / "data")
    assert found.returncode == CONFIGURATION
    assert all(word in found.stderr for word in ("workers", "queue-max", "--nothing"))


def test_flags_go_before_variables_before_the_file(folder, launch):
    (folder / "settings.json").write_text('{"workers":0,"queue-max":2,"feeds-max":1}')
    server = launch("--config", str(folder / "settings.json"), "--queue-max", "1",
                    environment={"SWITCHYARD_QUEUE_MAX": "3", "SWITCHYARD_FEEDS_MAX": "2"})
    assert server.post("/api/runs", {"input": "x"}).status == 201
    assert server.post("/api/runs", {"input": "x"}).status == 503


def test_without_authentication_on_loopback(launch):
    server = launch("--insecure-no-auth")
    assert server.token is None
    run = server.create({"input": "1 + 1"})
    assert server.finished(run)["status"] == "completed"
    warnings = [line for line in lines_of(server) if line["level"] == "warning"]
    assert any("authentication is off" in line["message"] for line in warnings)


def test_a_port_of_choice(launch):
    port = free_port()
    server = launch(listen=f"127.0.0.1:{port}")
    assert server.address[1] == port
    assert server.facts.keys() == {"url", "data", "ca", "token_file", "pid"}


def test_localhost(launch):
    server = launch(listen="localhost:0")
    assert server.facts["url"].startswith("https://localhost:")
    assert server.get("/health", scope=None).status == 200


def test_another_loopback_address_is_in_the_certificate(launch):
    server = launch(listen="127.0.0.2:0")
    assert server.facts["url"].startswith("https://127.0.0.2:")
    # The client checks the address against the certificate.
    assert server.get("/health", scope=None).status == 200
    server.stop()
    server.listen = "127.0.0.3:0"
    assert server.start().get("/health", scope=None).status == 200


def lines_of(server):
    return [json.loads(line) for line in server.log.read_text().splitlines()]


def test_the_log_tells_the_life_of_the_process(launch):
    server = launch("--log-level", "debug")
    run = server.create({"session_key": "s_log", "input": "a word that no log repeats"})
    server.finished(run)
    assert server.get("/api/runs/run_nothing").status == 404
    assert server.stop() == 0
    lines = lines_of(server)
    assert [line["message"] for line in lines if line["message"] in
            ("listening", "draining", "stopped")] == ["listening", "draining", "stopped"]
    answered = [line for line in lines if line["message"] == "answered"]
    created = next(line for line in answered if line["status"] == 201)
    assert (created["method"], created["path"]) == ("POST", "/api/runs")
    assert all(isinstance(line[key], int) for line in answered for key in ("status", "bytes", "us"))
    # A path can hold a secret: what is logged is its pattern.
    assert "/api/runs/{run_id}" in {line["path"] for line in answered if line["status"] == 404}
    assert not any(run in line["path"] for line in answered)
    events = [line["type"] for line in lines if line["message"] == "event"]
    assert events[0] == "run.started" and events[-1] == "run.completed"
    assert "a word that no log repeats" not in server.log.read_text()
    assert server.token not in server.log.read_text()
