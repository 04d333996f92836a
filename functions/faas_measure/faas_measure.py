"""faas_measure: measures the worker that executes it. Python 3.8 or later, standard library only.

Input   {"cmds": {<command>: <its parameters>, ...}, "format": "json" | "text", "spin": bool}
Output  json: a field for each command, and start_time, end_time, elapsed_time (ms) and errors;
        text: a field for each command in the order of cmds, then start#end#elapsed.
        A command that fails gives null (text: None) and a line in errors; the others still run.
"""

import json
import math
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import uuid

EPOCH_FROM_MS = 10**12  # a sleep this long (31 years) can only be meant as a time of day
SETTINGS = ("sleep", "sleep_till", "format", "spin")  # what stands in cmds without being a measurement
STAT_FIELDS = (
    "exist_id", "new_id", "vm_id", "inst_id", "vm_priv_ip", "vm_pub_ip", "inst_priv_ip", "uptime", "cpu_info",
)  # fmt: skip


def main(params):
    """OpenWhisk's entry: json is the object itself, text is {"result": text}."""
    answer, text = measure(params)
    return answer if text is None else {"result": text}


def handler(event, context):
    """Lambda's entry: either form is one string."""
    answer, text = measure(event)
    return json.dumps(answer) if text is None else text


def measure(params):
    """Runs the commands; returns the answer and its text form (None unless that was asked for)."""
    start = epoch_ms()
    params = params if isinstance(params, dict) else {}
    cmds = params.get("cmds", {})
    errors, notes = [], []
    if not isinstance(cmds, dict):
        errors.append("cmds must be an object, got " + json.dumps(cmds))
        cmds = {}
    settings = {**params, **cmds}
    form = form_of(settings.get("format"), errors)
    wait(settings, errors, notes)
    # A command that is null or false is switched off, as it was in the original.
    names = [name for name in cmds if name not in SETTINGS and cmds[name] not in (None, False)]
    results = {name: run(name, cmds[name], errors) for name in names}
    end = epoch_ms()
    answer = {**results, "start_time": start, "end_time": end, "elapsed_time": end - start, "errors": errors}
    if notes:
        answer["note"] = "; ".join(notes)
    if form == "json":
        return answer, None
    fields = [text_of(name, results[name]) for name in names]
    return answer, "#".join(fields + [decimal(time_ms) for time_ms in (start, end, end - start)])


def form_of(asked, errors):
    """The form of the answer; what is neither of the two is said, and answered as json."""
    if asked is None or asked in ("json", "text"):
        return asked or "json"
    errors.append('format must be "json" or "text", got {}; json was taken'.format(json.dumps(asked)))
    return "json"


def wait(settings, errors, notes):
    """Waits `sleep` ms, then until `sleep_till`: idle, or with `spin` burning CPU as the original did."""
    try:
        pause = number(settings.get("sleep") or 0, "sleep")
        until = number(settings.get("sleep_till") or 0, "sleep_till")
    except ValueError as fault:
        errors.append(str(fault))
        return
    if pause >= EPOCH_FROM_MS:
        notes.append("sleep {} was taken as a time of day (epoch ms); sleep_till says so".format(pause))
        pause, until = 0, max(pause, until)
    woken = time.perf_counter() + pause / 1000
    while time.perf_counter() < woken or epoch_ms() < until:
        if not settings.get("spin"):
            remaining = max(0, woken - time.perf_counter(), (until - epoch_ms()) / 1000)
            time.sleep(min(remaining, 3600))  # at most an hour at once: time.sleep refuses centuries


def run(name, parameters, errors):
    """The result of one command, or None with the reason in `errors`."""
    command = COMMANDS.get(name)
    try:
        if command is None:
            raise ValueError("no such command; there are sleep, sleep_till, " + ", ".join(COMMANDS))
        if not isinstance(parameters, dict):
            raise ValueError("its parameters must be an object, got " + json.dumps(parameters))
        return command(parameters, errors)
    except Exception as fault:  # whatever one command meets, the others still run
        errors.append("{}: {}".format(name, str(fault) or type(fault).__name__))
        return None


def stat(parameters, errors):
    """Who and where this worker is; what cannot be known here is null."""
    new_id = str(uuid.uuid4())
    vm_id, inst_id = known(cgroup_ids) or (None, None)
    public_ip = None
    if parameters.get("public_ip_url") is not None:
        try:
            public_ip = public_address(parameters["public_ip_url"])
        except Exception as fault:
            errors.append("stat.public_ip_url: {}".format(fault))
    values = (known(lambda: instance_id(new_id)), new_id, vm_id, inst_id, known(vm_address), public_ip)
    return dict(zip(STAT_FIELDS, values + (known(own_address), known(uptime), known(cpu_model))))


def instance_id(new_id):
    """The id that the first invocation of this worker left in its temporary folder; else new_id, left there now."""
    path = os.path.join(tempfile.gettempdir(), "inst_id.txt")
    try:
        with open(path, "x") as file:
            file.write(new_id)
        return new_id
    except FileExistsError:
        with open(path) as file:
            return file.read().strip()


def cgroup_ids():
    """First and last part of a cgroup v1 path: the VM and the sandbox on AWS. cgroup v2 hides both: None."""
    with open("/proc/self/cgroup") as file:
        for line in file:
            _, controllers, path = line.strip().split(":", 2)
            parts = [part for part in path.split("/") if part]
            if controllers and not controllers.startswith("name=") and len(parts) >= 2:
                return parts[0], parts[-1]
    return None


def vm_address():
    return socket.gethostbyname(socket.gethostname())


def own_address():
    """The address from which packets would leave; connecting a datagram socket sends none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("8.8.8.8", 80))
        return probe.getsockname()[0]


def public_address(url):
    from urllib.request import urlopen  # costs 50 ms of cold start, and few ask for it

    if not str(url).startswith(("http://", "https://")):
        raise ValueError("must be an http or https URL")
    with urlopen(url, timeout=5) as answer:
        return answer.read(256).decode("ascii", "replace").strip()


def uptime():
    with open("/proc/uptime") as file:
        return ",".join(file.read().split())


def cpu_model():
    """`<count>,<model name>`; ARM names no model: None."""
    with open("/proc/cpuinfo") as file:
        lines = [line.split(":", 1) for line in file if ":" in line]
    models = [value.strip() for key, value in lines if key.strip() == "model name"]
    count = sum(1 for key, _ in lines if key.strip() == "processor")
    return "{},{}".format(count, models[0]) if models else None


def io(parameters, errors):
    """`rd` rounds of dd, each `cnt` writes of `size`, every one of them forced to the disk."""
    rounds, count = whole(parameters.get("rd", 1), "rd"), whole(parameters.get("cnt", 1), "cnt")
    size = str(parameters.get("size", "1kB"))
    if not re.fullmatch(r"[1-9][0-9]{0,11}(c|w|b|[kKMG]i?B?)?", size):
        raise ValueError("size must be a size that dd knows, e.g. 1kB or 1M, got " + json.dumps(size))
    path = os.path.join(tempfile.gettempdir(), "ioload.log")
    try:
        return [io_round(path, size, count) for _ in range(rounds)]
    finally:
        if os.path.exists(path):
            os.remove(path)


def io_round(path, size, count):
    output = ["of=" + path, "bs=" + size, "count={}".format(count), "conv=fdatasync", "oflag=dsync"]
    # Random bytes, so that nothing between here and the disk can shorten them.
    dd = execute(["dd", "if=/dev/urandom"] + output, None)
    said = re.search(r"^(\d+) bytes.* copied, ([0-9.e+-]+) s(?:econds)?,(.*)$", dd.stderr, re.MULTILINE)
    if dd.returncode != 0 or said is None:
        raise RuntimeError("dd: " + last_line(dd.stderr))
    seconds = float(said[2])
    # time and speed are strings as dd prints them, the blank before the speed included: clients parse them so.
    speed = int(said[1]) / seconds if seconds > 0 else None
    return {"time": said[2], "speed": said[3], "time_s": seconds, "bytes_per_s": speed}


def net(parameters, errors):
    """Throughput (bit/s) and round trips (microseconds) to an iperf3 server, as iperf3's sender saw them."""
    server, port = str(parameters.get("server_ip", "")), whole(parameters.get("port", 5201), "port")
    seconds = whole(parameters.get("seconds", 10), "seconds")
    if not re.fullmatch(r"[0-9A-Za-z:.][0-9A-Za-z:.-]*", server):
        raise ValueError("server_ip must be an address or a host name, got " + json.dumps(server))
    program = os.environ.get("IPERF3_PATH") or shutil.which("iperf3")
    if program is None:
        raise RuntimeError("iperf3 was not found: put it on PATH, or its path into IPERF3_PATH")
    iperf3 = execute([program, "-c", server, "-p", str(port), "-t", str(seconds), "-J"], seconds + 20)
    try:
        said = json.loads(iperf3.stdout)
    except ValueError:
        raise RuntimeError("iperf3: " + last_line(iperf3.stderr)) from None
    if "error" in said:
        raise RuntimeError("iperf3: " + said["error"])
    sender = said["end"]["streams"][0]["sender"]
    places = (("bps", "bits_per_second"), ("meanr", "mean_rtt"), ("minr", "min_rtt"), ("maxr", "max_rtt"))
    return {name: str(sender[key]) if key in sender else None for name, key in places}


def cpu(parameters, errors):
    """Milliseconds that n! takes."""
    n = whole(parameters.get("n"), "n")
    began = time.perf_counter()
    product = 1
    for factor in range(1, n + 1):
        product *= factor
    return (time.perf_counter() - began) * 1000


def cpuu(parameters, errors):
    """The distinct times among n readings of the clock: gaps between them are times without the CPU."""
    return sorted({epoch_ms() for _ in range(whole(parameters.get("n"), "n"))})


COMMANDS = {"stat": stat, "io": io, "net": net, "cpu": cpu, "cpuu": cpuu}


def text_of(name, result):
    """A result in the text form; only stat has several fields."""
    if result is None:
        return "None"
    if name == "stat":
        return "#".join(str(result[field]) for field in STAT_FIELDS)
    if name == "io":
        return ";".join("{time},{speed}".format(**dd) for dd in result)
    if name == "net":
        return "{bps},{meanr},{minr},{maxr}".format(**result)
    return ";".join(map(decimal, result)) if name == "cpuu" else decimal(result)


def decimal(value):
    """A number with all its digits and without an exponent."""
    text = repr(value)
    return text if "e" not in text else "{:.20f}".format(value).rstrip("0")


def execute(command, timeout_s):
    """Runs a program without a shell, its numbers and messages in the C locale."""
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=timeout_s, encoding="utf-8", errors="replace",
        )  # fmt: skip
    except FileNotFoundError:
        raise RuntimeError("{} was not found".format(command[0])) from None


def known(ask):
    """What `ask` answers, or None where this system does not tell."""
    try:
        return ask()
    except (OSError, ValueError):
        return None


def number(value, name):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise ValueError("{} must be a number of milliseconds, 0 or more, got {}".format(name, json.dumps(value)))
    return value


def whole(value, name):
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("{} must be a whole number, 0 or more, got {}".format(name, json.dumps(value)))
    return value


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"


def epoch_ms():
    return time.time() * 1000
