"""A terminal in which a command runs, and what a person sees there."""

import os
import pty
import re
import select
import struct
import subprocess
import time
from fcntl import ioctl
from termios import TIOCSWINSZ

from server import BINARY, ENVIRONMENT

MARKS = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """A command whose output goes to a terminal of a width; errors go there too, or to a pipe."""

    def __init__(self, *arguments, columns=100, data=None, environment=None, folder=None,
                 command=BINARY, input=None):
        if data is not None:
            arguments = (*arguments, "--data", str(data))
        self.master, slave = pty.openpty()
        ioctl(slave, TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = subprocess.Popen(
            [command, *map(str, arguments)], stdin=subprocess.PIPE, stdout=slave,
            stderr=subprocess.PIPE, cwd=folder,
            env={**ENVIRONMENT, "TERM": "xterm", **(environment or {})})
        os.close(slave)
        if input is not None:
            self.process.stdin.write(input)
        self.process.stdin.close()
        self.raw = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.master)

    @property
    def text(self):
        """What is seen, without colours."""
        return MARKS.sub("", self.raw)

    @property
    def lines(self):
        return self.text.splitlines()

    def read(self, until=None, within=20.0):
        """Reads until a word is seen, or to the end."""
        deadline = time.monotonic() + within
        while until is None or until not in self.text:
            assert time.monotonic() < deadline, self.text
            if not select.select([self.master], [], [], 0.2)[0]:
                continue
            try:
                part = os.read(self.master, 65_536)
            except OSError:  # how Linux tells that nobody has the other end any more
                break
            if not part:
                break
            self.raw += part.decode(errors="replace").replace("\r\n", "\n")
        assert until is None or until in self.text, self.text
        return self

    def ended(self):
        """The exit code; the errors are kept."""
        self.read()
        self.errors = self.process.stderr.read().decode()
        return self.process.wait(timeout=20)


def shown(*arguments, **options):
    """A finished command's exit code, lines and errors."""
    with Terminal(*arguments, **options) as terminal:
        code = terminal.ended()
        return code, terminal.lines, terminal.errors
