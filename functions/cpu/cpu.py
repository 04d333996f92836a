import json

MOST = 1_000_000_000


def main(params):
    """OpenWhisk's entry: n steps of a linear congruential generator modulo 2**32, each of which needs the one before.

    Returns n and the generator's last state, the same on every machine; {"error"} if `n` is no such count.
    Source: Knuth, The Art of Computer Programming 2, 3.3.4, table 1, line 16 (multiplier 1664525).
    """
    n = params.get("n", 1_000_000)
    if isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= MOST:
        return {"error": "n must be a whole number from 0 to {}, got {}".format(MOST, json.dumps(n))}
    state = 1
    for _ in range(n):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
    return {"n": n, "checksum": state}


def handler(event, context):
    """Lambda's entry."""
    answer = main(event or {})
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer
