"""Two servers, one machine: starting them, pinning them, and reading what they cost from /proc.

A server is given as a command. In it stand for themselves: {port} a free port, {folder} an empty folder,
{certificate} and {key} a throw-away P-256 pair for localhost. The command must not fork into the background.
"""

import contextlib
import json
import os
import shlex
import shutil
import socket
import ssl
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUBJECT = f"{ROOT}/.build/release/switchyard serve --data {{folder}} --listen 127.0.0.1:{{port}} --connections-per-address-max 20000"
FLOOR = "{floor} {{port}} {{certificate}} {{key}}"

SERVER_CORE, CLIENT_CORE = "0", "1"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
START_MAX = 10.0  # seconds
STOP_MAX = 15.0  # seconds


def add_arguments(parser):
    """The arguments that every driver has."""
    parser.add_argument("--subject", default=os.environ.get("SUBJECT", SUBJECT),
                        help="command of the server under test; also SUBJECT=")
    parser.add_argument("--floor", default=os.environ.get("FLOOR"),
                        help="path or command of the server to compare with; also FLOOR=")
    parser.add_argument("--runs", type=int, default=3, help="alternating runs of each (3)")


def floor_command(floor):
    """A bare path becomes `path PORT CERTIFICATE KEY`; a command is taken as it is."""
    return FLOOR.format(floor=floor) if floor and " " not in floor else floor


class Server:
    """A server that runs for the length of a `with`, alone on its core."""

    def __init__(self, name, command, cores=SERVER_CORE):
        self.name = name
        self.command = command
        self.cores = cores
        self.banner = {}

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="switchyard-bench-"))
        self.port = free_port()
        self.launch()
        return self

    def again(self, command):
        """Ends the server and starts it with the same folder by another command."""
        self.process.terminate()
        self.process.wait(STOP_MAX)
        self.output.close()
        self.command = command
        self.launch()

    def launch(self):
        certificate, key = make_certificate(self.folder)
        places = dict(port=self.port, folder=self.folder / "data", certificate=certificate, key=key)
        arguments = shlex.split(self.command.format(**places))
        self.output = open(self.folder / "output", "wb")
        self.process = subprocess.Popen(
            ["taskset", "-c", self.cores, *arguments],
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.DEVNULL)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(STOP_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.output.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until_ready(self):
        deadline = time.monotonic() + START_MAX
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended with status {self.process.returncode}")
            with contextlib.suppress(OSError):
                connect(self.port).close()
                self.read_banner()
                return
            time.sleep(0.02)
        raise SystemExit(f"{self.name} did not listen on port {self.port} within {START_MAX} s")

    def read_banner(self):
        """What the server says of itself: one JSON object on its first line, or nothing."""
        first = (self.folder / "output").read_bytes().split(b"\n", 1)[0]
        with contextlib.suppress(ValueError):
            self.banner = json.loads(first)

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def headers(self):
        """The bearer and the scope of a request, when the server asks for them."""
        if "token_file" not in self.banner:
            return {}
        token = Path(self.banner["token_file"]).read_text().strip()
        return {"authorization": f"Bearer {token}", "x-org-id": "bench", "x-user-id": "bench"}

    def call(self, method, path, body=None, headers=()):
        """One request by curl; the body of its answer, decoded from JSON."""
        command = ["curl", "--silent", "--show-error", "--fail-with-body", "--http2", "--insecure",
                   "--request", method]
        for name, value in {**self.headers(), **dict(headers)}.items():
            command += ["--header", f"{name}: {value}"]
        if body is not None:
            command += ["--header", "content-type: application/json", "--data-binary", json.dumps(body)]
        answer = subprocess.run([*command, self.url + path], capture_output=True, check=False)
        if answer.returncode != 0:
            raise SystemExit(f"{method} {path}: {answer.stderr.decode()}{answer.stdout.decode()}")
        return json.loads(answer.stdout)

    def text(self, path):
        """The body of a page that needs no token."""
        command = ["curl", "--silent", "--show-error", "--fail", "--http2", "--insecure", self.url + path]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    def cpu_seconds(self):
        """User and system time of all its threads since it began."""
        return self._seconds(Path(f"/proc/{self.process.pid}/stat"))[1]

    def loop_seconds(self):
        """User and system time of the loops alone: of what reads and writes connections."""
        threads = map(self._seconds, Path(f"/proc/{self.process.pid}/task").glob("*/stat"))
        return sum(seconds for name, seconds in threads if name.startswith("loop-"))

    @staticmethod
    def _seconds(stat):
        head, _, rest = stat.read_text().rpartition(") ")
        fields = rest.split()
        return head.partition("(")[2], (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def resident_kibibytes(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise SystemExit(f"{self.name} is gone")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def make_certificate(folder):
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-subj", "/CN=localhost", "-days", "1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True)
    return certificate, key


def connect(port):
    """A TLS connection that speaks HTTP/2; whose certificate it is does not matter here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    plain = socket.create_connection(("127.0.0.1", port), timeout=STOP_MAX)
    return context.wrap_socket(plain)


def compare(subject, floor, runs, measure):
    """Measures both servers in turn, `runs` times; the figures of each, in the order they came."""
    figures = {server.name: [] for server in (subject, floor) if server}
    for _ in range(runs):
        for server in (subject, floor):
            if server:
                figures[server.name].append(measure(server))
    return figures


def row(what, figures, unit):
    """One line of a Markdown table: the medians, their spread, and the ratio of the medians."""
    cells, medians = [what], []
    for values in figures.values():
        medians.append(statistics.median(values))
        cells.append(f"{medians[-1]:.2f} ({min(values):.2f}–{max(values):.2f}) {unit}")
    cells.append(f"{medians[0] / medians[1]:.2f}" if len(medians) == 2 and medians[1] else "–")
    return "| " + " | ".join(cells) + " |"


def header(*names):
    return "| " + " | ".join(names) + " |\n|" + "---|" * len(names)


@contextlib.contextmanager
def servers(arguments):
    """The server under test and, when one was given, the one to compare with."""
    with contextlib.ExitStack() as stack:
        subject = stack.enter_context(Server("subject", arguments.subject))
        command = floor_command(arguments.floor)
        floor = stack.enter_context(Server("floor", command)) if command else None
        yield subject, floor
