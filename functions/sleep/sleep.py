import json
import time

LONGEST_MS = 900_000  # the longest that any of the platforms lets a function run


def main(params):
    """OpenWhisk's entry: waits without burning CPU.

    Returns slept_ms, as the monotonic clock saw it; {"error"} if `ms` is no duration.
    """
    ms = params.get("ms", 0)
    if isinstance(ms, bool) or not isinstance(ms, (int, float)) or not 0 <= ms <= LONGEST_MS:
        return {"error": "ms must be a number from 0 to {}, got {}".format(LONGEST_MS, json.dumps(ms))}
    began = time.perf_counter()
    time.sleep(ms / 1000)
    return {"slept_ms": (time.perf_counter() - began) * 1000}


def handler(event, context):
    """Lambda's entry."""
    answer = main(event or {})
    if "error" in answer:
        raise ValueError(answer["error"])
    return answer
