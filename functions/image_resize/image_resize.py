"""Resizes a PNG picture. Reads every kind of PNG but interlaced ones; writes 8-bit RGBA. Nothing but Python's own zlib: the
pixels are computed in whole numbers, so that image_resize.js, the twin, gives the same.

Source: Portable Network Graphics (PNG) Specification, second edition, https://www.w3.org/TR/2003/REC-PNG-20031110/
"""

import base64
import binascii
import hashlib
import json
import re
import struct
import zlib

MOST_PIXELS = 4_194_304  # 2048 × 2048
LONGEST_SIDE = 4_096
SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples of a pixel, by colour type; type 3 has one, an index into the palette


def main(params):
    """OpenWhisk's entry; to a web action the picture itself is the answer."""
    try:
        counts, png = resized(params)
    except Exception as fault:
        # A web client is shown an error only in the form of an answer.
        return {"error": {"statusCode": 400, "body": str(fault)} if "__ow_method" in params else str(fault)}
    if "__ow_method" not in params:
        return {**counts, "image": png} if "image" in params else counts
    headers = {"Content-Type": "image/png", "X-Pixels-SHA256": counts["digest"]}
    return {"statusCode": 200, "headers": headers, "body": png}


def handler(event, context):
    """Lambda's entry; an event of a function URL has the picture in its body."""
    event = event or {}
    if "body" not in event:
        counts, png = resized(event)
        return {**counts, "image": png} if "image" in event else counts
    body = event["body"]
    image = body if event.get("isBase64Encoded") else base64.b64encode(body.encode("latin-1")).decode()
    counts, png = resized({**(event.get("queryStringParameters") or {}), "image": image})
    headers = {"Content-Type": "image/png", "X-Pixels-SHA256": counts["digest"]}
    return {"statusCode": 200, "headers": headers, "body": png, "isBase64Encoded": True}


def resized(params):
    """Resizes `image`, a PNG in base64 (the body of a web action: `__ow_body`), else a picture of its own of 256 × 256.

    Returns sizes, the SHA-256 of width, height (32 bits each, most significant byte first) and RGBA pixels; the PNG in base64.
    Raises ValueError for a picture or size that cannot be, ArithmeticError if the PNG does not give its pixels again.
    """
    given = params["image"] if "image" in params else params.get("__ow_body") or None
    width, height, pixels = decode(encode(256, 256, sample()) if given is None else bytes_of(given))
    across, down = side(params, "width"), side(params, "height")
    # The default halves the picture; of one side only, the other follows.
    to_width = scaled(width, down, height) if across is None else across
    to_height = scaled(height, across, width) if down is None else down
    target = resize(width, height, pixels, to_width, to_height)
    png = encode(to_width, to_height, target)
    if decode(png)[2] != target:
        raise ArithmeticError("self-check: the PNG does not give its pixels again")
    digest = hashlib.sha256(struct.pack(">II", to_width, to_height) + target).hexdigest()
    counts = {"from": [width, height], "to": [to_width, to_height], "bytes": len(png), "digest": digest}
    return counts, base64.b64encode(png).decode()


def bytes_of(text):
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError):
        raise ValueError("image must be a PNG in base64") from None


def side(params, name):
    """A side in pixels; a query's is a text. None = not given."""
    if name not in params:
        return None
    value = params[name]
    pixels = int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,5}", value) else value
    pixels = int(pixels) if isinstance(pixels, float) and pixels.is_integer() else pixels
    if isinstance(pixels, int) and not isinstance(pixels, bool) and 1 <= pixels <= LONGEST_SIDE:
        return pixels
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from 1 to {}, got {}".format(name, LONGEST_SIDE, got))


def scaled(own, other_target, other):
    """A side in the proportion of the other one; half of it where the other is not given either. Half a pixel is rounded up."""
    times, over = (1, 2) if other_target is None else (other_target, other)
    return min(LONGEST_SIDE, max(1, (2 * own * times + over) // (2 * over)))


def resize(width, height, pixels, to_width, to_height):
    """The mean of what each pixel of the target covers of the source, weighted by area and, for colours, by opacity. Sums are
    whole numbers, and divided once, half up.
    """
    across = coverage(width, to_width)
    rows = []
    for y in range(height):
        line = pixels[y * width * 4 : (y + 1) * width * 4]
        row = []
        for parts in across:
            red = green = blue = opacity = 0
            for at, weight in parts:
                alpha = line[at * 4 + 3] * weight
                red += line[at * 4] * alpha
                green += line[at * 4 + 1] * alpha
                blue += line[at * 4 + 2] * alpha
                opacity += alpha
            row += (red, green, blue, opacity)
        rows.append(row)
    area = width * height
    target = bytearray()
    for parts in coverage(height, to_height):
        sums = [0] * (to_width * 4)
        for at, weight in parts:
            sums = [total + value * weight for total, value in zip(sums, rows[at])]
        for x in range(0, to_width * 4, 4):
            opacity = sums[x + 3]
            colours = [rounded(value, opacity) for value in sums[x : x + 3]]
            target += bytes((*colours, rounded(opacity, area)))
    return bytes(target)


def coverage(length, target):
    """For each pixel of the target, which of the source it covers and how much: (at, weight), the weights adding up to `length`."""
    covered = []
    for to in range(target):
        begin, end = to * length, (to + 1) * length
        first, last = begin // target, -(-end // target)
        covered.append([(at, min(end, (at + 1) * target) - max(begin, at * target)) for at in range(first, last)])
    return covered


def rounded(total, weight):
    return 0 if weight == 0 else (2 * total + weight) // (2 * weight)


def decode(png):
    """Returns width, height and the picture as 8-bit RGBA."""
    if png[:8] != SIGNATURE:
        raise ValueError("the picture is no PNG; convert it to one")
    chunks = chunks_of(png)
    header = chunks.get(b"IHDR", b"")
    if len(header) != 13 or b"IDAT" not in chunks:
        raise ValueError("the PNG is not whole")
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if interlaced:
        raise ValueError("the PNG is interlaced; write it without")
    if width * height > MOST_PIXELS or width == 0 or height == 0:
        raise ValueError("the picture must have from 1 to {} pixels, got {} × {}".format(MOST_PIXELS, width, height))
    if kind not in CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise ValueError("the PNG is of no known kind")
    stride = (width * CHANNELS[kind] * depth + 7) // 8
    lines = inflate(chunks[b"IDAT"], height * (stride + 1))
    to_pixels = pixel_reader(kind, depth, width, chunks)
    step = max(1, CHANNELS[kind] * depth >> 3)
    pixels, above = bytearray(), bytes(stride)
    for y in range(height):
        begin = y * (stride + 1)
        above = unfiltered(lines[begin], bytearray(lines[begin + 1 : begin + 1 + stride]), above, step)
        pixels += to_pixels(above)
    return width, height, bytes(pixels)


def chunks_of(png):
    """The content of chunks by their name; a picture's data may stand in several."""
    chunks, at = {}, 8
    while at + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, at)
        name, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if len(content) < length:
            raise ValueError("the PNG is not whole")
        chunks[name] = chunks[name] + content if name == b"IDAT" and name in chunks else content
        at += 12 + length
    return chunks


def inflate(data, length):
    """`length` is what must come out: more is not read, so that a small PNG cannot fill memory."""
    inflator = zlib.decompressobj()
    try:
        lines = inflator.decompress(data, length + 1)
    except zlib.error:
        raise ValueError("the PNG is not whole") from None
    if len(lines) != length or not inflator.eof:
        raise ValueError("the PNG is not whole")
    return lines


def unfiltered(kind, line, above, step):
    """Undoes a line's filter in place (section 9). `step`: bytes from a sample to the one before."""
    if kind > 4:
        raise ValueError("the PNG is not whole")
    if kind == 1:
        for x in range(step, len(line)):
            line[x] = line[x] + line[x - step] & 255
    elif kind == 2:
        for x, up in enumerate(above):
            line[x] = line[x] + up & 255
    elif kind == 3:
        for x, up in enumerate(above):
            line[x] = line[x] + ((line[x - step] if x >= step else 0) + up >> 1) & 255
    elif kind == 4:
        for x, up in enumerate(above):
            left, corner = (line[x - step], above[x - step]) if x >= step else (0, 0)
            line[x] = line[x] + paeth(left, up, corner) & 255
    return line


def paeth(left, up, corner):
    guess = left + up - corner
    from_left, from_up, from_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    if from_left <= from_up and from_left <= from_corner:
        return left
    return up if from_up <= from_corner else corner


def pixel_reader(kind, depth, width, chunks):
    """How a line is read, by colour type; `tRNS` names a transparent colour, or the palette's opacities."""
    most, channels = 2**depth - 1, CHANNELS[kind]
    transparent = chunks.get(b"tRNS")

    def samples(line):
        count = width * channels
        if depth == 16:
            return struct.unpack(">{}H".format(count), line)
        if depth == 8:
            return line
        bits = range(0, count * depth, depth)
        return [line[bit >> 3] >> 8 - depth - (bit & 7) & most for bit in bits]

    def eighth(value):
        return value >> 8 if depth == 16 else value * 255 // most

    def indexed(line):
        palette = chunks.get(b"PLTE", b"")
        opacities = (transparent or b"").ljust(len(palette) // 3, b"\xff")
        colours = [palette[at * 3 : at * 3 + 3] + opacities[at : at + 1] for at in range(len(palette) // 3)]
        try:
            return b"".join(colours[at] for at in samples(line))
        except IndexError:
            raise ValueError("the PNG is not whole") from None

    def direct(line):
        values = samples(line)
        if kind == 6 and depth == 8:
            return values
        has_alpha = kind in (4, 6)
        hidden = None
        if transparent is not None and not has_alpha:
            hidden = list(struct.unpack_from(">{}H".format(channels), transparent))
        pixels = bytearray()
        for at in range(0, len(values), channels):
            pixel = list(values[at : at + channels])
            alpha = eighth(pixel.pop()) if has_alpha else 0 if pixel == hidden else 255
            colours = [eighth(value) for value in pixel]
            pixels += bytes((*(colours if len(colours) == 3 else colours * 3), alpha))
        return pixels

    return indexed if kind == 3 else direct


def encode(width, height, pixels):
    """8-bit RGBA, each line filtered by the difference to the pixel on its left."""
    stride = width * 4
    lines = bytearray()
    for y in range(height):
        line = pixels[y * stride : (y + 1) * stride]
        lines += b"\1" + line[:4] + bytes(value - left & 255 for value, left in zip(line[4:], line))
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", binascii.crc32(name + content))


def sample():
    """Two slopes, a pattern of both, and an opacity that falls towards the lower right."""
    return b"".join(bytes((x, y, x ^ y, 255 - (x * y >> 9))) for y in range(256) for x in range(256))
