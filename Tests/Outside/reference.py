"""What other programs share with this one, in a folder beside the repository; not everybody has it."""

import importlib.util
import json

import pytest

from server import ROOT

FOLDER = ROOT.parent / "shared"


def path(name, what):
    """The place of what is shared; the test that asks is skipped where it is not."""
    found = FOLDER / name
    if not found.exists():
        pytest.skip(f"{what} are not here")
    return found


def rows(name, what):
    return [json.loads(line) for line in path(name, what).read_text().splitlines()]


def classify():
    """A checker of CBOR by another hand, or none."""
    place = FOLDER / "tools" / "cbor_ref.py"
    if not place.exists():
        return None
    spec = importlib.util.spec_from_file_location("cbor_ref", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.classify
