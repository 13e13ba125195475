"""What tokens cost: prices of providers."""

import json

import pytest

from cli import USAGE
from server import has_curl
from terminal import shown
from test_providers import add, provider

PRICES = ["--input-price", "2.50", "--output-price", "10"]

pytestmark = pytest.mark.skipif(not has_curl(), reason="libcurl speaks to providers")


def listed(server):
    return [json.loads(line) for line in provider(server, "list", "--json").stdout.splitlines()]


# -- prices

WRONG = [
    (["--input-price", "1"], "go together"), (["--output-price", "1"], "go together"),
    (["--input-price", "", "--output-price", "1"], "--input-price: must be US dollars"),
    (["--input-price=-1", "--output-price", "1"], "--input-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "$2"], "--output-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "1,5"], "--output-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "1e3"], "--output-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "٢"], "--output-price: must be US dollars"),
    (["--input-price", "1", "--output-price", "0.0000001"], "--output-price: must have 6 decimals at most"),
    (["--input-price", "10000.000001", "--output-price", "1"], "--input-price: must be from 0.00 to 10000.00"),
    (["--input-price", "9" * 400, "--output-price", "1"], "--input-price: must be from 0.00 to 10000.00"),
]


@pytest.mark.parametrize("prices,words", WRONG)
def test_wrong_prices(shared, prices, words):
    found = add(shared, "wrong-price", "openai", "http://127.0.0.1:1/v1", *prices, key=None)
    assert found.returncode == USAGE and words in found.stderr, found.stderr
    assert all(each["name"] != "wrong-price" for each in listed(shared))


def test_prices_are_listed_and_changed(launch):
    """A provider that is added anew has the prices that it is given then, as it is with what its models take in."""
    server = launch()
    rows = [(["--input-price", "2.5", "--output-price", "10.000001"], ("2.50", "10.000001")),
            (["--input-price", "0", "--output-price", "10000"], ("0.00", "10000.00")), ([], (None, None))]
    for prices, seen in rows:
        assert add(server, "house", "openai", "http://127.0.0.1:1/v1", *prices, key=None).returncode == 0
        [row] = listed(server)
        assert (row["input_price"], row["output_price"]) == seen
    assert add(server, "house", "openai", "http://127.0.0.1:1/v1", *PRICES, key=None).returncode == 0
    code, lines, _ = shown("provider", "list", data=server.folder, columns=250)
    assert code == 0 and "input_price" in lines[0] and "2.50" in lines[1] and "10.00" in lines[1]
