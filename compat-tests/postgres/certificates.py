"""Certificates of our own, made by openssl."""

import subprocess

import machine


class Authority:
    """A certificate authority. `certificate` is the file that those name who trust it."""

    def __init__(self, world, name):
        self._folder = world.root
        self._world = world
        self._name = name
        self._openssl = machine.program("openssl", "openssl")
        self.certificate, self._key = self._paths(name)
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                  f"/CN={name}", "-keyout", self._key, "-out", self.certificate, "-addext", "basicConstraints=critical,CA:TRUE")

    def issue(self, name, names=""):
        """Certificate and key for a name, and for host names such as `DNS:localhost`."""
        certificate, key = self._paths(f"{self._name}-{name}")
        request, extensions = self._folder / "request.pem", self._folder / "extensions"
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout",
                  key, "-out", request)
        extensions.write_text(f"subjectAltName={names}\n" if names else "basicConstraints=CA:FALSE\n")
        self._run("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial", "-days", "2",
                  "-extfile", extensions, "-out", certificate)
        key.chmod(0o600)
        self._world.give(key)
        return certificate, key

    def _paths(self, name):
        return self._folder / f"{name}.pem", self._folder / f"{name}.key"

    def _run(self, *arguments):
        argv = [self._openssl, *map(str, arguments)]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")
