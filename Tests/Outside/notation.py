"""Diagnostic notation (RFC 8949 §8) as another hand writes it, with the freedom that the notation leaves."""

import base64
import json

import cbor2

SPACES = ["", "", "", " ", "\n", "\t", "/ a remark /"]


def write(chance, value):
    return chance.choice(SPACES) + bare(chance, value) + chance.choice(SPACES)


def bare(chance, value):
    match value:
        case list():
            return f"[{','.join(write(chance, element) for element in value) or ' '}]"
        case dict():
            pairs = [f"{write(chance, key)}:{write(chance, element)}" for key, element in value.items()]
            return f"{{{','.join(pairs) or ' '}}}"
        case bytes():
            return chance.choice([
                f"h'{value.hex()}'", f"h'{value.hex(' ').upper()}'", f"b64'{base64.urlsafe_b64encode(value).rstrip(b'=').decode()}'",
                f"b64'{base64.b64encode(value).rstrip(b'=').decode()}'"])
        case cbor2.CBORTag():
            return f"{value.tag}({write(chance, value.value)})"
        case cbor2.CBORSimpleValue():
            return f"simple({value.value})"
    if value is cbor2.undefined:
        return "undefined"
    # NaN and the infinities are spelt alike in both; so is all the rest.
    return json.dumps(value, ensure_ascii=chance.random() < 0.5)
