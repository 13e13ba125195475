#!/usr/bin/env python3
"""The codecs beside those of other languages: see README.md beside this file.

    bench/codecs.py --runs 3

Peers are built from `peers` into a temporary folder with what Debian has; one that cannot be built is named and left out.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BENCH = Path(__file__).resolve().parent
PEERS = BENCH / "peers"
SUBJECT = BENCH.parent / ".build" / "release" / "codec-bench"
SETS = ["run", "events", "deep", "bytes", "numbers", "chinese"]
RUST_REGISTRY = "/usr/share/cargo/registry"
# format, operation, peer, the least ratio of its time to ours.
BARS = [
    ("cbor", "decode", "libcbor", 1.5), ("cbor", "encode", "libcbor", 1.5), ("cbor", "decode", "fxamacker/cbor", 1.5),
    ("cbor", "encode", "fxamacker/cbor", 1.5), ("json", "encode", "orjson", 1.0), ("json", "decode", "orjson", 1.0),
    ("json", "decode", "serde_json", 0.5),
]


def build(folder):
    """The commands of the peers that this machine can build; `{data}` stands for the folder of the sets."""
    rust = ["cargo", "build", "--quiet", "--release", "--manifest-path", PEERS / "rust" / "Cargo.toml", "--target-dir", folder / "rust",
            "--config", 'source.crates-io.replace-with="debian"', "--config", f'source.debian.directory="{RUST_REGISTRY}"', "--offline"]
    recipes = {
        "libcbor (libcbor-dev)": (["cc", "-O2", "-o", folder / "c", PEERS / "peer.c", "-lcbor"], [folder / "c", "{data}", *SETS]),
        "simdjson (libsimdjson-dev)": (["c++", "-O2", "-o", folder / "cpp", PEERS / "peer.cpp", "-lsimdjson"], [folder / "cpp", "{data}", *SETS]),
        "Go (golang-go, golang-github-fxamacker-cbor-dev)": (["go", "build", "-o", folder / "go", PEERS / "peer.go"], [folder / "go", "{data}"]),
        "Rust (cargo, librust-serde-{json,cbor,derive,bytes}-dev)": (rust, [folder / "rust" / "release" / "peer", "{data}"]),
        "Python (orjson, cbor2)": ([sys.executable, "-c", "import orjson, cbor2"], [sys.executable, PEERS / "peer.py", "{data}"]),
    }
    commands = []
    for name, (recipe, command) in recipes.items():
        found = shutil.which(recipe[0]) and subprocess.run(
            recipe, capture_output=True, text=True, env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(folder / "cache")})
        if found and found.returncode == 0:
            commands.append(command)
        else:
            print(f"left out: {name}: {found.stderr.strip().splitlines()[-1:] if found else 'no ' + recipe[0]}", file=sys.stderr)
    return commands


def measure(commands, runs):
    """Median nanoseconds and bytes by (format, operation, codec, set), and the items of each set."""
    figures, sizes, items = {}, {}, {}
    with tempfile.TemporaryDirectory() as data:
        for _ in range(runs):
            for command in [[SUBJECT, "--peers", "{data}"], *commands]:
                output = subprocess.run([part.format(data=data) if isinstance(part, str) else part for part in command],
                                        capture_output=True, text=True, check=True).stdout
                for row in map(json.loads, output.splitlines()):
                    key = row["format"], row["operation"], row["codec"], row["set"]
                    figures.setdefault(key, []).append(row["ns"])
                    sizes[key] = row["bytes"]
                    items.setdefault(row["set"], row.get("items"))
    return {key: statistics.median(times) for key, times in figures.items()}, sizes, items


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        times, sizes, items = measure(build(Path(folder)), arguments.runs)
    for format in ("cbor", "json"):
        for operation in ("decode", "encode"):
            codecs = list(dict.fromkeys(key[2] for key in times if key[:2] == (format, operation)))
            print(f"\n{format.upper()}, {operation}: MB/s (ns an item)\n\n| set | {' | '.join(codecs)} |\n|---|{'--:|' * len(codecs)}")
            for set_ in SETS:
                cells = []
                for codec in codecs:
                    key = format, operation, codec, set_
                    cells.append(f"{sizes[key] / times[key] * 1e3:.0f} ({times[key] / items[set_]:.1f})" if key in times else "–")
                print(f"| {set_} | {' | '.join(cells)} |")
    print(f"\nHow many times as fast\n\n| bar | {' | '.join(SETS)} |\n|---|{'--:|' * len(SETS)}")
    for format, operation, codec, least in BARS:
        ratios = []
        for set_ in SETS:
            ours, theirs = times.get((format, operation, "switchyard", set_)), times.get((format, operation, codec, set_))
            ratios.append("–" if theirs is None else f"{theirs / ours:.2f}" if theirs / ours >= least else f"**{theirs / ours:.2f}**")
        print(f"| {format.upper()} {operation} ≥ {least} × {codec} | {' | '.join(ratios)} |")


if __name__ == "__main__":
    main()
