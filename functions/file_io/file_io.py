import hashlib
import json
import os
import tempfile
import time
import uuid

MOST_MB = 512  # the temporary folder that Lambda gives
MOST_ROUNDS = 100


def main(params):
    """OpenWhisk's entry: a file written, read and deleted, or {"error"}."""
    try:
        return file_io(params)
    except Exception as fault:
        return {"error": str(fault)}


def handler(event, context):
    """Lambda's entry."""
    return file_io(event or {})


def file_io(params):
    """Writes a file of `mb` MiB in blocks of `block_kb` KiB into the temporary folder, forces it to the disk, reads it and
    deletes it, `rounds` times. Reading mostly meets the page cache, as it does for functions.

    Returns the milliseconds of all writes with their fsync and of all reads, and the SHA-256 of what the file must hold.
    Raises OSError if what was read is not what was written.
    """
    mb = whole(params, "mb", 1, MOST_MB, 1)
    block = pattern(whole(params, "block_kb", 1, 1_024, 64) * 1_024)
    rounds = whole(params, "rounds", 1, MOST_ROUNDS, 1)
    size = mb * 2**20
    right = hashlib.sha256()
    for at in range(0, size, len(block)):
        right.update(block_at(block, at, size))
    digest = right.hexdigest()
    path = os.path.join(tempfile.gettempdir(), "file_io-{}".format(uuid.uuid4()))
    write_ms = read_ms = 0.0
    try:
        for _ in range(rounds):
            write_ms += write(path, block, size)
            ms, found = read_back(path, bytearray(len(block)))
            read_ms += ms
            if found != digest:
                raise OSError("self-check: {} does not hold what was written".format(path))
            os.remove(path)
    finally:
        if os.path.exists(path):
            os.remove(path)
    return {"mb": mb, "rounds": rounds, "write_ms": write_ms, "read_ms": read_ms, "digest": digest}


def write(path, block, size):
    began = time.perf_counter()
    with open(path, "xb", buffering=0) as file:
        for at in range(0, size, len(block)):
            rest = block_at(block, at, size)
            while rest:
                rest = rest[file.write(rest) :]
        os.fsync(file.fileno())
    return (time.perf_counter() - began) * 1000


def read_back(path, buffer):
    digest = hashlib.sha256()
    began = time.perf_counter()
    ms = 0.0
    with open(path, "rb", buffering=0) as file:
        while True:
            length = file.readinto(buffer)
            ms += (time.perf_counter() - began) * 1000
            if length == 0:
                return ms, digest.hexdigest()
            digest.update(memoryview(buffer)[:length])  # between the stamps: its time is not the disk's
            began = time.perf_counter()


def pattern(length):
    """Bytes that repeat after 256: 31·j + 7 mod 256."""
    return bytearray(bytes((at * 31 + 7) & 255 for at in range(256)) * (length // 256))


def block_at(block, at, size):
    """The block that begins at a place of the file: it begins with that place, so that no two are equal."""
    block[0:4] = at.to_bytes(4, "little")
    return memoryview(block)[: min(len(block), size - at)]


def whole(params, name, least, most, otherwise):
    value = params.get(name, otherwise)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most:
        return number
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from {} to {}, got {}".format(name, least, most, got))
