"""A mail server for one connection: prints its port, and at the end each byte that it was sent.

It answers as its arguments say, so that tests see what a client makes of each answer.
"""

import argparse
import socket
import ssl
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--folder", help="where the certificate is made that TLS needs")
parser.add_argument("--tls", choices=["none", "start", "implicit"], default="none")
parser.add_argument("--name", default="localhost", help="the name in the certificate")
for step in ["greeting", "auth", "mail", "rcpt", "data", "end"]:
    parser.add_argument(f"--{step}", help="the answer's code at this step")
parser.add_argument("--silent", action="store_true", help="never greet")
parser.add_argument("--stuck", action="store_true", help="neither read nor answer after DATA")
options = parser.parse_args()

SECONDS_MAX = 20
CODES = {"MAIL": options.mail or "250", "RCPT": options.rcpt or "250"}
# Printed at the end: a client would wait for a reader of this process otherwise.
recorded = []


def certify(folder):
    """Makes a certificate for this server alone."""
    paths = f"{folder}/server.key", f"{folder}/server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-nodes", "-days", "1", "-subj", "/CN=test", "-addext", f"subjectAltName=DNS:{options.name}"]
        + ["-keyout", paths[0], "-out", paths[1]],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paths[1], paths[0])
    return context


class Conversation:
    """One client's commands and their answers."""

    def __init__(self, connection, context):
        self.context = context
        self.take(connection)
        if options.tls == "implicit":
            self.encrypt()

    def take(self, connection):
        self.connection, self.lines = connection, connection.makefile("rb")

    def encrypt(self):
        self.take(self.context.wrap_socket(self.connection, server_side=True))
        record(b"* TLS\r\n")

    def say(self, *lines):
        self.connection.sendall(b"".join(line.encode() + b"\r\n" for line in lines))

    def hear(self):
        line = self.lines.readline()
        record(line)
        return line

    def run(self):
        if options.silent:
            self.hear()
            return
        self.say(f"{options.greeting or 220} test")
        while line := self.hear():
            word = line[:4].decode("latin-1").upper()
            if word in ("EHLO", "HELO"):
                encrypts = options.tls == "start" and not isinstance(self.connection, ssl.SSLSocket)
                self.say("250-test", *(["250-STARTTLS"] if encrypts else []), "250 AUTH PLAIN")
            elif word == "STAR":
                self.say("220 go on")
                self.encrypt()
            elif word == "DATA":
                self.say(f"{options.data or 354} said")
                if options.stuck:
                    time.sleep(SECONDS_MAX)
                    return
                while not options.data and self.hear() not in (b".\r\n", b""):
                    pass
                if not options.data:
                    self.say(f"{options.end or 250} said")
            elif word == "AUTH":
                self.say("334 ")
                self.hear()
                self.say(f"{options.auth or 235} said")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(f"{CODES.get(word, '502')} said")


def record(line):
    recorded.append(line)


with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(SECONDS_MAX)
    context = certify(options.folder) if options.tls != "none" else None
    print(listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    connection.settimeout(SECONDS_MAX)
    try:
        Conversation(connection, context).run()
    except (OSError, ssl.SSLError):
        record(b"* broken\r\n")
    sys.stdout.buffer.write(b"".join(recorded))
