"""What the tests need of the machine, found or installed."""

import functools
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys

# How long a package manager may take, in seconds.
_INSTALLING = 900


class Missing(RuntimeError):
    """Something that could not be installed here, and what a person can do about it."""


@functools.lru_cache(maxsize=None)
def _package_lists():
    # A machine without network may still have what it needs; the install that follows says what is wrong.
    subprocess.run(["apt-get", "update", "-qq"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False,
                   timeout=_INSTALLING)


def apt(*packages):
    """Installs Debian packages."""
    names = " ".join(packages)
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"missing here: {names}; install them (on Debian: apt-get install {names}) and run again")
    print(f"   installing {names}", flush=True)
    _package_lists()
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=env,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=_INSTALLING)
    if done.returncode != 0:
        raise Missing(f"apt-get install {names} failed:\n{done.stdout[-2000:]}")


def program(name, *packages):
    """The path of a program, installed from `packages` when it is not there."""
    if not shutil.which(name):
        apt(*packages)
    path = shutil.which(name)
    if not path:
        raise Missing(f"'{name}' is not on the PATH after installing {' '.join(packages)}")
    return path


def promtool(folder):
    """Prometheus' tool for rules and metrics: found, or taken out of Debian's package, whose service is not wanted here."""
    path = shutil.which("promtool") or folder / "promtool" / "usr" / "bin" / "promtool"
    if os.path.exists(path):
        return path
    if not shutil.which("apt-get"):
        raise Missing("missing here: promtool; install it (on Debian: apt-get install prometheus) and run again")
    print("   fetching promtool", flush=True)
    _package_lists()
    folder = folder / "promtool"
    folder.mkdir(parents=True, exist_ok=True)
    take_out = "apt-get download -qq prometheus && dpkg-deb --fsys-tarfile prometheus_*.deb | tar x ./usr/bin/promtool; " \
               "code=$?; rm -f prometheus_*.deb; exit $code"
    done = subprocess.run(["sh", "-c", take_out], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=_INSTALLING)
    if done.returncode != 0 or not path.exists():
        raise Missing(f"promtool could not be taken out of Debian's package prometheus:\n{done.stdout[-2000:]}")
    return path


@functools.lru_cache(maxsize=None)
def rust():
    """A Rust toolchain with rustfmt and clippy, and the C compiler and make that librdkafka and SQLite are built with."""
    for tool in ("cargo", "rustc"):
        if not shutil.which(tool):
            raise Missing(f"'{tool}' is missing: a Rust toolchain (rustup.rs) of the version in Cargo.toml or newer is needed")
    program("cc", "build-essential")
    program("c++", "build-essential")
    program("make", "build-essential")


def java():
    """The Java runtime, 17 or newer."""
    path = program("java", "openjdk-17-jre-headless")
    text = subprocess.run([path, "-version"], capture_output=True, text=True, check=True).stderr
    found = re.search(r'version "(\d+)', text)
    if not found or int(found.group(1)) < 17:
        raise Missing(f"Java 17 or newer is needed, found: {text.splitlines()[0] if text else 'none'}")
    return path


def javac():
    """The Java compiler."""
    java()
    return program("javac", "openjdk-17-jdk-headless")


def maven():
    java()
    return program("mvn", "maven")


def go(run):
    """The Go toolchain, 1.24 or newer, which Debian does not have yet, and the C compiler that the parts of a module in C are
    built with."""
    program("cc", "build-essential")
    path = shutil.which("go")
    if not path or _go_release(path) < 24:
        path = str(virtual_environment(run, "go-toolchain", run.tests / "clients" / "go" / "toolchain.txt") / "go")
        if _go_release(path) < 24:
            raise Missing(f"Go 1.24 or newer is needed, but {path} is not")
    return path


def _go_release(path):
    """The second number of the version of a Go toolchain."""
    text = subprocess.run([path, "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"go1\.(\d+)", text)
    return int(found.group(1)) if found else 0


def node():
    """npm, and with it Node."""
    program("node", "nodejs")
    return program("npm", "npm")


@functools.lru_cache(maxsize=None)
def postgres_binaries():
    """The folder with initdb and postgres, the newest version that is installed."""
    found = _postgres_folders()
    if not found:
        # Debian's package would start a server of its own on the standard port.
        settings = pathlib.Path("/etc/postgresql-common/createcluster.conf")
        if os.getuid() == 0 and not settings.exists():
            apt("postgresql-common")
            text = settings.read_text() if settings.exists() else ""
            settings.write_text(re.sub(r"(?m)^#?\s*create_main_cluster.*$", "", text) + "create_main_cluster = false\n")
        apt("postgresql")
        found = _postgres_folders()
    if not found:
        raise Missing("no initdb found after installing Postgres")
    return found[-1]


def _postgres_folders():
    folders = [pathlib.Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    folders.sort(key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    return folders or ([pathlib.Path(on_path).resolve().parent] if on_path else [])


def virtual_environment(run, name, requirements, *options):
    """The folder of programs of a Python environment with exactly the packages that the file `requirements` pins."""
    folder, stamp = run.work / name, run.work / name / "installed"
    wanted = requirements.read_text()
    if stamp.is_file() and stamp.read_text() == wanted:
        return folder / "bin"
    if subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode != 0:
        apt("python3-venv")
    shutil.rmtree(folder, ignore_errors=True)
    log = run.logs / f"{name}.log"
    for argv in ([sys.executable, "-m", "venv", folder],
                 [folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check", *options, "-r", requirements]):
        if run.processes.run(argv, log, env=run.env, timeout=900) != 0:
            raise Missing(f"the Python environment {name} could not be made, see {log}\n{log.read_text()[-2000:]}")
    stamp.write_text(wanted)
    return folder / "bin"


def tool(run, name):
    """A program for cargo, as installed or as a wheel: building one would take longer than what it is for."""
    found = shutil.which(name)
    if found:
        return found
    requirements = run.tests / "tools" / "requirements.txt"
    return virtual_environment(run, "tools", requirements, "--require-hashes", "--no-deps") / name


def node_modules(run, package):
    """The folder whose node_modules hold exactly what the file `package` names."""
    node()
    folder, stamp = run.work / "node-clients", run.work / "node-clients" / "installed"
    wanted = package.read_text()
    if stamp.is_file() and stamp.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copyfile(package, folder / "package.json")
    log = run.logs / "npm.log"
    # No scripts: some packages would fetch programs from elsewhere, and none of those is used here.
    argv = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    if run.processes.run(argv, log, cwd=folder, env=run.env, timeout=900) != 0:
        raise Missing(f"the Node packages could not be installed, see {log}\n{log.read_text()[-2000:]}")
    stamp.write_text(wanted)
    return folder
