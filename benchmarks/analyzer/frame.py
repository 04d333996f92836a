"""FaaSProfiler's path over activation documents, in its manner: frame.py DOCUMENTS.ndjson

All documents in memory, a loop over them that builds the frame, then the frame's figures, as JSON. Written afresh from a
description of what it does. Absent times are 0, as there. The figures stand once for all activations and once for those
that have a waitTime, where nobody can read them in two ways.
"""

import json
import sys

import pandas as pd


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        documents = [json.loads(line) for line in file]
    frame = frame_of(documents)
    json.dump({"all": figures(frame), "timed": figures(frame[frame["timed"]])}, sys.stdout)


def frame_of(documents):
    rows = []
    for document in documents:
        row = {
            "func_name": document["name"],
            "activationId": document["activationId"],
            "start": document["start"],
            "end": document["end"],
            "duration": document["duration"],
            "waitTime": 0,
            "initTime": 0,
            "lang": None,
            "timed": False,
        }
        for annotation in document["annotations"]:
            if annotation["key"] == "waitTime":
                row["waitTime"] = annotation["value"]
                row["timed"] = True
            elif annotation["key"] == "initTime":
                row["initTime"] = annotation["value"]
            elif annotation["key"] == "kind":
                row["lang"] = annotation["value"]
        rows.append(row)
    frame = pd.DataFrame(rows)
    frame["latency"] = frame["duration"] + frame["waitTime"]
    frame["execution"] = frame["duration"] - frame["initTime"]
    first = frame["start"].min()
    frame["start"] -= first
    frame["end"] -= first
    return frame


def figures(frame):
    span = frame["start"].max() - frame["start"].min()
    lines = {"all": frame, "warm": frame[frame["initTime"] == 0], "cold": frame[frame["initTime"] != 0]}
    columns = {"init_ms": "initTime", "execution_ms": "execution", "latency_ms": "latency"}
    functions = frame.groupby("func_name")
    return {
        "period": {"seconds": span / 1000, "rate_per_s": 1000 * len(frame) / span},
        "summary": {
            line: {name: moments(part[column]) for name, column in columns.items()} for line, part in lines.items()
        },
        "throughput": {name: throughput(part) for name, part in functions},
        "capacity_factors": {name: factor(part["latency"]) for name, part in functions},
    }


def throughput(part):
    return 1000 * len(part) / float(part["end"].max() - part["start"].min())


def factor(latency):
    return float(latency.quantile(0.9) - latency.quantile(0.1))


def moments(values):
    return {
        "n": len(values),
        "mean": float(values.mean()),
        "std": float(values.std()),
        "p50": float(values.quantile(0.5)),
        "p99": float(values.quantile(0.99)),
    }


if __name__ == "__main__":
    main()
