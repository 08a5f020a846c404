#!/usr/bin/env python3
"""The Helm chart: linted and rendered by Helm's own engine, what comes of it held against the schemas of Kubernetes.

    compat-tests/packaging/chart.py, with the packages of requirements.txt
"""

import pathlib
import shlex
import sys

import helm_python as helm
import kubernetes_validate
import yaml

from dockerfile import Dockerfile
from guide import Guide

SERVER = pathlib.Path(__file__).resolve().parents[2] / "registry-server"
CHART = SERVER / "packaging" / "helm" / "registry-server"
# Oldest and newest release of Kubernetes that the chart is held against.
KUBERNETES = ("1.25", "1.37")
# Objects that Kubernetes itself does not know.
FOREIGN = ("ServiceMonitor",)
POSTGRES = {"replicas": 3, "database": {"urlSecret": {"name": "db"}}}
EVERYTHING = POSTGRES | {
    "database": {"urlSecret": {"name": "db", "key": "u"}, "passwordSecret": {"name": "db", "key": "p"}},
    "image": {"repository": "here/registry-server", "tag": "v", "pullPolicy": "Always", "pullSecrets": [{"name": "pull"}]},
    "settings": {"schema.compatibility.level": "full", "cache.size.mb": 12345678, "rule.sets.enable": False},
    "tls": {"secretName": "tls", "listener": True},
    "service": {"type": "LoadBalancer", "port": 80, "annotations": {"a": "b"}},
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "serviceAccountName": "registry", "podAnnotations": {"a": "b"}, "podLabels": {"team": "data"}, "nodeSelector": {"disk": "fast"},
    "tolerations": [{"operator": "Exists"}], "affinity": {"podAntiAffinity": {}},
    "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
    "extraEnv": [{"name": "A", "value": "b"}], "extraVolumes": [{"name": "keys", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "keys", "mountPath": "/keys"}],
}
REFUSED = (
    ("several pods over an SQLite file", {"replicas": 2}, "database.urlSecret.name"),
    ("a way down told twice", {"settings": {"shutdown.drain.ms": 5}}, "shutdown.drain.ms"),
    ("a misspelt value", {"replica": 2}, "replica"),
    ("no pod", {"replicas": 0}, "replicas"),
    ("a misspelt kind of service", {"service": {"type": "Loadbalancer"}}, "type"),
    ("a name that is no setting's", {"settings": {"Log Level": "info"}}, "Log Level"),
)


class Release:
    """What comes of values, by kind."""

    def __init__(self, values):
        with helm.Chart.load(CHART) as chart:
            self.files = chart.render(values, name="demo", namespace="prod")
        texts = [text for name, text in self.files.items() if name.endswith(".yaml")]
        self.objects = [found for text in texts for found in yaml.safe_load_all(text) if found]
        self.by_kind = {found["kind"]: found for found in self.objects}
        self.workload = self.by_kind.get("Deployment") or self.by_kind["StatefulSet"]
        self.pod = self.workload["spec"]["template"]["spec"]
        (self.container,) = self.pod["containers"]


def run(report):
    found = helm.lint(CHART)
    told = [message for message in found["messages"] if message["severity"] > 1] + found["errors"]
    report("lint", str(told) if told else None)
    for name, values, kinds in (("SQLite", {}, {"ConfigMap", "Service", "StatefulSet"}),
                                ("Postgres", POSTGRES, {"ConfigMap", "Deployment", "PodDisruptionBudget", "Service"}),
                                ("everything", EVERYTHING, {"ConfigMap", "Deployment", "PodDisruptionBudget", "Service", "ServiceMonitor"})):
        release = Release(values)
        report(f"{name}: objects", None if set(release.by_kind) == kinds else str(set(release.by_kind)))
        report(f"{name}: Kubernetes takes them", _invalid(release))
        report(f"{name}: security", _loose(release))
        report(f"{name}: volumes", _unmounted(release))
        report(f"{name}: the way down", _hurried(release, values))
        report(f"{name}: what selects the pods", _lost(release))
    wrong = Release({})
    wrong.container["port"] = []
    report("a member that Kubernetes does not know would be found", None if _invalid(wrong) else "it is not")
    _everything(report, Release(EVERYTHING))
    _image(report, Release({}))
    for name, values, told in REFUSED:
        report(f"refused: {name}", _accepted(values, told))
    _guide(report)


def _invalid(release):
    wrong = []
    for found in release.objects:
        for version in KUBERNETES if found["kind"] not in FOREIGN else ():
            try:
                kubernetes_validate.validate(found, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                wrong.append(f"{found['kind']} {version}: {error}")
    return "; ".join(wrong) or None


def _loose(release):
    """What the restricted profile of the security standards does not allow, and the root file system."""
    pod, container = release.pod["securityContext"], release.container["securityContext"]
    wanted = (pod["runAsNonRoot"] is True, pod["seccompProfile"] == {"type": "RuntimeDefault"}, container["allowPrivilegeEscalation"] is False,
              container["capabilities"] == {"drop": ["ALL"]}, container["readOnlyRootFilesystem"] is True,
              release.pod["automountServiceAccountToken"] is False, not release.pod.get("hostNetwork"))
    return None if all(wanted) else f"{wanted}: {pod} {container}"


def _unmounted(release):
    claims = release.workload["spec"].get("volumeClaimTemplates", [])
    there = {volume["name"] for volume in release.pod["volumes"]} | {claim["metadata"]["name"] for claim in claims}
    used = {mount["name"] for mount in release.container["volumeMounts"]}
    return None if there == used else f"there are {there}, mounted are {used}"


def _hurried(release, values):
    settings, grace = release.by_kind["ConfigMap"]["data"], release.pod["terminationGracePeriodSeconds"]
    needed = (int(settings["SCHEMA_REGISTRY_SHUTDOWN_DRAIN_MS"]) + int(settings["SCHEMA_REGISTRY_SHUTDOWN_GRACEFUL_MS"])) / 1000
    probe = release.container["readinessProbe"]
    noticed = probe["periodSeconds"] * probe["failureThreshold"]
    # Whoever routes has noticed before the drain is over.
    if grace < needed + 5 or noticed * 1000 > int(settings["SCHEMA_REGISTRY_SHUTDOWN_DRAIN_MS"]):
        return f"{grace} s for {needed} s, noticed after {noticed} s"
    longer = Release(values | {"shutdown": {"drainMs": 60_001, "gracefulMs": 30_000}}).pod["terminationGracePeriodSeconds"]
    return None if longer == 101 else f"{longer}, not 101"


def _lost(release):
    labels = release.workload["spec"]["template"]["metadata"]["labels"]
    selectors = [release.workload["spec"]["selector"]["matchLabels"], release.by_kind["Service"]["spec"]["selector"]]
    selectors += [found["spec"]["selector"]["matchLabels"] for kind, found in release.by_kind.items() if kind == "PodDisruptionBudget"]
    wrong = [selector for selector in selectors if not selector.items() <= labels.items() or len(selector) < 2]
    return str(wrong) if wrong else None


def _everything(report, release):
    settings = release.by_kind["ConfigMap"]["data"]
    for name, value in (("SCHEMA_COMPATIBILITY_LEVEL", "full"), ("CACHE_SIZE_MB", "12345678"), ("RULE_SETS_ENABLE", "false"),
                        ("DATABASE_PASSWORD_FILE", "/etc/registry-server/database/password")):
        report(f"setting {name}", None if settings.get(f"SCHEMA_REGISTRY_{name}") == value else str(settings))
    environment = {entry["name"]: entry.get("value") or entry["valueFrom"]["secretKeyRef"] for entry in release.container["env"]}
    report("environment", None if environment == {"SCHEMA_REGISTRY_DATABASE_URL": {"name": "db", "key": "u"}, "A": "b"} else str(environment))
    report("image", None if release.container["image"] == "here/registry-server:v" else release.container["image"])
    probes = [release.container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")]
    report("probes", None if [(probe["path"], probe["scheme"], probe["port"]) for probe in probes] ==
           [(f"/health/{question}", "HTTPS", "http") for question in ("startup", "live", "ready")] else str(probes))
    before = Release(EVERYTHING | {"settings": {}}).workload["spec"]["template"]["metadata"]["annotations"]["checksum/settings"]
    after = release.workload["spec"]["template"]["metadata"]["annotations"]["checksum/settings"]
    report("new settings start new pods", None if before != after else after)
    (endpoint,) = release.by_kind["ServiceMonitor"]["spec"]["endpoints"]
    (port,) = release.by_kind["Service"]["spec"]["ports"]
    report("metrics", None if (endpoint["path"], endpoint["scheme"]) == ("/metrics", "https") and endpoint["port"] == port["name"]
           and release.by_kind["Service"]["metadata"]["labels"].items() >=
           release.by_kind["ServiceMonitor"]["spec"]["selector"]["matchLabels"].items() else str(endpoint))


def _image(report, release):
    """What the chart says of the image is what the Dockerfile makes."""
    file = Dockerfile((SERVER / "packaging" / "container" / "Dockerfile").read_text())
    pod = release.pod["securityContext"]
    mounts = [mount["mountPath"] for mount in release.container["volumeMounts"]]
    (port,) = release.container["ports"]
    report("user of the image", None if [pod["runAsUser"], pod["runAsGroup"]] == file.user and pod["fsGroup"] == file.user[1] else str(pod))
    report("volume of the image", None if file.one("VOLUME") in mounts else str(mounts))
    report("port of the image", None if file.one("EXPOSE") == str(port["containerPort"]) else str(port))
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())
    manifest = (SERVER.parent / "Cargo.toml").read_text()
    report("versions of chart and server", None if f'\nversion = "{version["appVersion"]}"\n' in manifest else str(version))


def _accepted(values, told):
    try:
        with helm.Chart.load(CHART) as chart:
            chart.validate_schema(values)
        return f"accepted: {Release(values).objects}"
    except helm.HelmError as error:
        return None if told in str(error) else str(error)


def _guide(report):
    """Values of the guide, from its commands and its file."""
    guide = Guide((SERVER / "docs" / "deploy.md").read_text())
    ((*text,),) = guide.blocks(4, "yaml")
    commands = [shlex.split(line) for block in guide.blocks(4) for line in block if line.startswith("helm ")]
    report("the guide installs the chart twice", None if len(commands) == 2 else str(commands))
    for words in commands:
        report("the guide names the chart", None if str(CHART.relative_to(SERVER.parent)) in words else str(words))
        values = yaml.safe_load("\n".join(text)) if "-f" in words else {}
        for option, value in zip(words, words[1:]):
            values |= helm.parse_set_string(value) if option == "--set" else {}
        release = Release(values)
        wanted = values["image"]["repository"]
        report(f"the guide: {' '.join(words[:3])}", _invalid(release) or (None if release.container["image"].startswith(wanted) else wanted))


def main():
    counts = {True: 0, False: 0}

    def report(name, problem):
        counts[problem is None] += 1
        print(f"   ok   {name}" if problem is None else f"   FAIL {name}: {problem}", flush=True)

    run(report)
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
