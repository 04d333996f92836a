def main(params):
    """OpenWhisk's entry: what came in goes out."""
    return params


def handler(event, context):
    """Lambda's entry."""
    return event
