"""Hosts one function in one Python process: the twin of node.cjs, whose comment tells the environment it reads."""
import json
import os
import sys
import time

# The C module that `socket` wraps: importing the wrapper would double what this file costs a cold start.
import _socket

API = os.environ.pop("AWS_LAMBDA_RUNTIME_API")
ENTRY = os.environ.pop("FAASLAB_ENTRY")
PREWARMED = os.environ.pop("FAASLAB_PREWARMED", None)
CODE = os.environ.pop("FAASLAB_CODE", None)
LOG_END = os.environ.pop("FAASLAB_LOG_END").encode()
SPAWN_DELAY_MS = os.environ.pop("FAASLAB_SPAWN_DELAY_MS", None)
INIT_DELAY_MS = os.environ.pop("FAASLAB_INIT_DELAY_MS", None)
HANDLER = os.environ.get("_HANDLER")
BASE = "/2018-06-01/runtime"

aws = None
if ENTRY == "handler":
    # Its bytecode is not kept: the package may be installed for many users, or be read-only.
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    import python3_lambda as aws

    sys.dont_write_bytecode = kept

api = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
received = b""


def become(variables):
    """Learns which function it hosts, as if it had been started for it."""
    global CODE, HANDLER, INIT_DELAY_MS
    os.environ.update(variables)
    CODE = os.environ.pop("FAASLAB_CODE")
    INIT_DELAY_MS = os.environ.pop("FAASLAB_INIT_DELAY_MS", None)
    HANDLER = os.environ["_HANDLER"]
    for name in [name for name in os.environ if name.startswith("FAASLAB_")]:
        del os.environ[name]


def send(method, path, body=b"", header=""):
    # When this is: the platform's clock is the same, and need not guess how long the news took.
    head = "{} {} HTTP/1.1\r\nHost: runtime\r\nFaaslab-Ns: {}\r\n{}Content-Length: {}\r\n\r\n".format(
        method, path, time.monotonic_ns(), header, len(body)
    )
    try:
        api.sendall(head.encode() + body)
    except OSError:
        leave()


def receive():
    """The next answer: its headers (names in lower case) and body."""
    global received
    while b"\r\n\r\n" not in received:
        received += more()
    head, received = received.split(b"\r\n\r\n", 1)
    headers = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", 0))
    parts, got = [received], len(received)
    while got < length:
        parts.append(more())
        got += len(parts[-1])
    whole = b"".join(parts)
    received = whole[length:]
    return headers, whole[:length]


def more():
    try:
        chunk = api.recv(65536)
    except OSError:
        chunk = b""
    if not chunk:
        leave()
    return chunk


def leave():
    """The platform is gone, however that came: nobody is left to work for."""
    os._exit(0)


def wait(ms):
    """Waits on purpose, never shorter than asked; returns how long it was, ns."""
    began = time.monotonic_ns()
    due = began + float(ms) * 1e6
    while time.monotonic_ns() < due:
        time.sleep(max(0, due - time.monotonic_ns()) / 1e9)
    return time.monotonic_ns() - began


def tell_waited(phase, ns, activation=""):
    """The platform does not answer this."""
    send("POST", "/faaslab/waited/{}/{}{}".format(phase, ns, activation))


def load():
    folder = CODE if os.path.isdir(CODE) else os.path.dirname(CODE)
    sys.path.insert(0, folder)
    if aws is not None:
        return aws.load(HANDLER)
    path = os.path.join(CODE, "__main__.py") if os.path.isdir(CODE) else CODE
    import types

    module = types.ModuleType("__main__")
    module.__file__ = path
    sys.modules["__main__"] = module
    with open(path, "rb") as source:
        exec(compile(source.read(), path, "exec"), module.__dict__)
    if not callable(getattr(module, HANDLER, None)):
        raise NameError("name '{}' is not defined".format(HANDLER))
    return getattr(module, HANDLER)


def failure(error, message=None):
    import traceback

    return {
        "errorMessage": str(error) if message is None else message,
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def call_main(main, event):
    """OpenWhisk: an exception is an application error with its traceback in the log; nothing returned is {}."""
    try:
        result = main(event)
    except Exception as error:
        import traceback

        traceback.print_exc()
        return {"error": str(error)}
    if result is None:
        return {}
    if not isinstance(result, (dict, list, tuple)):
        raise TypeError("The action did not return a dictionary or array.")
    return result


def call(entry, body, headers):
    os.environ["__OW_ACTIVATION_ID"] = headers["lambda-runtime-aws-request-id"]
    os.environ["__OW_DEADLINE"] = headers["lambda-runtime-deadline-ms"]
    try:
        result = call_main(entry, json.loads(body))
        return "response", json.dumps(result, separators=(",", ":"), allow_nan=False)
    except Exception as error:
        return "error", json.dumps(failure(error))


def flush():
    """What was written comes before the answer, as in OpenWhisk: who is ended after it has lost nothing."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            # the function closed it, or put something of its own in its place
            pass


def serve(entry):
    headers, body = receive()
    activation = headers["lambda-runtime-aws-request-id"]
    if "faaslab-delay-ms" in headers:
        tell_waited("run", wait(headers["faaslab-delay-ms"]), "/" + activation)
    path, answer = aws.invoke(entry, body, headers) if aws is not None else call(entry, body, headers)
    flush()
    # It asks for the next work in the same breath: that is the answer to both.
    send("POST", BASE + "/invocation/{}/{}".format(activation, path), answer.encode(), "Faaslab-Next: 1\r\n")
    # After the answer, so that the caller does not wait for it. The platform hands over nothing before it has read the marks,
    # so that no line changes its owner.
    # What its threads wrote meanwhile comes before the marks.
    flush()
    for descriptor in (1, 2):
        try:
            os.write(descriptor, LOG_END)
        except OSError:
            pass


spawn_waited_ns = None if SPAWN_DELAY_MS is None else wait(SPAWN_DELAY_MS)
os.write(3, "{}\n".format(time.monotonic_ns()).encode())
os.close(3)
try:
    api.connect(API)
except OSError:
    leave()
if spawn_waited_ns is not None:
    tell_waited("spawn", spawn_waited_ns)
if PREWARMED is not None:
    send("GET", "/faaslab/function")
    become(json.loads(receive()[1]))
if INIT_DELAY_MS is not None:
    tell_waited("init", wait(INIT_DELAY_MS))
if aws is not None:
    aws.prepare()
try:
    loaded = load()
except BaseException as error:
    if aws is not None:
        if not isinstance(error, Exception):
            raise
        told = aws.init_failure(error).encode()
        flush()
        send("POST", BASE + "/init/error", told)
        receive()
        leave()
    import traceback

    report = dict(failure(error), errorMessage="".join(traceback.format_exception_only(type(error), error)).strip())
    flush()
    send("POST", BASE + "/init/error", json.dumps(report).encode())
    receive()
    leave()
send("GET", BASE + "/invocation/next")
while True:
    serve(loaded)
