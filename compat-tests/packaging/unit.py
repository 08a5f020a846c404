"""The unit file, as systemd's own tools judge it."""

import re
import subprocess

# What is left: it has the network, in any address family of IP, and what every unit with a user has.
EXPOSURE = 1.2


def run(report, packaging, folder):
    unit = packaging / "systemd" / "registry-server.service"
    # The program and the manual page that it names are not installed here: those of a copy are programs that are.
    copy = folder / unit.name
    copy.write_text(unit.read_text().replace("/usr/bin/registry-server ", "/bin/true ").replace("man:registry-server(1)", "man:true(1)"))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False, timeout=60)
    report("systemd takes the unit without a word", (done.stdout + done.stderr).strip() or None)
    copy.write_text(unit.read_text() + "\nNoSuchSetting=1\n[Service]\nNoSuchSetting=1\n")
    told = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False, timeout=60).stderr
    report("and would find a mistake in it", None if "NoSuchSetting" in told else told)
    text = subprocess.run(["systemd-analyze", "security", "--offline=true", unit], capture_output=True, text=True, check=False, timeout=60)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", text.stdout)
    exposure = float(level.group(1)) if level else 10.0
    print(f"   exposure as systemd counts it: {exposure}, of at most {EXPOSURE}")
    report("exposure", None if exposure <= EXPOSURE else f"{exposure}\n{text.stdout}{text.stderr}")
