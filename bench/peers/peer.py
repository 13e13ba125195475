#!/usr/bin/env python3
"""Measures codecs of Python on the files of a folder: `peer.py FOLDER`; a line of JSON for each figure."""

import json
import statistics
import sys
import time
from pathlib import Path

import cbor2
import orjson

CODECS = {
    "orjson": ("json", orjson.loads, orjson.dumps),
    "json (Python)": ("json", json.loads, lambda value: json.dumps(value, ensure_ascii=False).encode()),
    "cbor2": ("cbor", cbor2.loads, cbor2.dumps),
}


def nanoseconds(call, argument, size):
    """The time of one call: the median of 15 batches of about as many bytes for each set."""
    calls, times = max(1, 2_000_000 // (size + 200)), []
    for _ in range(15):
        start = time.perf_counter_ns()
        for _ in range(calls):
            call(argument)
        times.append((time.perf_counter_ns() - start) / calls)
    return statistics.median(times)


for codec, (format, decode, encode) in CODECS.items():
    for path in sorted(Path(sys.argv[1]).glob(f"*.{format}")):
        data = path.read_bytes()
        value = decode(data)
        assert decode(encode(value)) == value
        for operation, call, argument in (("decode", decode, data), ("encode", encode, value)):
            print(json.dumps({"codec": codec, "set": path.stem, "format": format, "operation": operation, "bytes": len(data),
                              "ns": nanoseconds(call, argument, len(data))}), flush=True)
