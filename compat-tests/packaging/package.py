"""The Debian package: made, installed on a booted machine, upgraded, removed and purged; and what the unit allows the server there."""

import json
import os
import re
import resource
import shlex
import shutil
import subprocess

from dockerfile import Dockerfile
from guest import Guest
from guide import Guide, as_root
from problem import unless
from rooms import Broken, until

# What one finds of an installed server beside its documents.
FILES = """
/etc/registry-server/registry.properties /lib/systemd/system/registry-server.service /usr/bin/registry-server
/usr/share/bash-completion/completions/registry-server /usr/share/fish/vendor_completions.d/registry-server.fish
/usr/share/man/man1/registry-server.1.gz /usr/share/man/man1/registry-server-import.1.gz
/usr/share/zsh/vendor-completions/_registry-server /usr/share/doc/registry-server/copyright
/usr/share/doc/registry-server/monitoring/alerts.yml
""".split()
STATE, SETTINGS = "/var/lib/registry-server", "/etc/registry-server/registry.properties"


def run(report, binary, root, folder, cargo_deb, workspace, rooms):
    source, guide = folder / "source", Guide((root / "registry-server" / "docs" / "deploy.md").read_text())
    (build, pack, install), *uses, (purge,) = guide.blocks(1)
    report("the guide packs what the container holds", None if build in Dockerfile(
        (root / "registry-server/packaging/container/Dockerfile").read_text()).commands() else build)
    made = _made(report, binary, root, source, pack, cargo_deb, workspace)
    if not rooms:
        return
    before = _older(made, source / "older.deb")
    with Guest(source, folder / "guest.log") as guest:
        guest.boot()
        installed = as_root(install)
        _install(report, guest, f"apt-get install -y ./{before.relative_to(source)}")
        _confined(report, guest)
        _upgrade(report, guest, installed)
        _supervised(report, guest)
        for line in [line for block in [*uses, *guide.blocks(5)] for line in block]:
            report(f"the guide: {line}", _failed(guest.shell(as_root(line))))
            if "systemctl" in line and "stop" not in line:
                _ready(guest)
        _remove(report, guest, installed, as_root(purge))
        _by_hand(report, guest, guide)


def _made(report, binary, root, source, command, cargo_deb, workspace):
    """The package, made by the script for it in a copy of the sources that it needs."""
    crate = source / "registry-server"
    crate.mkdir(parents=True)
    for name in ("packaging", "docs", "monitoring", "README.md", "LICENSE"):
        whole, copy = root / "registry-server" / name, crate / name
        shutil.copytree(whole, copy) if whole.is_dir() else shutil.copy(whole, copy)
    release = source / "target" / "release"
    release.mkdir(parents=True)
    shutil.copy(binary, release / "registry-server")
    manifest = (root / "registry-server" / "Cargo.toml").read_text()
    if workspace:
        _whole_workspace(root, source)
    else:
        (crate / "Cargo.toml").write_text(_alone(manifest))
        (crate / "src").mkdir()
        (crate / "src" / "main.rs").write_text("fn main() {}\n")
    argv = [*shlex.split(command), "--fast", "--compress-type", "gz"]
    environment = dict(os.environ, PATH=f"{cargo_deb.resolve().parent}:{os.environ['PATH']}")
    done = subprocess.run(argv, cwd=source, env=environment, capture_output=True, text=True, timeout=300, check=False)
    report("the package is made", None if done.returncode == 0 else done.stderr)
    (made,) = (source / "target" / "debian").glob("registry-server_*.deb")
    print(f"   Debian package, packed in haste: {made.stat().st_size / 1e6:.1f} MB")
    report("nothing is left beside it", None if not (crate / "packaging" / "debian" / "made").exists() else "the folder made")
    return made


def _alone(manifest):
    """A manifest with the same definition of the package, which cargo-deb reads whatever its age."""
    definition = re.search(r"^\[package\.metadata\.deb\]\n.*?(?=^\[)", manifest, re.M | re.S).group()
    description = re.search(r'^description = .*$', manifest, re.M).group()
    return (f'[package]\nname = "registry-server"\nversion = "1.0.0"\nedition = "2021"\nlicense = "Apache-2.0"\n{description}\n\n'
            f"{definition}[workspace]\n")


def _whole_workspace(root, source):
    """The manifests of the workspace as they are, over the folders of their crates."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if name.endswith((".rs", "Cargo.toml", "Cargo.lock")) and (root / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, source / name)


def _older(made, target):
    """The same package as of an earlier version."""
    folder = target.parent / "older"
    subprocess.run(["dpkg-deb", "-R", made, folder], check=True, timeout=60)
    control = folder / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*$", "Version: 0.0.1-1", control.read_text()))
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "-b", folder, target], check=True, timeout=60, capture_output=True)
    shutil.rmtree(folder)
    return target


def _ready(guest):
    until("the service is ready", lambda: guest.get("/health/ready")[0] == 200, lambda: guest.shell("journalctl -u registry-server")[1])


def _install(report, guest, command):
    code, text = guest.shell(command)
    if code != 0:
        raise Broken(f"the package is not installed: {text}")
    missing = [name for name in FILES if not guest.path(name).exists()]
    report("its files are in their places", ", ".join(missing) or None)
    _ready(guest)
    report("the service runs and will at the next boot", unless((guest.unit("ActiveState"), guest.unit("UnitFileState")), ("active", "enabled")))
    status, body = guest.get("/subjects/orders-value/versions", json.dumps({"schema": '"string"'}))
    report("it registers", None if (status, json.loads(body)["id"]) == (200, 1) else body)
    owned = guest.shell(f"stat -c '%U:%G %a' {STATE} {STATE}/registry.db {SETTINGS}")[1]
    report("state and settings belong to it alone",
           unless(owned, "registry-server:registry-server 750\nregistry-server:registry-server 600\nroot:registry-server 640\n"))
    report("the manual page is found", unless(guest.shell("man -w registry-server registry-server-import")[0], 0))
    for shell, completion in (("bash", "bash-completion/completions/registry-server"), ("sh", "man/man1/registry-server.1.gz")):
        text = guest.shell(f"zcat -f /usr/share/{completion} | head -c 100000 | grep -c registry")[1]
        report(f"/usr/share/{completion} is whole", None if int(text) > 5 else text)
    report("the script for bash is one", unless(guest.shell("bash -n /usr/share/bash-completion/completions/registry-server"), (0, "")))


def _confined(report, guest):
    """The unit's hardening, as the kernel has it."""
    status = guest.shell("cat /proc/$(systemctl show registry-server --value -p MainPID)/status")[1]
    for line in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t0000000000000000", "CapEff:\t0000000000000000"):
        report(f"the process has {line!r}", None if line in status else status)
    # Where root itself may not raise the number, it is what there is.
    raised = subprocess.run(["prlimit", "--nofile=65536:65536", "true"], capture_output=True, check=False, timeout=60).returncode == 0
    allowed = str(65_536 if raised else resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    limits = guest.shell("grep 'open files' /proc/$(systemctl show registry-server --value -p MainPID)/limits")[1].split()
    report("files that it may have open", unless(limits[3:5], [allowed, allowed]))
    # As the service sees the machine.
    inside = "nsenter -t $(systemctl show registry-server --value -p MainPID) -m"
    for path, may in (("/usr/bin/x", False), ("/etc/x", False), (f"{STATE}/x", True), ("/tmp/x", True)):
        code, text = guest.shell(f"{inside} touch {path}")
        report(f"it {'may' if may else 'may not'} write {path}", None if (code == 0) == may else f"{code}: {text}")
    guest.shell(f"rm {STATE}/x")
    told = guest.shell("journalctl -u registry-server -p warning --output cat")[1]
    report("nothing that it needs is denied", None if "ermission" not in told and "permitted" not in told else told)


def _upgrade(report, guest, command):
    before = guest.unit("MainPID")
    guest.shell(f"echo log.level=debug >> {SETTINGS}")
    code, text = guest.shell(command)
    report("the package is upgraded", None if code == 0 else text)
    until("the service was restarted", lambda: guest.unit("MainPID") not in (before, "0"))
    _ready(guest)
    report("what was registered is still there", unless(guest.get("/subjects"), (200, '["orders-value"]')))
    report("changed settings are kept", None if "log.level=debug" in guest.path(SETTINGS).read_text() else "they are not")
    permissions = guest.shell(f"stat -c '%U:%G %a' {SETTINGS}")[1]
    report("and their rights", unless(permissions, "root:registry-server 640\n"))


def _supervised(report, guest):
    """Reload, the way down, and what systemd does about a server that is gone or hangs."""
    pid = guest.unit("MainPID")
    guest.shell(f"sed -i s/log.level=debug/log.level=info/ {SETTINGS}")
    report("a reload", unless(guest.shell("systemctl reload registry-server"), (0, "")))
    until("the log follows", lambda: 'filter="info"' in guest.shell("journalctl -u registry-server --output cat")[1])
    report("a reload leaves the process alone", unless(guest.unit("MainPID"), pid))
    guest.shell("kill -KILL $(systemctl show registry-server --value -p MainPID)")
    until("it is started again", lambda: guest.unit("MainPID") not in (pid, "0"))
    _ready(guest)
    report("a server that was killed is started again", unless(guest.unit("NRestarts"), "1"))
    # A short watchdog, so that the test need not wait for that of the unit.
    guest.shell("mkdir -p /run/systemd/system/registry-server.service.d && "
                "printf '[Service]\\nWatchdogSec=1\\n' > /run/systemd/system/registry-server.service.d/short.conf && "
                "systemctl daemon-reload && systemctl restart registry-server")
    _ready(guest)
    pid = guest.unit("MainPID")
    guest.shell(f"kill -STOP {pid}")
    until("a server that hangs is started again", lambda: guest.unit("MainPID") not in (pid, "0"),
          lambda: guest.shell("journalctl -u registry-server")[1])
    _ready(guest)
    told = guest.shell("journalctl -u registry-server --output cat")[1]
    report("a server that hangs is found by the watchdog", None if "watchdog" in told.lower() else told)
    guest.shell("rm -r /run/systemd/system/registry-server.service.d && systemctl daemon-reload && systemctl restart registry-server")
    _ready(guest)


def _remove(report, guest, command, purge):
    code, text = guest.shell("apt-get remove -y registry-server")
    report("the package is removed", None if code == 0 else text)
    report("nothing runs any more", unless(guest.get("/health/live")[0], 0))
    left = [name for name in ("/usr/bin/registry-server", f"{STATE}/registry.db", SETTINGS) if guest.path(name).exists()]
    report("state and settings stay", unless(left, [f"{STATE}/registry.db", SETTINGS]))
    guest.shell(command)
    _ready(guest)
    report("whoever installs it again finds what was registered", unless(guest.get("/subjects"), (200, '["orders-value"]')))
    code, text = guest.shell(purge)
    report("the package is purged", None if code == 0 else text)
    left = [name for name in (*FILES, STATE, "/etc/registry-server") if guest.path(name).exists()]
    report("nothing is left of it", ", ".join(left) or None)


def _by_hand(report, guest, guide):
    """The service without the package, and what the guide has it granted."""
    ((*lines,),), ((*granted,),) = guide.blocks(2), guide.blocks(2, "ini")
    # That of the package is still there.
    guest.shell("userdel registry-server")
    for line in lines:
        report(f"the guide: {line}", _failed(guest.shell(as_root(line))))
    _ready(guest)
    report("the server registers without the package",
           unless(guest.get("/subjects/orders-value/versions", json.dumps({"schema": '"string"'}))[0], 200))
    guest.path("/etc/systemd/system/registry-server.service.d").mkdir()
    guest.path("/etc/systemd/system/registry-server.service.d/override.conf").write_text("\n".join(granted) + "\n")
    restarted = guest.shell(f"sed -i s/:8081/:80/ {SETTINGS} && systemctl daemon-reload && systemctl restart registry-server")
    report("a port below 1024 is granted", _failed(restarted))
    report("and used", _failed(guest.shell("registry-server health --listeners http://127.0.0.1:80")))


def _failed(done):
    return None if done[0] == 0 else str(done)
