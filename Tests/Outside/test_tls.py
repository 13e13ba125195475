"""The TLS that clients of every kind and age find, asked by `openssl s_client`."""

import os
import re
import subprocess

import pytest

WEAK = "DEFAULT:@SECLEVEL=0"
AEAD12 = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"]
SUITES13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]
# Type, flags and stream of the frame that a server begins with.
SETTINGS = bytes([4, 0, 0, 0, 0, 0])


def s_client(server, *arguments, input="", alpn="h2", known=True, greeted=False):
    """What it prints; `input` is typed, once the server's SETTINGS have come where it is `greeted`, and `Q` alone would end it."""
    host, port = server.address
    command = ["openssl", "s_client", "-connect", f"{host}:{port}", "-servername", "localhost", *arguments]
    command += ["-alpn", alpn] if alpn else []
    command += ["-CAfile", server.facts["ca"], "-verify_return_error"] if known else []
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT) as client:
        seen = b""
        while greeted and SETTINGS not in seen and (more := os.read(client.stdout.fileno(), 4096)):
            seen += more
        rest, _ = client.communicate(input.encode(), timeout=30)
    return (seen + rest).decode(errors="replace")


def agreed(output):
    """Version, suite and protocol that came of it; None where nothing did."""
    suite = re.search(r"New, (\S+), Cipher is (\S+)", output)
    if suite is None or suite[2] == "(NONE)":
        return None
    protocol = re.search(r"ALPN protocol: (\S+)", output)
    return suite[1].rstrip(","), suite[2], protocol and protocol[1]


@pytest.mark.parametrize("suite", SUITES13)
def test_every_suite_of_13(shared, suite):
    assert agreed(s_client(shared, "-tls1_3", "-ciphersuites", suite)) == ("TLSv1.3", suite, "h2")


@pytest.mark.parametrize("suite", AEAD12)
def test_every_aead_of_12(shared, suite):
    assert agreed(s_client(shared, "-tls1_2", "-cipher", suite)) == ("TLSv1.2", suite, "h2")


@pytest.mark.parametrize("arguments", [
    ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
    ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"], ["-tls1_2", "-cipher", "AES128-GCM-SHA256"],
    ["-tls1_2", "-cipher", "ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"], ["-tls1_2", "-cipher", "AECDH-AES128-SHA:@SECLEVEL=0"],
    ["-tls1_1", "-cipher", WEAK], ["-tls1", "-cipher", WEAK],
    ["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_8_SHA256"],
], ids=" ".join)
def test_what_http2_forbids(shared, arguments):
    """Suites without AEAD or forward secrecy (RFC 9113, appendix A), and versions before 1.2."""
    output = s_client(shared, *arguments)
    assert agreed(output) is None
    assert "alert" in output or "no ciphers available" in output or "no protocols available" in output, output


@pytest.mark.parametrize("group", ["X25519", "P-256", "P-384"])
def test_groups(shared, group):
    assert agreed(s_client(shared, "-tls1_3", "-groups", group)) is not None


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("alpn", ["http/1.1", None])
def test_http1(shared, version, alpn):
    """Its clients are told, in its words, what is spoken here."""
    output = s_client(shared, version, "-ign_eof", input="GET / HTTP/1.1\r\nhost: localhost\r\n\r\n", alpn=alpn)
    assert agreed(output)[2] == alpn
    assert "HTTP/1.1 505" in output and "h2" in output


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize("alpn", ["spdy/3", "h2c", "H2"])
def test_other_protocols(shared, version, alpn):
    """RFC 7301 §3.2."""
    output = s_client(shared, version, alpn=alpn)
    assert agreed(output) is None and "alert no application protocol" in output


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_resumption(shared, folder, version):
    """A ticket shortens the next handshake."""
    session = folder / "session"
    first = s_client(shared, version, "-ign_eof", "-sess_out", str(session), input="no preface")
    assert agreed(first) and session.exists()
    again = s_client(shared, version, "-sess_in", str(session))
    assert re.search(r"Reused, (\S+), Cipher is", again), again


def test_no_early_data(shared, folder):
    """A first flight can be replayed, and so could the request in it."""
    session = folder / "session"
    output = s_client(shared, "-tls1_3", "-ign_eof", "-sess_out", str(session), input="no preface")
    assert "Max Early Data: 0" in output
    (folder / "early").write_bytes(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    assert "Early data was not sent" in s_client(shared, "-tls1_3", "-sess_in", str(session), "-early_data", str(folder / "early"))


def test_no_renegotiation(shared):
    """By the client, in the middle of a connection (RFC 9113 §9.2.1)."""
    # A client that asks while SETTINGS are on their way takes those for the answer, and gives up.
    output = s_client(shared, "-tls1_2", input="R\n", greeted=True)
    assert agreed(output) is not None and "RENEGOTIATING" in output
    assert "no renegotiation" in output or "handshake failure" in output, output


def test_no_compression(shared):
    assert "Compression: NONE" in s_client(shared, "-tls1_2", "-comp")


def test_a_name_that_is_not_here(shared):
    """The certificate is the same for all names: whether it fits is for the client to judge."""
    host, port = shared.address
    output = s_client(shared, "-verify_hostname", "localhost")
    assert "Verify return code: 0" in output
    output = s_client(shared, "-verify_hostname", "example.com")
    assert "hostname mismatch" in output.lower()
