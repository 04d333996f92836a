"""Reads a run as it lies on disk: raw activation documents of CouchDB, the journal of the invoker, the manifest.

Written from the published meaning of the fields (docs/columns.md), without a look at the analyzer's code.
"""

import json
import math
import re

import pandas as pd

STATUS_WORDS = ["success", "application error", "action developer error", "whisk internal error"]
MARGIN_MS = 60_000


def read_documents(path):
    with open(path, encoding="utf8") as file:
        return [json.loads(line) for line in file]


def number(value):
    """A JSON number, else None; a text is none, and neither is a truth value."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def text(value):
    return value if isinstance(value, str) and value != "" else None


def integer(value):
    return int(value) if number(value) is not None and float(value).is_integer() and abs(value) < 2**31 else None


def annotations_of(document):
    listed = document.get("annotations")
    if not isinstance(listed, list):
        return {}
    entries = [entry for entry in listed if isinstance(entry, dict) and isinstance(entry.get("key"), str)]
    return {entry["key"]: entry.get("value") for entry in entries}


def activation(document):
    """One row of activations, or None for what is no activation of a test."""
    ident, name = text(document.get("activationId")), text(document.get("name"))
    if ident is None or name is None:
        return None
    annotations = annotations_of(document)
    # null is how some clients write absence
    is_trigger = text(annotations.get("path")) is None and document.get("duration") is None
    if is_trigger or re.fullmatch(r"invokerHealthTestAction\d*", name):
        return None
    wait, init = number(annotations.get("waitTime")), number(annotations.get("initTime"))
    duration, start, end = (number(document.get(field)) for field in ("duration", "start", "end"))
    says_init = annotations.get("initTime") is not None
    if annotations.get("kind") == "sequence":
        cold = None
    elif init is not None:
        cold = True
    else:
        # warm only where the platform timed the wait and said nothing of an init
        cold = None if wait is None or says_init else False
    if duration is None:
        execution = None
    elif init is not None:
        execution = duration - init
    else:
        execution = duration if cold is False else None
    response = document.get("response") if isinstance(document.get("response"), dict) else {}
    code = integer(response.get("statusCode"))
    said = response.get("success")
    success = said if isinstance(said, bool) else None if code is None else code == 0
    return {
        "activation_id": ident,
        "cause": text(document.get("cause")),
        "start": start,
        "platform_end": None if end == 0 else end,
        "duration": duration,
        "wait": wait,
        "init": init,
        "cold": cold,
        "latency": None if wait is None or duration is None else wait + duration,
        "execution": execution,
        "success": success,
        "platform_error": error_of(response, code) if success is False else None,
        "result": json_text(response["result"]) if "result" in response else None,
    }


def error_of(response, code):
    result = response.get("result")
    if isinstance(result, dict) and "error" in result:
        error = result["error"]
        return error if isinstance(error, str) else json_text(error)
    return None if code is None else STATUS_WORDS[code]


def json_text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def activations_of(documents, manifest):
    """The documents in the order of the database's view (start, id), each activation once, those of the run's time only."""
    since, upto = manifest["start_epoch_ms"] - MARGIN_MS, manifest["end_epoch_ms"] + 10 * MARGIN_MS
    visible = [each for each in documents if number(each.get("start")) is not None and since <= each["start"] <= upto]
    visible.sort(key=lambda document: (document["start"], document["_id"]))
    rows = [row for row in map(activation, visible) if row is not None]
    return pd.DataFrame(rows).drop_duplicates("activation_id", keep="first")


def read_invocations(path):
    texts = {name: "string" for name in ("instance", "function", "outcome", "error", "activation_id")}
    # Only an empty field is none: a function may be called NA or null.
    table = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""], float_precision="round_trip")
    return table.sort_values("seq", ignore_index=True)


def joined(invocations, activations):
    """One row an invocation: its activation beside it, where it is not another's component."""
    own = activations[activations["cause"].isna()].drop(columns="cause")
    rows = invocations.merge(own, how="left", on="activation_id", validate="many_to_one")
    rows["has_record"] = rows["activation_id"].isin(own["activation_id"]) & rows["activation_id"].notna()
    for column in ("cold", "success"):
        rows[column] = rows[column].astype("boolean")
    return rows
