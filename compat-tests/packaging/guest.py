"""A machine with systemd, booted in a room over a copy of this machine's files that is gone with it."""

import pathlib

from rooms import Room, until

# Argument: a folder that the guest sees as /source.
_BOOT = """
mount --make-rprivate /
below=$(mktemp -d)
mount -t tmpfs tmpfs "$below"
mkdir "$below/changes" "$below/work" "$below/root"
mount -t overlay overlay -o lowerdir=/,upperdir="$below/changes",workdir="$below/work" "$below/root"
cd "$below/root"
mkdir -p source
mount --bind "$1" source
mount -t proc proc proc
# The kernel is this machine's: nothing of it may be set.
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
for folder in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs $folder; done
chmod 1777 tmp
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty dev/
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ip link set lo up
# What this machine does beside is not done once more.
: > etc/fstab
# Images of containers leave documents out of what they install.
rm -f etc/dpkg/dpkg.cfg.d/*
# The index of all manual pages would be made anew with each installation.
rm -f var/lib/man-db/auto-update
rm -rf etc/systemd/system/*.wants usr/sbin/policy-rc.d
for unit in timers.target networking.service systemd-networkd.service systemd-udevd.service systemd-timesyncd.service; do
    ln -sf /dev/null etc/systemd/system/$unit
done
pivot_root . mnt
cd /
umount -l /mnt
exec /lib/systemd/systemd --unit=sysinit.target --log-target=journal --show-status=no
"""


class Guest(Room):
    """The machine; commands run in it as root."""

    def __init__(self, source, log):
        environment = {"container": "other", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
        super().__init__(_BOOT, [source], log, environment)
        self._environment = environment | {"DEBIAN_FRONTEND": "noninteractive", "SYSTEMD_PAGER": "", "HOME": "/root"}

    def boot(self):
        until("systemd answers", lambda: self.shell("systemctl list-jobs")[1].strip() == "No jobs running.", self.log)

    def shell(self, command):
        """Exit code and output of a line of shell, in the folder of the sources."""
        return self.run(["sh", "-c", f"cd /source && {command}"], environment=self._environment)

    def unit(self, name):
        """A property of the service."""
        return self.shell(f"systemctl show registry-server --value --property {name}")[1].strip()

    def path(self, path):
        """A file of the guest, as this machine reaches it."""
        return pathlib.Path(f"/proc/{self.first}/root{path}")
