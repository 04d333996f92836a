import json
from itertools import compress

MOST = 50_000_000  # a byte a number


def main(params):
    """OpenWhisk's entry: the primes up to `n`, or {"error"}."""
    try:
        return primes(params)
    except Exception as fault:
        return {"error": str(fault)}


def handler(event, context):
    """Lambda's entry."""
    return primes(event or {})


def primes(params):
    """The sieve of Eratosthenes, a byte for each number from 0 to n.

    Returns how many primes there are, the largest (None if there is none) and their sum: numbers that are known,
    e.g. pi(10**6) = 78498 (https://oeis.org/A006880), sum 37550402023 (https://oeis.org/A046731).
    """
    last = whole(params, "n", 0, MOST, 1_000_000)
    is_prime = bytearray(b"\1") * (last + 1)
    is_prime[0:2] = bytes(min(2, last + 1))
    factor = 2
    while factor * factor <= last:
        if is_prime[factor]:
            is_prime[factor * factor :: factor] = bytes(len(range(factor * factor, last + 1, factor)))
        factor += 1
    largest = is_prime.rfind(1)
    return {
        "n": last,
        "count": is_prime.count(1),
        "largest": None if largest < 0 else largest,
        "sum": sum(compress(range(last + 1), is_prime)),
    }


def whole(params, name, least, most, otherwise):
    value = params.get(name, otherwise)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most:
        return number
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from {} to {}, got {}".format(name, least, most, got))
