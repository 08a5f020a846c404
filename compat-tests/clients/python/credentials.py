"""credentials.py URL NAME PASSWORD TOKEN: each source of credentials of confluent-kafka's registry client, right and wrong."""

import sys

from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError


def bearer(token):
    return {"bearer.auth.credentials.source": "STATIC_TOKEN", "bearer.auth.token": token,
            "bearer.auth.logical.cluster": "lsrc-1", "bearer.auth.identity.pool.id": "pool-1"}


def asked(url, settings):
    """What a client with these settings is told: 200; else the status, where the code of the error is the same; else the error."""
    try:
        SchemaRegistryClient({"url": url, "max.retries": 0, **settings}).get_subjects()
    except SchemaRegistryError as error:
        return error.http_status_code if error.http_status_code == error.error_code else repr(error)
    return 200


def main(url, name, password, token):
    host = url.removeprefix("http://")
    cases = [
        ("USER_INFO", url, {"basic.auth.user.info": f"{name}:{password}"}, 200),
        ("URL", f"http://{name}:{password}@{host}", {}, 200),
        ("STATIC_TOKEN", url, bearer(token), 200),
        ("a wrong password", url, {"basic.auth.user.info": f"{name}:wrong"}, 401),
        ("a wrong token", url, bearer("srt_wrong"), 401),
        ("nothing", url, {}, 401),
    ]
    failed = 0
    for what, address, settings, wanted in cases:
        told = asked(address, settings)
        if told != wanted:
            failed += 1
            print(f"FAIL {what}: {wanted} wanted, got {told}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
