"""A sample of the black-box fuzzer: its campaign is run by hand."""

import os
import subprocess
import sys

from server import BINARY, ROOT


def test_mutated_requests_find_no_fault(chance):
    found = subprocess.run(
        [sys.executable, ROOT / "fuzz" / "outside.py", "--requests", "2000", "--seed", str(chance.getrandbits(32))],
        capture_output=True, text=True, env={**os.environ, "SWITCHYARD_BINARY": str(BINARY)})
    assert found.returncode == 0 and found.stdout.endswith("0 faults\n"), found.stdout + found.stderr
