import binascii
import hashlib
import json

LARGEST = 10_000_000
MOST_ROUNDS = 10_000
MOST_BYTES = 1_000_000_000


def main(params):
    """OpenWhisk's entry: `size` bytes encoded and decoded `rounds` times, or {"error"}."""
    try:
        return base64(params)
    except Exception as fault:
        return {"error": str(fault)}


def handler(event, context):
    """Lambda's entry."""
    return base64(event or {})


def base64(params):
    """Encodes `size` times the letter a, then decodes what that gave, each `rounds` times.

    Returns `s_encode` and `s_decode`, the characters that came out in all rounds, as text: FaaSProfiler's checks read them
    so; and the SHA-256 of the encoded text. Raises ArithmeticError if what came out is not what went in.
    """
    size = whole(params, "size", 1, LARGEST, 1_000_000)
    rounds = whole(params, "rounds", 1, MOST_ROUNDS, 100)
    if size * rounds > MOST_BYTES:
        raise ValueError("size times rounds must be at most {}".format(MOST_BYTES))
    plain = b"a" * size
    encoded, decoded = b"", plain
    encoded_length = decoded_length = 0
    # binascii is what Python's own base64 module calls.
    for _ in range(rounds):
        encoded = binascii.b2a_base64(plain, newline=False)
        encoded_length += len(encoded)
    for _ in range(rounds):
        decoded = binascii.a2b_base64(encoded)
        decoded_length += len(decoded)
    if decoded != plain:
        raise ArithmeticError("self-check: what was decoded is not what was encoded")
    digest = hashlib.sha256(encoded).hexdigest()
    return {"s_encode": str(encoded_length), "s_decode": str(decoded_length), "digest": digest}


def whole(params, name, least, most, otherwise):
    value = params.get(name, otherwise)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most:
        return number
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from {} to {}, got {}".format(name, least, most, got))
