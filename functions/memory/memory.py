import json
import time

MOST_MB = 10_240  # what Lambda gives at most
LONGEST_MS = 900_000  # the longest that any of the platforms lets a function run
MEBIBYTE = 2**20
PAGE = 4_096
BYTES = bytes(range(256))  # one for each page of a MiB


def main(params):
    """OpenWhisk's entry: `mb` MiB touched, or {"error"}."""
    try:
        return memory(params)
    except Exception as fault:
        return {"error": str(fault)}


def handler(event, context):
    """Lambda's entry."""
    return memory(event or {})


def memory(params):
    """Allocates `mb` MiB, writes a byte into each page of 4 KiB, so that all of it is resident, holds it for `hold_ms`, and
    reads the bytes again. Where less memory is allowed the platform kills the worker.

    Returns the pages, the milliseconds that touching took, and the sum of the bytes, 0 + … + 255 = 32640 for each MiB.
    Raises ArithmeticError if the sum is another.
    """
    mb = whole(params, "mb", 1, MOST_MB, 64)
    hold_ms = whole(params, "hold_ms", 0, LONGEST_MS, 0)
    began = time.perf_counter()
    chunks = [touched() for _ in range(mb)]
    touch_ms = (time.perf_counter() - began) * 1000
    if hold_ms > 0:
        time.sleep(hold_ms / 1000)
    checksum = sum(sum(chunk[::PAGE]) for chunk in chunks)
    if checksum != 32_640 * mb:
        raise ArithmeticError("self-check: the bytes add up to {}".format(checksum))
    return {"mb": mb, "pages": mb * (MEBIBYTE // PAGE), "touch_ms": touch_ms, "checksum": checksum}


def touched():
    chunk = bytearray(MEBIBYTE)
    chunk[::PAGE] = BYTES
    return chunk


def whole(params, name, least, most, otherwise):
    value = params.get(name, otherwise)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most:
        return number
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from {} to {}, got {}".format(name, least, most, got))
