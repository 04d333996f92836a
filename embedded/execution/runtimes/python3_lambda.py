"""Lambda's half of python3.py, loaded for its functions only: how AWS's runtime finds a handler, calls it, logs, and words
what goes wrong, so that handlers run here unmodified.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
https://github.com/aws/aws-lambda-python-runtime-interface-client
"""
import json
import os
import sys
import time

LOGS_JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
# From python3.12 on answers are UTF-8; before, every other letter was escaped.
_VERSION = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("python3.")[2]
ESCAPES = not (_VERSION.isdigit() and int(_VERSION) >= 12)

request_id = None


class Fault(Exception):
    """An error of the runtime's own."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.message = message
        self.trace = trace


def prepare():
    """Before any of the function's code runs."""
    os.chdir(os.environ["LAMBDA_TASK_ROOT"])
    # What a function printed before it was killed is in its log.
    sys.stdout.reconfigure(line_buffering=True)
    sys.meta_path.insert(0, _LoggingFinder())


def load(handler):
    import importlib

    module, dot, name = handler.rpartition(".")
    if not dot:
        why = "not enough values to unpack (expected 2, got 1)"
        raise Fault("MalformedHandlerName", "Bad handler '{}': {}".format(handler, why))
    if module.split(".")[0] in sys.builtin_module_names:
        raise Fault("BuiltInModuleConflict", "Cannot use built-in module {} as a handler module".format(module))
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise Fault("ImportModuleError", "Unable to import module '{}': {}".format(module, error))
    except SyntaxError as error:
        place = '  File "{}" Line {}\n    {}'.format(error.filename, error.lineno, error.text)
        raise Fault("UserCodeSyntaxError", "Syntax error in module '{}': {}".format(module, error), [place])
    if not hasattr(loaded, name):
        raise Fault("HandlerNotFound", "Handler '{}' missing on module '{}'".format(name, module))
    return getattr(loaded, name)


def invoke(handler, body, headers):
    """Calls the handler. Returns where its answer is posted, `response` or `error`, and the answer."""
    global request_id
    request_id = headers["lambda-runtime-aws-request-id"]
    trace_id = headers.get("lambda-runtime-trace-id")
    if trace_id is None:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    else:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    try:
        context = Context(headers)
        event = _unmarshal(body)
        return "response", _marshal(handler(event, context))
    except Exception as error:
        told = _told(error, request_id)
        _log_error(told)
        return "error", _json(told)


def init_failure(error):
    """What is posted when the handler could not be loaded."""
    told = _told(error, "")
    _log_error(told)
    return _json(told)


def _unmarshal(body):
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault("UnmarshalError", "Unable to unmarshal input: {}".format(error))


def _marshal(result):
    try:
        return _json(result)
    except Exception as error:
        raise Fault("MarshalError", "Unable to marshal response: {}".format(error))


def _json(value):
    return json.dumps(value, default=_plain, ensure_ascii=ESCAPES)


def _plain(value):
    decimal = sys.modules.get("decimal")
    if decimal is not None and isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError("Object of type {} is not JSON serializable".format(type(value).__name__))


def _told(error, of):
    if isinstance(error, Fault):
        kind, message, trace = error.kind, error.message, error.trace or []
    else:
        import traceback

        frames = traceback.extract_tb(error.__traceback__)
        while frames and frames[0].filename == __file__:
            frames.pop(0)
        kind, message, trace = type(error).__name__, str(error), traceback.format_list(frames)
    return {"errorMessage": message, "errorType": kind, "requestId": of, "stackTrace": trace}


def _log_error(told):
    if LOGS_JSON:
        sys.stdout.write(_json(dict({"timestamp": _now(), "level": "ERROR"}, **told)) + "\n")
        return
    lines = ["[ERROR] {}: {}".format(told["errorType"], told["errorMessage"]), "Traceback (most recent call last):"]
    for entry in told["stackTrace"]:
        for line in entry.splitlines():
            # Leading blanks would be cut off where the log is shown.
            text = line.lstrip(" ")
            lines.append("\u00a0" * (len(line) - len(text)) + text)
    # One message is one entry of the log.
    sys.stdout.write("\r".join(lines) + "\n")


def _now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Context:
    """What a handler gets beside its event."""

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        client = _parsed(headers.get("lambda-runtime-client-context"), "Client Context")
        self.client_context = None if client is None else ClientContext(client)
        self.identity = CognitoIdentity(_parsed(headers.get("lambda-runtime-cognito-identity"), "Cognito Identity"))
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        return "LambdaContext({})".format(
            ",".join("{}={}".format(key, value) for key, value in vars(self).items() if key != "_deadline_ms")
        )


class ClientContext:
    def __init__(self, told):
        self.custom = told.get("custom")
        self.env = told.get("env")
        self.client = None
        if "client" in told:
            self.client = Client(told["client"])


class Client:
    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")

    def __init__(self, told):
        for name in self.__slots__:
            setattr(self, name, told.get(name))


class CognitoIdentity:
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, told):
        told = told or {}
        self.cognito_identity_id = told.get("cognitoIdentityId")
        self.cognito_identity_pool_id = told.get("cognitoIdentityPoolId")


def _parsed(text, name):
    if not text:
        return None
    try:
        return json.loads(text)
    except Exception as error:
        raise Fault("LambdaContextUnmarshalError", "Unable to parse {} JSON: {}".format(name, error))


class _LoggingFinder:
    """Sets the module `logging` up as AWS does when the function imports it: most never do, and it takes milliseconds."""

    def find_spec(self, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        import importlib.util

        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_set_up(module):
            execute(module)
            _set_up(module)

        spec.loader.exec_module = execute_and_set_up
        return spec


def _set_up(logging):
    class Handler(logging.Handler):
        def emit(self, record):
            sys.stdout.write(self.format(record).rstrip("\n").replace("\n", "\r") + "\n")

    class Formatter(logging.Formatter):
        converter = time.gmtime

        def format(self, record):
            record.aws_request_id = request_id or ""
            return super().format(record) if not LOGS_JSON else self.as_json(record)

        def as_json(self, record):
            told = {
                "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
                "level": record.levelname,
                "message": record.getMessage(),
                "logger": record.name,
                "requestId": record.aws_request_id,
            }
            if record.exc_info:
                told["stackTrace"] = self.formatException(record.exc_info).splitlines()
                told["errorType"] = record.exc_info[0].__name__
                told["errorMessage"] = str(record.exc_info[1])
            return _json(told)

    handler = Handler()
    line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler.setFormatter(Formatter(line, "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger()
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL")
    if level in logging._nameToLevel:
        root.setLevel(level)
    root.addHandler(handler)
