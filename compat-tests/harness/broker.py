"""A real Apache Kafka broker, one node, of our own: jars from Maven once, a fresh data folder at each start."""

import shutil
import subprocess

import machine
import ports

_START_SECONDS = 90


class Broker:
    """A running broker; `address` is what clients call bootstrap.servers."""

    def __init__(self, run):
        self._run = run
        self._log = run.logs / "broker.log"
        self._data = run.work / "broker-data"
        self.port = ports.free()
        self.address = f"{ports.HOST}:{self.port}"
        self._child = None

    def start(self):
        java = machine.java()
        jars = self._run.jars("broker", self._run.tests / "broker" / "pom.xml")
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(parents=True)
        settings = (self._run.tests / "broker" / "server.properties").read_text()
        for name, value in (("broker", self.port), ("controller", ports.free()), ("data", self._data / "log")):
            settings = settings.replace(f"@{name}@", str(value))
        properties = self._data / "server.properties"
        properties.write_text(settings)
        tool = [java, "-cp", f"{jars}/*", "kafka.tools.StorageTool"]
        cluster = subprocess.run([*tool, "random-uuid"], capture_output=True, text=True, check=True).stdout.split()[-1]
        if self._run.processes.run([*tool, "format", "-t", cluster, "-c", properties], self._log, timeout=120) != 0:
            raise RuntimeError(f"the broker's data folder could not be formatted, see {self._log}")
        argv = [java, "-Xmx256m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{jars}/*",
                "kafka.Kafka", properties]
        self._child = self._run.processes.start(argv, self._log)
        ports.wait(self.port, self._child, _START_SECONDS, "the broker")

    def stop(self):
        if self._child:
            self._run.processes.stop(self._child, patience=10)
        shutil.rmtree(self._data, ignore_errors=True)
