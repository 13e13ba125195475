#!/usr/bin/env python3
"""A flame graph of the server at work, as SVG: where the time of a request goes.

    bench/flame.py --row health --output bench/health.svg
"""

import argparse
import html
import re
import subprocess
import tempfile
import zlib
from collections import Counter
from pathlib import Path

import calls
import servers

WIDTH, ROW, LEFT, TOP = 1200, 16, 10, 40
LETTER = 6.6  # pixels of a letter of the font below
LEAST = 0.15  # per cent of the samples below which a frame is not drawn

# What a frame belongs to, by the first pattern that its name has, and its colour.
PARTS = [
    ("kernel", r"_\[k\]$", "#c9ada7"),
    ("nghttp2", r"^nghttp2_|^session_|^hd_|^emit_|^inflate|^deflate|^bubble_|^stream_|^buf_|^submit_|^lookup_token|^decode_length|^insert_bucket|^outbound_|^check_|^http_|^pack_|^frame_|^default_(malloc|free|calloc)|^map_|^add_hd|^encode_length|^huff", "#e0a458"),
    ("OpenSSL", r"^SSL_|^ssl3_|^tls1_|^tls_|^EVP_|^CRYPTO_|^ossl_|aes|gcm|ghash|^BIO_", "#a3b18a"),
    ("HTTP2", r"HTTP2|FrameScanner|StreamTable|StreamSlot|HeldFields", "#7fb3d5"),
    ("Routing, Contract, Negotiation", r"Interface|Contract|Routing|Negotiation|FieldSection|EncodedOnce", "#9b8ec4"),
    ("Gateway", r"Loop|Gateway|Connection|EventLoop", "#76c7c0"),
    ("Swift's runtime", r"^swift_|^_swift|RefCount", "#e76f51"),
    ("libc, allocation, others", r"", "#d9d9d9"),
]


def part(name):
    return next((label, colour) for label, pattern, colour in PARTS if re.search(pattern, name))


def record(server, path, accept, seconds):
    """Stacks with how often each was seen, outermost frame first."""
    fields = calls.fields_of(server, path, accept)
    with calls.h2load(server, "c8m32", path, fields, None, None, seconds + 2) as load, tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/perf.data"
        client = subprocess.Popen(load, stdout=subprocess.DEVNULL)
        subprocess.run(["perf", "record", "-q", "-e", "cpu-clock", "-F", "499", "--call-graph", "dwarf,16384", "-o", data,
                        "-p", str(server.process.pid), "--", "sleep", str(seconds)], check=True, capture_output=True)
        client.wait()
        text = subprocess.run(["perf", "script", "-i", data, "--no-inline", "-F", "comm,ip,sym"],
                              check=True, capture_output=True, text=True, errors="replace").stdout
    stacks = Counter()
    for block in text.split("\n\n"):
        frames = [frame(line) for line in block.splitlines()[1:]]
        if frames:
            stacks[tuple(reversed(frames))] += 1
    return readable(stacks)


def frame(line):
    """The name of a line `ADDRESS SYMBOL`; those of the kernel, which has the highest addresses, are marked."""
    address, _, name = line.strip().partition(" ")
    return name.strip() + ("_[k]" if len(address) == 16 and address.startswith("ffff") else "")


def readable(stacks):
    """The same with names that people read."""
    names = sorted({frame for stack in stacks for frame in stack})
    told = subprocess.run(["swift", "demangle", "--simplified", "--compact"], input="\n".join(names),
                          check=True, capture_output=True, text=True).stdout.splitlines()
    short = {name: re.sub(r"^(merged |closure #\d+ |@objc |generic specialization <.*?> of |function signature specialization <.*?> of )+", "", new)
             for name, new in zip(names, told)}
    found = Counter()
    for stack, count in stacks.items():
        found[tuple(short[frame] for frame in stack)] += count
    return found


def tree(stacks):
    """Nested counts: name to (count, children)."""
    root = [sum(stacks.values()), {}]
    for stack, count in stacks.items():
        node = root
        for frame in stack:
            node = node[1].setdefault(frame, [0, {}])
            node[0] += count
    return root


def draw(root, title):
    total, rows, depth = root[0], [], 0

    def place(node, x, level):
        nonlocal depth
        depth = max(depth, level)
        for name, child in sorted(node[1].items()):
            width = child[0] / total * (WIDTH - 2 * LEFT)
            if child[0] / total * 100 >= LEAST:
                rows.append((name, child[0], x, level, width))
                place(child, x, level + 1)
            x += width

    place(root, LEFT, 0)
    shares = Counter()

    def count(node, name):
        inner = sum(child[0] for child in node[1].values())
        if name is not None:
            shares[part(name)[0]] += node[0] - inner
        for inner_name, child in node[1].items():
            count(child, inner_name)

    count(root, None)
    height = TOP + depth * ROW + 30
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="monospace" font-size="11">',
             f'<rect width="100%" height="100%" fill="#ffffff"/><text x="{LEFT}" y="16" font-size="13">{html.escape(title)}</text>']
    x = LEFT
    for label, _, colour in PARTS:
        words = f"{label} {shares[label] / total * 100:.0f} %"
        lines.append(f'<rect x="{x}" y="22" width="10" height="10" fill="{colour}"/><text x="{x + 14}" y="31">{words}</text>')
        x += 26 + len(words) * LETTER
    for name, seen, left, level, width in rows:
        y = height - 20 - (level + 1) * ROW
        label = html.escape(name[: max(0, int(width / LETTER) - 1)]) if width > 3 * LETTER else ""
        shade = 1 - zlib.crc32(name.encode()) % 7 / 40
        lines.append(f'<g><title>{html.escape(name)}: {seen / total * 100:.2f} %</title><rect x="{left:.1f}" y="{y}" width="{max(width - 0.5, 0.3):.1f}" '
                     f'height="{ROW - 1}" fill="{part(name)[1]}" fill-opacity="{shade:.2f}"/><text x="{left + 2:.1f}" y="{y + 11}">{label}</text></g>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--row", choices=[name for name, row in calls.ROWS.items() if row[2] is None], default="health")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--subject", default=servers.SUBJECT + " --loops 1 --access-log off")
    arguments = parser.parse_args()
    make, accept, _ = calls.ROWS[arguments.row]
    with servers.Server("subject", arguments.subject) as server:
        path, _ = make(server)
        shown = re.sub(r"run_\w+", "{run_id}", path)
        stacks = record(server, path, accept, arguments.seconds)
    title = f"GET {shown}, {accept}, c8 m32: {sum(stacks.values())} samples of the server's time"
    arguments.output.write_text(draw(tree(stacks), title))


if __name__ == "__main__":
    main()
