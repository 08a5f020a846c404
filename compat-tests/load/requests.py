"""The requests of the bench, as clients send them."""

import json

# Those of the Java client: its own, and what the Java runtime adds.
HEADERS = {
    "Host": "127.0.0.1",
    "User-Agent": "Java/17.0.12",
    "Accept": "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "Connection": "keep-alive",
    "Content-Type": "application/vnd.schemaregistry.v1+json",
    "Confluent-Accept-Unknown-Properties": "true",
}
SUBJECT = "orders-value"


def get(path, answer=None):
    """A read, whose answer must be this."""
    return {"method": "GET", "path": path, "headers": HEADERS, "body": None, "status": 200, "answer": answer}


def post(path, schema, answer=None):
    """A registration or a look-up of a schema."""
    body = json.dumps({"schema": schema, "schemaType": "AVRO"})
    return {"method": "POST", "path": path, "headers": HEADERS, "body": body, "status": 200, "answer": answer}


def order():
    """The schema that is read: a record of twenty fields, 1.2 kB of text."""
    fields = [{"name": f"field_{n}", "type": ["null", "string"], "default": None} if n % 3 else
              {"name": f"field_{n}", "type": "long"} for n in range(20)]
    return json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": fields})


def warm():
    """What is asked of a registry that has the schema: name and request."""
    return {
        "by_id": get(f"/schemas/ids/1?fetchMaxId=false&subject={SUBJECT}"),
        "latest": get(f"/subjects/{SUBJECT}/versions/latest"),
        "register": post(f"/subjects/{SUBJECT}/versions", order()),
        "look_up": post(f"/subjects/{SUBJECT}", order()),
    }


def new(where, subject):
    """A registration of a schema that nobody has sent before, each of which is compatible with every other one.

    `where` tells the runs apart; in `subject` the generator puts the number of the connection and of the request.
    """
    schema = {"type": "record", "name": "Reading", "namespace": where, "fields": [
        {"name": "sensor", "type": "string"},
        {"name": "taken_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "value", "type": "double", "default": 0},
        {"name": "connection", "type": "long", "default": "CONNECTION"},
        {"name": "number", "type": "long", "default": "NUMBER"},
    ]}
    text = json.dumps(schema).replace('"CONNECTION"', "{connection}").replace('"NUMBER"', "{n}")
    return post(f"/subjects/{subject}/versions", text)
