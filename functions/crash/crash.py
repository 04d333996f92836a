import json
import os
import signal
import sys
import time

LONGEST_MS = 900_000  # the longest that any of the platforms lets a function run
MEBIBYTE = 2**20


def main(params):
    """OpenWhisk's entry: `how`, and its parameters."""
    how = params.get("how", "exit")
    if not isinstance(how, str) or how not in WAYS:
        got = json.dumps(how, ensure_ascii=False, separators=(",", ":"))
        return {"error": "how must be one of {}, got {}".format(", ".join(WAYS), got)}
    try:
        return WAYS[how](params)
    except Exception as fault:
        return {"error": str(fault)}


def handler(event, context):
    """Lambda's entry."""
    answer = main(event or {})
    if isinstance(answer, dict) and "error" in answer:
        raise ValueError(answer["error"])
    return answer


def end(params):
    """Ends the process with `code`."""
    os._exit(whole(params, "code", 0, 255, 1))


def kill(params):
    """Ends it by a signal that no handler sees."""
    os.kill(os.getpid(), signal.SIGKILL)


def abort(params):
    """Ends it as a failed assertion of native code does."""
    os.abort()


def loop(params):
    """Computes without an end, at most `ms`."""
    ms = whole(params, "ms", 0, LONGEST_MS, LONGEST_MS)
    until = time.perf_counter() + ms / 1000
    while time.perf_counter() < until:
        pass
    return {"survived_ms": ms}


def memory(params):
    """Fills memory, at most `mb` MiB."""
    chunks = [b"\1" * MEBIBYTE for _ in range(whole(params, "mb", 0, 10_240, 4_096))]
    return {"survived_mb": len(chunks)}


def output(params):
    """Writes `mb` MiB of log."""
    mb = whole(params, "mb", 0, 1_024, 100)
    line = "x" * 1_023 + "\n"
    for _ in range(mb * 1_024):
        sys.stdout.write(line)
    return {"wrote_mb": mb}


def nothing(params):
    """Returns nothing."""


def unserialisable(params):
    """Returns what JSON cannot say."""
    return {"big": {1}}


WAYS = {
    "exit": end,
    "kill": kill,
    "abort": abort,
    "loop": loop,
    "memory": memory,
    "output": output,
    "nothing": nothing,
    "unserialisable": unserialisable,
}


def whole(params, name, least, most, otherwise):
    value = params.get(name, otherwise)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most:
        return number
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from {} to {}, got {}".format(name, least, most, got))
