def main(params):
    """OpenWhisk's entry. `name`, absent = `stranger`."""
    return {"greeting": "Hello, {}!".format(params.get("name", "stranger"))}


def handler(event, context):
    """Lambda's entry."""
    return main(event or {})
