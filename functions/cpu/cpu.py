import json
import time

MOST = 1_000_000_000
LONGEST_MS = 900_000  # the longest that any of the platforms lets a function run
STEPS_BETWEEN_READINGS = 1_000  # some 100 µs, far more than a reading of the clock takes


def main(params):
    """OpenWhisk's entry: steps of a linear congruential generator modulo 2**32, each of which needs the one before: n of
    them, or as many as `ms` milliseconds of CPU time allow.

    Returns n and the generator's last state, the same on every machine, and with `ms` the CPU time that it took;
    {"error"} if `n` is no such count or `ms` no duration.
    Source: Knuth, The Art of Computer Programming 2, 3.3.4, table 1, line 16 (multiplier 1664525).
    """
    if "ms" in params:
        return {"error": "give either n or ms, not both"} if "n" in params else busy_for(params["ms"])
    n = params.get("n", 1_000_000)
    if isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= MOST:
        return {"error": "n must be a whole number from 0 to {}, got {}".format(MOST, json.dumps(n))}
    return {"n": n, "checksum": walk(1, n)}


def busy_for(ms):
    """CPU time and not the clock's, so that a worker that gets half a core takes twice as long, as any computation would."""
    if isinstance(ms, bool) or not isinstance(ms, (int, float)) or not 0 <= ms <= LONGEST_MS:
        return {"error": "ms must be a number from 0 to {}, got {}".format(LONGEST_MS, json.dumps(ms))}
    before = time.process_time()
    n, state, cpu_ms = 0, 1, 0.0
    while cpu_ms < ms:
        state = walk(state, STEPS_BETWEEN_READINGS)
        n += STEPS_BETWEEN_READINGS
        cpu_ms = (time.process_time() - before) * 1000
    return {"n": n, "checksum": state, "cpu_ms": cpu_ms}


def walk(state, steps):
    for _ in range(steps):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
    return state


def handler(event, context):
    """Lambda's entry."""
    answer = main(event or {})
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer
