import json
from operator import mul

MOST = 1_024


def main(params):
    """OpenWhisk's entry: the product of two n × n matrices, or {"error"}."""
    try:
        return matmul(params)
    except Exception as fault:
        return {"error": str(fault)}


def handler(event, context):
    """Lambda's entry."""
    return matmul(event or {})


def matmul(params):
    """A·B by the definition, n³ multiplications, of matrices of whole numbers from 0 to 255: every sum is exact.

    Returns the product's trace, and c <- 31·c + entry mod 2**32 over its entries by rows.
    Raises ValueError if n is no such size; ArithmeticError if the product applied to a vector of ones is not A·(B·1): it
    was computed wrongly.
    """
    size = whole(params, "n", 1, MOST, 100)
    draw = drawn_bytes()
    a = [[next(draw) for _ in range(size)] for _ in range(size)]
    b = [[next(draw) for _ in range(size)] for _ in range(size)]
    columns = list(zip(*b))
    product = [[sum(map(mul, row, column)) for column in columns] for row in a]
    sums_of_b = [sum(row) for row in b]
    checksum = 0
    for at, row in enumerate(product):
        found, right = sum(row), sum(map(mul, a[at], sums_of_b))
        if found != right:
            raise ArithmeticError("self-check: row {} of the product adds up to {}, not to {}".format(at, found, right))
        for entry in row:
            checksum = (checksum * 31 + entry) & 0xFFFFFFFF
    return {"n": size, "trace": sum(product[at][at] for at in range(size)), "checksum": checksum}


def drawn_bytes():
    """The upper bytes of a linear congruential generator's states (Knuth, TAOCP 2, 3.3.4): the same on every machine."""
    state = 1
    while True:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        yield state >> 24


def whole(params, name, least, most, otherwise):
    value = params.get(name, otherwise)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most:
        return number
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from {} to {}, got {}".format(name, least, most, got))
