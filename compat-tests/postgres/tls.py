"""Each `sslmode` against a server that demands TLS and one that has none, with right and wrong certificates."""

from certificates import Authority

_DEMANDED = "the server demands TLS: connect with sslmode=require or better"
_OFFERED = "switch TLS on there (ssl = on), or connect with sslmode=prefer"
_UNKNOWN = "name the file with the certificate of its authority in sslrootcert"
_NAME = "connect by a name that stands in the server's certificate"
_CLIENT = "name a client certificate in sslcert and its key in sslkey"

# The server's certificate is for the name localhost alone. Mode, authority, host; what a server says that demands TLS, and
# one that has none.
_MODES = [
    ("disable", None, "localhost", _DEMANDED, None),
    ("allow", None, "localhost", None, None),
    ("prefer", None, "localhost", None, None),
    ("prefer", None, "127.0.0.1", None, None),
    ("require", None, "localhost", None, _OFFERED),
    ("require", "right", "127.0.0.1", None, _OFFERED),
    ("require", "wrong", "localhost", _UNKNOWN, _OFFERED),
    ("verify-ca", None, "localhost", _UNKNOWN, _OFFERED),
    ("verify-ca", "right", "127.0.0.1", None, _OFFERED),
    ("verify-ca", "wrong", "localhost", _UNKNOWN, _OFFERED),
    ("verify-full", "right", "localhost", None, _OFFERED),
    ("verify-full", "right", "127.0.0.1", _NAME, _OFFERED),
    ("verify-full", "wrong", "localhost", _UNKNOWN, _OFFERED),
    ("verify-full", "system", "localhost", _UNKNOWN, _OFFERED),
]
_CONNECTIONS = ("SELECT count(*) || ' of ' || count(*) FILTER (WHERE ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                "WHERE application_name = 'schema-registry'")


def play(world):
    right, wrong = Authority(world, "right"), Authority(world, "wrong")
    certificate, key = right.issue("server", "DNS:localhost")
    authorities = {"right": right.certificate, "wrong": wrong.certificate, "system": "system"}
    demanding = world.server(
        "demanding",
        rules=["hostssl all certified 127.0.0.1/32 cert", "host all either 127.0.0.1/32 scram-sha-256",
               "hostssl all all 127.0.0.1/32 scram-sha-256"],
        settings={"ssl": "on", "ssl_cert_file": certificate, "ssl_key_file": key, "ssl_ca_file": right.certificate})
    clear = world.server("clear")
    for mode, authority, host, demanded, offered in _MODES:
        query = f"sslmode={mode}" + (f"&sslrootcert={authorities[authority]}" if authority else "")
        what = f"sslmode={mode}, {authority or 'no'} authority, by {host}"
        world.opens(f"{what}, TLS demanded", demanding.url(query, host=host), demanded)
        world.opens(f"{what}, no TLS", clear.url(query, host=host), offered)
    world.opens("no sslmode, TLS demanded", demanding.url())
    world.opens("PGSSLMODE counts", demanding.url(), _DEMANDED, env={"PGSSLMODE": "disable"})
    _clients(world, demanding, right, wrong)
    _whole_node(world, demanding)


def _clients(world, demanding, right, wrong):
    demanding.sql("CREATE ROLE certified LOGIN SUPERUSER")
    named = lambda pair: demanding.url(f"sslmode=require&sslcert={pair[0]}&sslkey={pair[1]}", user="certified", password="")
    world.opens("a client certificate", named(right.issue("certified")))
    world.opens("a client certificate of another name", named(right.issue("someone")), "certificate authentication failed")
    world.opens("a client certificate of another authority", named(wrong.issue("certified")),
                "the server does not know the authority of the certificate in sslcert")
    world.opens("no client certificate", demanding.url("sslmode=require", user="certified", password=""), _CLIENT)


def _whole_node(world, demanding):
    """Where both ways are open, every connection of a node takes TLS: those of the pool, and those that follow other nodes."""
    demanding.sql("CREATE ROLE either LOGIN SUPERUSER PASSWORD 'p'")
    node = world.node(demanding.url(user="either", password="p"))
    status, answer = node.register("s", 1)
    world.check("a registration over TLS", None if status == 200 else answer)
    node.until(lambda: int(demanding.sql(_CONNECTIONS).split()[0]) >= 3, 20, "the node has connections of all kinds")
    counts = demanding.sql(_CONNECTIONS)
    total, _, encrypted = counts.partition(" of ")
    world.check("prefer takes TLS where it is offered", None if int(total) >= 3 and total == encrypted else counts)
    node.stop()
