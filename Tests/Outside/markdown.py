"""Reads the server's Markdown back: the grammar is in proto-notes/21-markdown.md."""

import json
import re


def read(document):
    """The value of a document."""
    root = Tree()
    for path, lines in sections(document):
        root.place(path, block(lines))
    return root.value()


def sections(document):
    """Pairs of a path and the lines under its heading; the title's path is empty."""
    found = []
    fence = None
    for number, line in enumerate(document.split("\n")):
        if fence is None and line.startswith("#"):
            found.append(([] if number == 0 else path_of(line.lstrip("#")[1:]), []))
            continue
        if fence is not None:
            fence = None if line == fence else fence
        elif line.startswith("```"):
            fence = re.match("`+", line)[0]
        assert found, f"line {number} comes before the title"
        found[-1][1].append(line)
    assert fence is None, "a fence is not closed"
    return found


def path_of(text):
    steps = []
    while text:
        step, text = take_step(text.removeprefix("."))
        steps.append(step)
    return steps


def take_step(text):
    """The key or index at the beginning, and what is left."""
    if match := re.match(r"\[(\d+)\]", text):
        return int(match[1]), text[match.end():]
    if match := re.match(r"`([^`]*)`", text):
        return notation(match[1]), text[match.end():]
    match = re.match(r"[A-Za-z0-9_-]+", text)
    assert match, f"no step of a path: {text}"
    return match[0], text[match.end():]


def notation(code):
    """Diagnostic notation, of which the interface uses what is JSON and byte strings."""
    if match := re.fullmatch(r"h'([0-9a-f]*)'", code):
        return bytes.fromhex(match[1])
    return json.loads(code)


class Nothing:
    """No block stands under a heading."""


class Members(list):
    """Pairs of a step and a scalar."""


def block(lines):
    lines = trimmed(lines)
    if not lines:
        return Nothing()
    first = lines[0]
    if first.startswith("```"):
        return "\n".join(lines[1:-1])
    if first.startswith("| "):
        return table(lines)
    if first.startswith("- **"):
        return Members(member(line) for line in lines)
    if first.startswith("- "):
        return [inline(line[2:]) for line in lines]
    assert len(lines) == 1, f"no block begins with {first}"
    return inline(first)


def trimmed(lines):
    while lines and not lines[0]:
        lines = lines[1:]
    while lines and not lines[-1]:
        lines = lines[:-1]
    if lines and lines[0].startswith("```"):
        return lines
    return [line for line in lines if line]


def member(line):
    step, rest = take_step(line[4:])
    assert rest.startswith("**: "), f"no member: {line}"
    return step, inline(rest[4:])


def table(lines):
    columns = [take_step(cell)[0] for cell in cells(lines[0])]
    assert re.fullmatch(r"\|( --- \|)+", lines[1]), f"no rule of a table: {lines[1]}"
    rows = [[inline(cell) for cell in cells(line)] for line in lines[2:]]
    assert all(len(row) == len(columns) for row in rows), "a row with too many or too few cells"
    return [dict(zip(columns, row)) for row in rows]


def cells(line):
    assert line.startswith("| ") and line.endswith(" |"), f"no row: {line}"
    return [cell[1:-1] for cell in re.findall(r"((?:\\.|[^\\|])*)\|", line[1:])]


def inline(text):
    if text.startswith("`"):
        return notation(text[1:-1])
    if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?", text):
        return json.loads(text)
    plain = re.sub(r"\\(.)|<br>", lambda match: match[1] or "\n", text)
    assert plain, "a plain text is never empty"
    return plain


class Tree:
    """Values in their places, filled heading by heading."""

    def __init__(self):
        self.leaf = Nothing()
        self.parts = {}

    def place(self, path, value):
        if path:
            self.part(path[0]).place(path[1:], value)
        elif isinstance(value, Members):
            for step, scalar in value:
                self.part(step).leaf = scalar
        elif not isinstance(value, Nothing):
            self.leaf = value

    def part(self, step):
        return self.parts.setdefault(step, Tree())

    def value(self):
        if not isinstance(self.leaf, Nothing):
            return self.leaf
        if not any(isinstance(step, int) for step in self.parts):
            return {key: tree.value() for key, tree in self.parts.items()}
        assert sorted(self.parts) == list(range(len(self.parts))), "an array with gaps"
        return [self.parts[index].value() for index in range(len(self.parts))]
