"""The list of expected parts, in the order in which they run. What is listed here and counts nothing is a failure."""

from part import Part

from . import (
    clients,
    conformance,
    debezium,
    features,
    fuzz,
    gates,
    growth,
    history,
    lints,
    openapi,
    outages,
    packages,
    pipeline,
    postgres,
    recorded,
    second_opinion,
    sqlite_file,
    tables,
    workspace,
)

PARTS = [
    Part("lints", "citations and links, formatting, clippy, licences and sources, documentation", lints.run),
    Part("workspace", "every Rust test, the store contract on both databases included", workspace.run),
    Part("features", "each feature of each crate alone, none and all; the safe codec; the declared Rust versions", features.run),
    Part("packages", "every crate as a package, and a project and both commands built from the packages", packages.run),
    Part("tables", "Avro case tables: compatibility, schemas, resolution, recorded pairs", tables.run),
    Part("second-opinion", "generated schemas through Avro's reference, Confluent's classes and two Python peers",
         second_opinion.run),
    Part("fuzz", "fuzz targets on made and damaged input", fuzz.run),
    Part("conformance", "scenarios over HTTP, on SQLite and Postgres, with and without rule sets", conformance.run),
    Part("recorded", "recorded answers of a live Confluent, on SQLite and Postgres", recorded.run),
    Part("openapi", "requests made up from the served OpenAPI document", openapi.run),
    Part("pipeline", "the rating pipeline on a real broker, and its topics in Python, both ways", pipeline.run),
    Part("debezium", "a real Debezium engine writes through our registry, generated types read it", debezium.run),
    Part("clients", "clients in other languages, method by method", clients.run),
    Part("history", "three nodes over a Postgres with a replica, under load and faults; what they answered is checked",
         history.run),
    Part("outages", "a node while its Postgres is stopped, silent, slow, full, read-only or failing over", outages.run),
    Part("sqlite", "SQLite under kill -9, a full disk, failed writes, locks; what is synced; copies of a file in use", sqlite_file.run),
    Part("postgres", "Postgres as in production: TLS, passwords, few connections, PgBouncer, failover, roles, waiting", postgres.run),
    Part("growth", "registries of a thousand versions and more: start, memory and every operation at each size", growth.run),
    Part("gates", "instructions per message of the codec against their limits", gates.run),
]
