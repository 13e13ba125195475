"""Certificates for any time, made by openssl."""

import subprocess

AUTHORITY = """
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = names
x509_extensions = leaf
[names]
commonName = supplied
[leaf]
subjectAltName = DNS:localhost,IP:127.0.0.1
[req]
distinguished_name = names
"""
EXPIRED, EARLY = ("20200101000000Z", "20200201000000Z"), ("20990101000000Z", "20990201000000Z")
NOW = ("20200101000000Z", "20990101000000Z")


def dated(folder, start, end):
    """A certificate for this time, and its key."""
    folder.mkdir()
    (folder / "own.cnf").write_text(AUTHORITY)
    (folder / "index.txt").write_text("")
    for arguments in [
            ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost"],
            ["ca", "-batch", "-selfsign", "-create_serial", "-notext", "-keyfile", "key.pem", "-in",
             "request.pem", "-out", "chain.pem", "-startdate", start, "-enddate", end]]:
        subprocess.run(["openssl", *arguments, "-config", "own.cnf"], cwd=folder, check=True,
                       capture_output=True)
    return folder / "chain.pem", folder / "key.pem"


def signed(folder):
    """An authority of one's own, and what it has signed for this machine: the authority's certificate, a chain and a key."""
    folder.mkdir()
    (folder / "leaf.cnf").write_text("subjectAltName = DNS:localhost,IP:127.0.0.1\n")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for arguments in [
            ["req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "365", "-subj", "/CN=House authority"],
            ["req", "-new", *new_key, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=localhost"],
            ["x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "365",
             "-extfile", "leaf.cnf", "-out", "chain.pem"]]:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    return folder / "ca.pem", folder / "chain.pem", folder / "key.pem"
