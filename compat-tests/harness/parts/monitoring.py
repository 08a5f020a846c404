"""The files for Prometheus: alert rules and their tests, and metrics of a running server, by promtool."""

import urllib.request

import machine
from registry import Registry

_ACCEPT = {"prometheus": "text/plain;version=0.0.4", "openmetrics": "application/openmetrics-text;version=1.0.0"}


def run(tally):
    run, promtool = tally.run, machine.promtool(tally.run.work)
    files = run.root / "registry-server" / "monitoring"
    tally.command("rules", [promtool, "check", "rules", files / "alerts.yml"])
    tally.command("alerts", [promtool, "test", "rules", "alerts_test.yml"], cwd=files)
    for kind in run.databases.KINDS:
        with Registry(run, run.databases.fresh(kind), log=f"monitoring-{kind}") as registry:
            _use(registry.url)
            for name, accept in _ACCEPT.items():
                scrape = tally.log(f"{kind}-{name}-scrape")
                request = urllib.request.Request(registry.url + "/metrics", headers={"Accept": accept})
                with urllib.request.urlopen(request, timeout=30) as answer:
                    scrape.write_bytes(answer.read())
            _check(tally, promtool, kind, tally.log(f"{kind}-prometheus-scrape"))
            # promtool reads the other text alone.
            end = tally.log(f"{kind}-openmetrics-scrape").read_text()[-200:]
            tally.check(f"{kind}-openmetrics", None if end.endswith("\n# EOF\n") else f"it ends with {end!r}")


def _check(tally, promtool, kind, scrape):
    """All is readable; what names we chose ourselves are good ones too. Those of the original's exporters end in `_count`."""
    own = tally.log(f"{kind}-own-scrape")
    lines = scrape.read_text().splitlines(keepends=True)
    own.write_text("".join(line for line in lines if "kafka_schema_registry_" not in line))
    tally.command(f"{kind}-own-names", ["sh", "-c", '"$0" check metrics < "$1"', promtool, own])
    readable = '"$0" check metrics < "$1"; code=$?; [ $code = 0 ] || [ $code = 3 ]'
    tally.command(f"{kind}-readable", ["sh", "-c", readable, promtool, scrape])


def _use(url):
    """Some requests, so that there is something to tell."""
    body = b'{"schema": "\\"string\\""}'
    headers = {"Content-Type": "application/json"}
    for request in (urllib.request.Request(url + "/subjects/s/versions", data=body, headers=headers), url + "/schemas/ids/1"):
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
