"""A container without Docker: namespaces of Linux, a root that nobody may write, a number without name and home.

What a container has is bound where the image has it: Python and its libraries from this machine, /opt/tracker from a
folder, /data as a volume, and a /tmp of its own. The command is process 1, as in a container without an init.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.container import dockerfile

NOBODY = 12345  # a number that no user has
PACKAGES = "/opt/packages"  # where the libraries of this environment stand in there
NEEDED = ("unshare", "mount", "chroot", "setpriv")

SCRIPT = """
set -eu
root=$1 image=$2 packages=$3 base=$4 data=$5 tmp=$6 way=$7 uid=$8
shift 8
show() {  # FROM TO [rw]: the same folder or file, read-only unless said
  if [ -d "$1" ]; then mkdir -p "$root$2"; else : > "$root$2"; fi
  mount --bind "$1" "$root$2"
  [ "${3:-ro}" = rw ] || mount -o remount,bind,ro "$root$2"
}
mount -t tmpfs -o mode=755 tmpfs "$root"
for each in bin sbin lib lib64; do [ ! -e /$each ] || cp -P /$each "$root/"; done
mkdir "$root/dev" "$root/proc"
show /usr /usr
show /etc /etc
for each in null zero random urandom; do show /dev/$each /dev/$each rw; done
mkdir "$root/dev/shm" && mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
case $base in /usr*) ;; *) show "$base" "$base" ;; esac
show "$packages" /opt/packages
show "$image" /opt/tracker
show "$data" /data "$way"
show "$tmp" /tmp rw
mount -t proc proc "$root/proc"
mount -o remount,ro "$root"
exec chroot "$root" setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs --bounding-set=-all \\
  env -i --chdir=/data "$@"
"""


def require() -> None:
    """Skip the test where this machine cannot make such a container."""
    missing = [each for each in NEEDED if shutil.which(each) is None]
    if sys.platform != "linux" or missing:
        pytest.skip(f"needs Linux with {', '.join(missing or NEEDED)}")
    if os.getuid() != 0:
        pytest.skip("needs root to become another user in namespaces of its own")
    done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"this machine lets nobody make namespaces: {done.stderr.strip()}")


def installed(wheel: Path, to: Path) -> Path:
    """Lay out what the build leaves in /opt/tracker: an environment with the wheel in it and its command."""
    site = to / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    for folder in (to / "bin", site):
        folder.mkdir(parents=True)
    shutil.unpack_archive(wheel, site, "zip")
    (site / "packages.pth").write_text(f"{PACKAGES}\n")
    base = Path(sys.base_prefix) / "bin"
    (to / "pyvenv.cfg").write_text(f"home = {base}\ninclude-system-site-packages = false\n")
    (to / "bin" / "python").symlink_to(base / f"python3.{sys.version_info.minor}")
    script = to / "bin" / "tracker"
    script.write_text("#!/opt/tracker/bin/python\nfrom tracker.cli import main\nmain()\n")
    script.chmod(0o755)
    return to


@dataclass(frozen=True)
class Box:
    """Where processes are run as in one container: the image's folder and a place for roots, volume and /tmp."""

    image: Path
    place: Path
    uid: int = NOBODY

    def __post_init__(self) -> None:
        for folder, mode in ((self.root, 0o755), (self.data, 0o755), (self.tmp, 0o1777)):
            folder.mkdir()
            folder.chmod(mode)
        os.chown(self.data, self.uid, self.uid)

    @property
    def root(self) -> Path:
        return self.place / "root"

    @property
    def data(self) -> Path:
        """The volume, as it lies on this machine."""
        return self.place / "data"

    @property
    def tmp(self) -> Path:
        """The container's /tmp, as it lies on this machine."""
        return self.place / "tmp"

    def start(
        self, command: Sequence[str], environ: Mapping[str, str] | None = None, *, may_write: bool = True
    ) -> subprocess.Popen[str]:
        """Start a command as process 1, with the variables of the image and these. `may_write`: the volume."""
        variables = dockerfile.environment() | dict(environ or {})
        places = [self.root, self.image, sysconfig.get_path("purelib"), sys.base_prefix, self.data, self.tmp]
        given = [*map(str, places), "rw" if may_write else "ro", str(self.uid)]
        return subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", SCRIPT, "sh", *given,
             *(f"{name}={value}" for name, value in variables.items()), *command],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(
        self, *command: str, environ: Mapping[str, str] | None = None, may_write: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        with self.start(command, environ, may_write=may_write) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(list(command), process.returncode, out, err)


def signal_first(process: subprocess.Popen[str], number: int) -> None:
    """Send a signal to process 1 of a container, as `docker stop` does."""
    [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(child), number)
