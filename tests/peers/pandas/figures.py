"""Every figure of an analysis, computed afresh with pandas: figures.py RUN_DIR DOCUMENTS.ndjson > figures.json

The shape is that of the comparison in figures.test.ts; absent is null.
"""

import json
import sys
from pathlib import Path

import pandas as pd
from documents import activations_of, joined, read_documents, read_invocations

TRANSPORT = ["refused", "reset", "dns", "tls", "protocol", "no_socket"]
PARTS = ["lateness_ms", "send_wait_ms", "network_front_ms", "wait_ms", "init_ms", "execution_ms"]


def main():
    run, documents = Path(sys.argv[1]), read_documents(sys.argv[2])
    manifest = json.loads((run / "manifest.json").read_text())
    invocations = read_invocations(run / "invocations.csv")
    activations = activations_of(documents, manifest)
    rows = with_client_times(joined(invocations, activations))
    json.dump(without_nan(figures(rows, activations, manifest)), sys.stdout, default=plain, allow_nan=False)


def with_client_times(rows):
    error, outcome = rows["error"].fillna(""), rows["outcome"]
    rows["accepted"] = (outcome == "ok") & (rows["status"] == 202)
    whole = (outcome == "failed") & rows["status"].notna() & ~error.isin(TRANSPORT)
    answered = ~rows["accepted"] & ((outcome == "ok") | (error == "timeout") | whole)
    gave_up = error.isin(["still_running", "timeout"])
    rows["response"] = (rows["end_ms"] - rows["planned_ms"]).where(answered)
    rows["service"] = (rows["end_ms"] - rows["sent_ms"]).where(answered)
    rows["acceptance"] = (rows["end_ms"] - rows["planned_ms"]).where(rows["accepted"])
    rows["failed"] = (outcome != "ok") | ~rows["success"].fillna(True)
    rows["lateness_ms"] = rows["fired_ms"] - rows["planned_ms"]
    rows["send_wait_ms"] = rows["sent_ms"] - rows["fired_ms"]
    rows["network_front_ms"] = (rows["service"] - rows["latency"]).where(~gave_up)
    rows["wait_ms"] = rows["wait"]
    # what init took of this invocation: nothing of a warm one
    rows["init_ms"] = rows["init"].mask(warm(rows), 0)
    rows["execution_ms"] = rows["execution"]
    return rows


def figures(rows, activations, manifest):
    with_record = rows[rows["has_record"]]
    starts = with_record["start"].dropna()
    span = starts.max() - starts.min()
    expected = set(rows["activation_id"].dropna())
    known = set(activations["activation_id"])
    return {
        "records": {"expected": len(expected), "missing": len(expected - known)},
        "period": {"seconds": span / 1000, "rate_per_s": 1000 * len(starts) / span},
        "summary": {line: summary(part) for line, part in by_warmth(with_record).items()},
        "overall": group(rows),
        "functions": {name: group(part) for name, part in rows.groupby("function")},
        "instances": {name: group(part) for name, part in rows.groupby("instance")},
        "stat": {
            f"{scope} {name}": stat(part, manifest)
            for scope in ("function", "instance")
            for name, part in rows.groupby(scope)
        },
        "capacity_factors": {
            name: part["latency"].quantile(0.9) - part["latency"].quantile(0.1)
            for name, part in rows.groupby("function")
            if part["latency"].notna().any()
        },
        "errors": errors(rows),
        "results": results(rows),
    }


def by_warmth(rows):
    return {"all": rows, "warm": rows[warm(rows)], "cold": rows[rows["cold"].fillna(False)]}


def warm(rows):
    """Known to be warm: neither cold nor unknown."""
    return ~rows["cold"].fillna(True)


def moments(values):
    return {
        "n": values.count(),
        "mean": values.mean(),
        "std": values.std(),
        "p50": values.quantile(0.5),
        "p99": values.quantile(0.99),
    }


def summary(rows):
    columns = {"init_ms": "init_ms", "execution_ms": "execution", "latency_ms": "latency"}
    return {"n": len(rows)} | {name: moments(rows[column]) for name, column in columns.items()}


def group(rows):
    count = rows["outcome"].value_counts()
    return {
        "planned": len(rows),
        **{outcome: count.get(outcome, 0) for outcome in ("ok", "failed", "dropped", "lost")},
        "answered": rows["response"].count(),
        "accepted": rows["acceptance"].count(),
        "response_ms": quantiles(rows["response"]),
        "service_ms": quantiles(rows["service"]),
        "acceptance_ms": quantiles(rows["acceptance"]),
        "error_rate": {"n": len(rows), "value": rows["failed"].mean()},
        "cold_share": {"n": rows["cold"].count(), "value": rows["cold"].astype("Float64").mean()},
        # of the init only those that had one: the mean over cold starts
        **{f"{name}_ms": moments(rows[name]) for name in ("wait", "init", "execution", "duration")},
        "parts": {warmth: parts(part) for warmth, part in by_warmth(rows).items()},
    }


def quantiles(values):
    n = values.count()

    def shown(p, beyond):
        # ten rows beyond it, else no number
        return {"n": n, "value": values.quantile(p) if n >= 10 * beyond else None}

    mean = {"n": n, "value": values.mean()}
    return {"mean": mean, "p50": shown(0.5, 2), "p90": shown(0.9, 10), "p99": shown(0.99, 100)}


def parts(rows):
    known = rows[rows["response"].notna() & rows[PARTS].notna().all(axis=1)]
    return {
        "n": len(known),
        "negative": (known[PARTS] < 0).any(axis=1).sum(),
        "mean": {part: known[part].mean() for part in PARTS},
        "p99": {part: known[part].quantile(0.99) for part in PARTS},
    }


def stat(rows, manifest):
    config = manifest["config"]
    duration = config["test_duration_in_seconds"]
    windows = [config["instances"][name].get("activity_window") or [0, duration] for name in rows["instance"].unique()]
    served = rows[rows["start"].notna() & rows["platform_end"].notna()]
    rate = len(rows) / union(windows)
    first = min(served["start"].min() - manifest["start_epoch_ms"], 1000 * min(start for start, _ in windows))
    span = served["platform_end"].max() - manifest["start_epoch_ms"] - first
    throughput = 1000 * len(served) / span if len(served) > 0 else None
    return {"rate": rate, "throughput": throughput, "rel_stress": None if throughput is None else rate / throughput}


def union(windows):
    """Seconds that at least one of the windows covers: between neighbouring ends, those where a window lies over both."""
    ends = sorted({end for window in windows for end in window})
    covered = [b - a for a, b in zip(ends, ends[1:]) if any(start <= a and b <= end for start, end in windows)]
    return sum(covered)


def errors(rows):
    failed = rows[rows["failed"]].copy()
    failed["kind"] = failed["error"].fillna(failed["outcome"].mask(failed["outcome"] == "ok", "function_error"))
    kinds = failed.groupby(["function", "outcome", "kind", "status"], dropna=False)
    found = [[*key, len(part), next(iter(part["platform_error"].dropna()), None)] for key, part in kinds]
    return sorted(found, key=lambda kind: json.dumps(kind[:4], default=plain))


def results(rows):
    """What each function returned, distinct, in order of first occurrence, with counts."""
    returned = rows[rows["result"].notna()]
    counts = {name: part.groupby("result", sort=False).size() for name, part in returned.groupby("function")}
    return {name: [[text, n] for text, n in count.items()] for name, count in counts.items()}


def plain(value):
    """Numbers of numpy as those of Python, what is missing as None."""
    return None if pd.isna(value) else value.item()


def without_nan(value):
    if isinstance(value, dict):
        return {key: without_nan(each) for key, each in value.items()}
    if isinstance(value, list):
        return [without_nan(each) for each in value]
    return None if isinstance(value, float) and pd.isna(value) else value


if __name__ == "__main__":
    main()
