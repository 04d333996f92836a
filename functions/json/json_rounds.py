import hashlib
import json

MOST = 100_000
MOST_ROUNDS = 10_000
MOST_COORDINATES = 10_000_000


def main(params):
    """OpenWhisk's entry: the means of coordinates that went through JSON, or {"error"}."""
    try:
        return through_json(params)
    except Exception as fault:
        return {"error": str(fault)}


def handler(event, context):
    """Lambda's entry."""
    return through_json(event or {})


def through_json(params):
    """Writes a document of `n` coordinates as JSON and reads it again, `rounds` times; or takes the `coordinates` of the
    parameters, which the platform has read already, as FaaSProfiler's function does.

    Returns the means of x, y and z; of a document of its own also its length and SHA-256.
    Raises ArithmeticError if what was read does not give the text again.
    """
    if "coordinates" in params:
        return means_of(params["coordinates"])
    n = whole(params, "n", 1, MOST, 1_000)
    rounds = whole(params, "rounds", 1, MOST_ROUNDS, 1)
    if n * rounds > MOST_COORDINATES:
        raise ValueError("n times rounds must be at most {}".format(MOST_COORDINATES))
    document = document_of(n)
    first = text = json.dumps(document, separators=(",", ":"))
    for _ in range(rounds):
        document = json.loads(text)
        text = json.dumps(document, separators=(",", ":"))
    if text != first:
        raise ArithmeticError("self-check: what was read does not give the text again")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {**means_of(document["coordinates"]), "rounds": rounds, "bytes": len(text), "digest": digest}


def document_of(n):
    """Whole numbers and ASCII only: every writer of JSON writes them the same."""
    draw = numbers()
    coordinates = [
        {"x": next(draw), "y": next(draw), "z": next(draw), "name": "point {}".format(at), "opts": {"1": [1, True]}}
        for at in range(n)
    ]
    return {"coordinates": coordinates, "info": "some info"}


def means_of(coordinates):
    if not isinstance(coordinates, list) or not coordinates or not all(map(is_point, coordinates)):
        raise ValueError("coordinates must be a list of objects with numbers x, y and z")
    x = y = z = 0
    for point in coordinates:
        x += point["x"]
        y += point["y"]
        z += point["z"]
    n = len(coordinates)
    return {"n": n, "x": x / n, "y": y / n, "z": z / n}


def is_point(point):
    values = [point.get(axis) for axis in "xyz"] if isinstance(point, dict) else [None]
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


def numbers():
    """States of a linear congruential generator (Knuth, TAOCP 2, 3.3.4) below a million: the same on every machine."""
    state = 1
    while True:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield state % 1_000_000


def whole(params, name, least, most, otherwise):
    value = params.get(name, otherwise)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most:
        return number
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from {} to {}, got {}".format(name, least, most, got))
