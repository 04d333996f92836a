"""Renders Markdown as HTML: headings, paragraphs, fenced code, quotes, lists, thematic breaks; emphasis by asterisks, code,
links, images, autolinks, hard breaks, backslash escapes. Within this subset the HTML is that of CommonMark 0.31
(https://spec.commonmark.org). Not in it: raw HTML and entities (escaped), indented code, tabs, reference links, nested
emphasis, lazy continuation lines, blank lines inside a list's nested blocks. The twin of markdown.js.
"""

import base64
import hashlib
import json
import re

MOST_REPEATS = 1_000
MOST_CHARACTERS = 1_000_000
BREAK = re.compile(r"^([-*_])( *\1){2,} *$")
FENCE = re.compile(r"^(`{3,}) *([^ `]*)[^`]*$")
HEADING = re.compile(r"^(#{1,6})(?: +(.*?))?(?: +#+)? *$")
ITEM = re.compile(r"^([-*+]|([0-9]{1,9})([.)])) {1,4}(?=[^ ])")
UNDERLINE = re.compile(r"^(=+|-+) *$")
# What ends a paragraph without a blank line: of ordered lists only one that begins with 1.
INTERRUPTS = re.compile(r"^(#{1,6}( |$)|`{3,}[^`]*$|>|[-*+] {1,4}[^ ]|1[.)] {1,4}[^ ])")
BLANK = re.compile(r"^ *$")


def main(params):
    """OpenWhisk's entry: `text`, or `markdown` in base64 as FaaSProfiler's clients send it, or `repeat` times the sample."""
    try:
        return rendered(params)
    except Exception as fault:
        return {"error": str(fault)}


def handler(event, context):
    """Lambda's entry."""
    return rendered(event or {})


def rendered(params):
    """Returns how many characters came in and went out, the SHA-256 of the HTML, and the HTML itself where the caller gave
    the text. Raises ArithmeticError if the HTML opens and closes different numbers of elements.
    """
    given = text_of(params)
    text = SAMPLE * whole(params, "repeat", 1, MOST_REPEATS, 10) if given is None else given
    if len(text) > MOST_CHARACTERS:
        raise ValueError("the text must have at most {} characters".format(MOST_CHARACTERS))
    html = blocks(text.replace("\r\n", "\n").split("\n"), False)
    opened = len(re.findall("<[a-z]", html)) - len(re.findall("<(?:hr|br|img) ", html))
    if opened != html.count("</"):
        raise ArithmeticError("self-check: the HTML opens and closes different numbers of elements")
    digest = hashlib.sha256(html.encode()).hexdigest()
    counts = {"characters": len(text), "html_characters": len(html), "digest": digest}
    return counts if given is None else {**counts, "html_response": html}


def text_of(params):
    if "text" in params:
        if isinstance(params["text"], str):
            return params["text"]
        got = json.dumps(params["text"], ensure_ascii=False, separators=(",", ":"))
        raise ValueError("text must be a text, got {}".format(got))
    if "markdown" not in params:
        return None
    try:
        return base64.b64decode(params["markdown"], validate=True).decode("utf-8", "replace")
    except (TypeError, ValueError):
        raise ValueError("markdown must be base64; plain text goes into text") from None


def blocks(lines, tight):
    """The HTML of some lines. `tight`: paragraphs without their element, as in a list without blank lines."""
    html, at = [], 0
    while at < len(lines):
        length, block = block_at(lines, at, tight)
        html.append(block)
        at += length
    return "".join(html)


def block_at(lines, at, tight):
    """How many lines the block has that begins here, and its HTML."""
    line = lines[at]
    if BLANK.match(line):
        return 1, ""
    fence = FENCE.match(line)
    if fence:
        return code_block(lines, at, fence)
    heading = HEADING.match(line)
    if heading:
        return 1, element("h{}".format(len(heading[1])), inlines((heading[2] or "").strip(" ")))
    if BREAK.match(line):
        return 1, "<hr />\n"
    if line.startswith(">"):
        end = end_of(lines, at, lambda following: following.startswith(">"))
        quoted = [re.sub("^> ?", "", following) for following in lines[at:end]]
        return end - at, "<blockquote>\n{}</blockquote>\n".format(blocks(quoted, False))
    if ITEM.match(line):
        return list_block(lines, at)
    end = end_of(lines, at + 1, lambda following: not ends_paragraph(following))
    text = inlines("\n".join(following.lstrip(" ") for following in lines[at:end]).strip(" "))
    underline = UNDERLINE.match(lines[end]) if end < len(lines) else None
    if underline:
        return end + 1 - at, element("h1" if underline[1].startswith("=") else "h2", text)
    return end - at, text + "\n" if tight else element("p", text)


def ends_paragraph(line):
    return any(pattern.match(line) for pattern in (BLANK, INTERRUPTS, BREAK, UNDERLINE))


def end_of(lines, start, belongs):
    """The first line from here on that does not belong."""
    end = start
    while end < len(lines) and belongs(lines[end]):
        end += 1
    return end


def code_block(lines, at, fence):
    close = re.compile("^`{%d,} *$" % len(fence[1]))
    end = end_of(lines, at + 1, lambda following: not close.match(following))
    code = "".join(escaped(following) + "\n" for following in lines[at + 1 : end])
    mark = ' class="language-{}"'.format(escaped(fence[2])) if fence[2] else ""
    return end + 1 - at, "<pre><code{}>{}</code></pre>\n".format(mark, code)


def list_block(lines, start):
    """A list is items of one kind of marker; what is indented as deep as an item's text belongs to the item."""
    bullet, number, delimiter = ITEM.match(lines[start]).groups()
    items, width, blanks, loose, at = [], 0, 0, False, start
    while at < len(lines):
        line = lines[at]
        at += 1
        if BLANK.match(line):
            blanks += 1
            continue
        marker = None if BREAK.match(line) else ITEM.match(line)
        is_item = bool(marker) and (marker[1] == bullet if delimiter is None else marker[3] == delimiter)
        if is_item:
            width = len(marker[0])
        elif not line.startswith(" " * width):
            at -= 1
            break
        loose = loose or blanks > 0
        if is_item:
            items.append([])
        else:
            items[-1].extend([""] * blanks)
        items[-1].append(line[width:])
        blanks = 0
    tag = "ul" if number is None else "ol"
    first = "" if number is None or int(number) == 1 else ' start="{}"'.format(int(number))
    return at - start, "<{}{}>\n{}</{}>\n".format(tag, first, "".join(item_html(item, loose) for item in items), tag)


def item_html(lines, loose):
    """Text stands on the line of its item's tags, a block on lines of its own."""
    inner = blocks(lines, not loose)
    head = "\n" if re.match("<(p|h[1-6]|pre|ul|ol|blockquote|hr)[ >]", inner) else ""
    ends = re.search(r"(</(p|h[1-6]|pre|ul|ol|blockquote)>|<hr />)\n\Z", inner)
    return "<li>{}{}</li>\n".format(head, inner if ends else inner[:-1])


def element(tag, inner):
    return "<{}>{}</{}>\n".format(tag, inner, tag)


def inlines(text):
    html, at = [], 0
    while at < len(text):
        for pattern, become in INLINES:
            found = pattern.match(text, at)
            if found:
                html.append(become(found))
                at = found.end()
                break
        else:
            html.append(escaped(text[at]))
            at += 1
    return "".join(html)


def code_text(code):
    """Line ends are blanks; one blank at each end is taken away where there is more than blanks."""
    line = code.replace("\n", " ")
    return line[1:-1] if line.startswith(" ") and line.endswith(" ") and line.strip(" ") else line


def image(found):
    return '<img src="{}" alt="{}"{} />'.format(escaped(found[2]), escaped(found[1]), title_of(found[3]))


def link(html, url, title):
    return '<a href="{}"{}>{}</a>'.format(escaped(url), title_of(title), html)


def title_of(title):
    return "" if title is None else ' title="{}"'.format(escaped(title))


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


# What may begin with each of the characters that mean something, and what it becomes; the first that fits is taken.
INLINES = [
    (re.compile(pattern), become)
    for pattern, become in (
        (r"\\([!-/:-@\[-`{-~])", lambda found: escaped(found[1])),
        (r"(?: {2,}|\\)\n", lambda found: "<br />\n"),
        (r" *\n", lambda found: "\n"),
        (r"(?<!`)(`+)(?!`)((?:.|\n)*?[^`])\1(?!`)", lambda found: "<code>{}</code>".format(escaped(code_text(found[2])))),
        (r'!\[([^\]\n]*)\]\(([^ ()\n]*)(?: "([^"\n]*)")?\)', image),
        (r'\[([^\]\n]*)\]\(([^ ()\n]*)(?: "([^"\n]*)")?\)', lambda found: link(inlines(found[1]), found[2], found[3])),
        (r"<([a-z][a-z0-9+.-]+:[^ <>\n]*)>", lambda found: link(escaped(found[1]), found[1], None)),
        (r"\*\*(?=[^ \n*])([^*]*[^ \n*])\*\*(?!\*)", lambda found: "<strong>{}</strong>".format(inlines(found[1]))),
        (r"\*(?=[^ \n*])([^*]*[^ \n*])\*(?!\*)", lambda found: "<em>{}</em>".format(inlines(found[1]))),
        (r"[^\\`!\[<*\n ]+", lambda found: escaped(found[0])),
    )
]


def whole(params, name, least, most, otherwise):
    value = params.get(name, otherwise)
    number = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(number, int) and not isinstance(number, bool) and least <= number <= most:
        return number
    got = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    raise ValueError("{} must be a whole number from {} to {}, got {}".format(name, least, most, got))


# One of each, in the mixture of a README.
SAMPLE = """# A function, measured

Load is *offered*, not awaited: an invocation is sent **when the plan says so**, whatever became of the one before.
What comes back is a record with `waitTime`, `initTime` & `duration`;  
see <https://openwhisk.apache.org> or [the reference](https://example.org/reference "all columns").

## What to expect

1. a cold start: the worker is made, and the code loaded
2. warm starts: neither
   - as long as the worker is kept
   - and until it is *needed elsewhere*
3. an answer

> A mean hides what the tail shows.
>
> - p50: 12 ms
> - p99: 340 ms

```json
{ "application": "markdown", "rate": 20, "activity_window": [2, 10] }
```

* * *

![a histogram](plots/response.svg "response times") Times are in milliseconds, \\*not\\* in seconds; x < y && y > z.

"""
