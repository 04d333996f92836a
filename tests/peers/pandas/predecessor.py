"""FaaSProfiler's figures of the same run, in its manner: predecessor.py RUN_DIR DOCUMENTS.ndjson > figures.json

Written afresh from a description of what it computes; none of it is its code. What is absent becomes 0, an activation
with an init of 0 is warm, and the rate of a function is that of its first instance, none where that has no window.
"""

import json
import sys
from pathlib import Path

import pandas as pd


def main():
    run = Path(sys.argv[1])
    manifest = json.loads((run / "manifest.json").read_text())
    with open(sys.argv[2], encoding="utf8") as file:
        frame = frame_of(map(json.loads, file))
    json.dump({"period": period(frame), "summary": summary(frame), "stat": stat(frame, manifest)}, sys.stdout)


def frame_of(documents):
    rows = []
    for document in documents:
        annotations = {entry["key"]: entry["value"] for entry in document["annotations"]}
        rows.append(
            {
                "func_name": document["name"],
                "start": document["start"],
                "end": document["end"],
                "duration": document["duration"],
                "waitTime": annotations.get("waitTime", 0),
                "initTime": annotations.get("initTime", 0),
            }
        )
    frame = pd.DataFrame(rows)
    frame["latency"] = frame["duration"] + frame["waitTime"]
    frame["execution"] = frame["duration"] - frame["initTime"]
    return frame


def period(frame):
    span = frame["start"].max() - frame["start"].min()
    return {"seconds": float(span / 1000), "rate_per_s": float(1000 * len(frame) / span)}


def summary(frame):
    lines = {"all": frame, "warm": frame[frame["initTime"] == 0], "cold": frame[frame["initTime"] != 0]}
    names = {"init_ms": "initTime", "execution_ms": "execution", "latency_ms": "latency"}
    return {
        line: {"n": len(part)} | {name: moments(part[column]) for name, column in names.items()}
        for line, part in lines.items()
    }


def moments(values):
    return {"n": int(values.count()), "mean": float(values.mean()), "std": float(values.std())}


def stat(frame, manifest):
    figures = {}
    for name, part in frame.groupby("func_name"):
        first = next(each for each in manifest["config"]["instances"].values() if each["application"] == name)
        window = first["activity_window"]
        rate = None if window is None else first["rate"]
        since = part["start"].min()
        if window is not None:
            since = min(since, manifest["start_epoch_ms"] + 1000 * window[0])
        throughput = float(1000 * len(part) / (part["end"].max() - since))
        rel_stress = None if rate is None else rate / throughput
        figures[name] = {"rate": rate, "throughput": throughput, "rel_stress": rel_stress}
    return figures


if __name__ == "__main__":
    main()
