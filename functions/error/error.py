import json


def main(params):
    """OpenWhisk's entry: fails as it is asked to; `how` = return (default) gives {"error"}, throw raises."""
    how = params.get("how", "return")
    if how == "throw":
        raise RuntimeError(message_of(params))
    if how != "return":
        got = json.dumps(how, ensure_ascii=False, separators=(",", ":"))
        return {"error": 'how must be "return" or "throw", got {}'.format(got)}
    return {"error": message_of(params)}


def handler(event, context):
    """Lambda's entry: a function of Lambda fails by raising only."""
    raise RuntimeError(main(event or {})["error"])


def message_of(params):
    message = params.get("message")
    return message if isinstance(message, str) and message else "asked for"
