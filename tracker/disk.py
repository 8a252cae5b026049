"""Look at paths, and turn errors of the operating system into one sentence: the fact, then the next step.

A path without permission is never taken for missing. Only regular files are read: a pipe or a device at their place is
named in an error, and nothing waits for it. Files that editors, desktops and sync tools leave beside the tracker's are
not listed, and so neither read nor deleted.

May import: errors.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from tracker.errors import StoreError

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

# no name of ours begins with a dot, or holds a blank, a tilde or a hash
_STRAY = re.compile(
    r"^\.|[ ~#]|\.(orig|rej|bak|swp|old|part)$|\.sync-conflict-|^(Thumbs\.db|desktop\.ini)$", re.IGNORECASE
)

# what went wrong -> what that means, where the system's own words do not say it, and the next step
_TOLD = {
    errno.ENOENT: ("", "check the name"),
    errno.EPERM: ("", "check its owner and mode, or use a folder on a local disk"),
    errno.EROFS: ("", "mount it for writing, or name another folder"),
    errno.ENAMETOOLONG: ("", "name a shorter one"),
    errno.ELOOP: (": it is a link that leads back to itself", "delete the link"),
    errno.ENXIO: (": it is a socket, or a pipe that nobody reads", "name another"),
    errno.EIO: (": the disk fails", "check it, and the system's log"),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), ("", "make room, then run again")),
    **dict.fromkeys(
        (errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT, errno.ENODEV),
        (": the file system that it lies on is gone", "mount it again, then run again"),
    ),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), ("", "raise the limit (`ulimit -n`), then run again")),
    **dict.fromkeys((errno.EBUSY, errno.ETXTBSY), (": another program is using it", "close that, then run again")),
    **dict.fromkeys(
        (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS),
        (": the file system lacks what is needed", "use a folder on a local disk"),
    ),
}


class Unexpected(OSError):
    """Something other than expected is at a path; `strerror` says what, `step` what to do next."""

    def __init__(self, number: int, fact: str, path: Path, step: str) -> None:
        super().__init__(number, fact, str(path))
        self.step = step


def has_file(path: Path) -> bool:
    """Return whether a file is there; False only if nothing is.

    Raises OSError where it may not be looked at, and where something else is there.
    """
    found = _status(path)
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise _other(path, found.st_mode)
    return found is not None


def require_file(path: Path) -> None:
    """Raise OSError for anything but a file, FileNotFoundError if nothing is there: reading could wait or never end."""
    if not has_file(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


def require_rights(path: Path, rights: int) -> None:
    """Raise OSError if this user lacks rights (os.R_OK, os.W_OK, os.X_OK) at an existing path."""
    if not os.access(path, rights):
        is_read_only = rights & os.W_OK and os.statvfs(path).f_flag & os.ST_RDONLY
        number = errno.EROFS if is_read_only else errno.EACCES
        raise OSError(number, os.strerror(number), str(path))


def require_free_use(folder: Path) -> None:
    """Raise OSError if something else is at the place of a folder, or this user may not write in it."""
    if has_folder(folder):
        require_rights(folder, os.R_OK | os.W_OK | os.X_OK)


def has_folder(path: Path) -> bool:
    """Return whether a folder is there; False only if nothing is. Raises OSError as `has_file` does."""
    found = _status(path)
    if found is not None and not stat.S_ISDIR(found.st_mode):
        fact = f"it is {_kind(found.st_mode)}, and a folder is expected there"
        raise Unexpected(errno.ENOTDIR, fact, path, "move it away, or name another place")
    return found is not None


def stands_for_folder(path: Path) -> bool:
    """Return whether a folder is at a place that may hold a file or a folder, False for a file and for nothing.

    Raises OSError where it may not be looked at, and where something else is there.
    """
    found = _status(path)
    return found is not None and not stat.S_ISREG(found.st_mode) and has_folder(path)


def listed(folder: Path) -> list[Path]:
    """Return the entries of a folder by name; nothing if there is no folder. Raises OSError if it may not be read."""
    if not has_folder(folder):
        return []
    with os.scandir(folder) as entries:
        return sorted(Path(entry.path) for entry in entries)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file; raises OSError for anything else, and FileNotFoundError if nothing is there."""
    require_file(path)
    return path.read_bytes()


def read_given(path: Path) -> bytes:
    """Return the bytes of a user's file or pipe; nothing if nobody writes to the pipe."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        os.set_blocking(file.fileno(), True)
        return file.read()


def given_text(path: Path) -> str:
    """Return the text of what `read_given` reads, UTF-8."""
    return _utf8(path, read_given(path))


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file; raises OSError as `read_bytes` does, and for bytes that are no UTF-8."""
    return _utf8(path, read_bytes(path))


def _utf8(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        fact = f"it is no UTF-8 text at byte {error.start:,}"
        raise Unexpected(errno.EILSEQ, fact, path, "save it as UTF-8, or put a good copy in its place") from None


def matching(folder: Path, pattern: str) -> list[Path]:
    """Return the paths in a folder that match a pattern such as `*/*.parquet`, by name, without strays.

    Nothing where no such folder is; raises OSError where one may not be read, which a glob passes over in silence.
    """
    part, _, rest = pattern.partition("/")
    if "*" in part:
        found = [each for each in listed(folder) if fnmatchcase(each.name, part) and not is_stray(each.name)]
    else:
        found = [folder / part] if os.path.lexists(folder / part) else []
    if rest:
        return [path for each in found if "*" not in part or stands_for_folder(each) for path in matching(each, rest)]
    return found


def is_stray(name: str) -> bool:
    """Return whether a name is a stray: hidden, an editor's backup, or a copy made by a sync tool."""
    return bool(_STRAY.search(name))


def write(path: Path, content: bytes) -> None:
    """Write to a path that a user has named, also a pipe; a pipe that nobody reads is an error, without waiting."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        os.set_blocking(file.fileno(), True)
        file.write(content)


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn an error of the operating system into one StoreError: `what` cannot be done, why, and the next step."""
    try:
        yield
    except OSError as error:
        raise StoreError(sentence(what, error)) from error


def sentence(what: str, error: OSError) -> str:
    """Return the sentence that `what` cannot be done: the path unless `what` names it, the fact, and the next step."""
    place = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    return f"{what}: {told(error)}" if place in what else f"{what}: {place}: {told(error)}"


def told(error: OSError) -> str:
    """Return the fact and the next step of an error: 'Permission denied; check its owner and mode'."""
    fact, step = _fact_and_step(error)
    return f"{fact}; {step}" if step else fact


def said_in(text: str) -> OSError | None:
    """Return the error of the operating system inside another library's message; None if there is none."""
    lower = text.lower()
    number = next((number for reason, number in _BY_REASON.items() if reason in lower), None)
    quoted = re.search(r'"(/[^"]+)"', text)
    if "no files found that match" in lower and quoted:
        return obstacle(Path(re.sub(r"\[(.)\]", r"\1", quoted[1])))
    return None if number is None else OSError(number, os.strerror(number), quoted and quoted[1])


def obstacle(path: Path) -> OSError | None:
    """Return why an expected file cannot be read; None if it is really missing, or readable."""
    try:
        if has_file(path):
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError as error:
        return error
    return None


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError as error:
        if path.is_symlink():
            fact = f"it is a link to {path.readlink()}, which is not there"
            raise Unexpected(errno.ENOENT, fact, path, "put that back, or delete the link") from error
        return None
    except ValueError as error:
        fact, step = "the name holds a NUL byte", "name another place"
        raise Unexpected(errno.EINVAL, fact, Path(str(path).replace("\0", "\\0")), step) from error


def _other(path: Path, mode: int) -> OSError:
    number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
    fact = f"it is {_kind(mode)}, and a file is expected there"
    return Unexpected(number, fact, path, "move it away, or name another")


def _kind(mode: int) -> str:
    return next((name for is_one, name in _KINDS if is_one(mode)), "a file")


def _fact_and_step(error: OSError) -> tuple[str, str]:
    if isinstance(error, Unexpected):
        return str(error.strerror), error.step
    path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else None
    looked_at = _LOOKED_AT.get(error.errno or 0)
    if looked_at is not None:
        return looked_at(path)
    meaning, step = _TOLD.get(error.errno or 0, ("", ""))
    return f"{error.strerror or error}{meaning}", step


def _denied(path: Path | None) -> tuple[str, str]:
    """Name the parent folder that denies access; else the path itself."""
    barred = None if path is None else next((each for each in reversed(path.absolute().parents) if _bars(each)), None)
    where = "" if barred is None else f": the folder {barred} may not be entered"
    return f"Permission denied{where}", "check its owner and mode"


def _bars(folder: Path) -> bool:
    return os.path.lexists(folder) and not os.access(folder, os.X_OK)


def _no_folder(path: Path | None) -> tuple[str, str]:
    """Name what is at the place of a folder: the path itself, or one of its parents."""
    for each in () if path is None else (path, *path.absolute().parents):
        try:
            mode = each.stat().st_mode
        except OSError:
            if not each.is_symlink():
                continue
            return f"{each} is a link that leads nowhere, and a folder is expected there", "delete the link"
        if not stat.S_ISDIR(mode):
            return f"{each} is {_kind(mode)}, and a folder is expected there", "move it away, or name another place"
    return "what it lies in is no folder", "name another place"


def _folder(_path: Path | None) -> tuple[str, str]:
    return "it is a folder, and a file is expected there", "move it away, or name another"


_LOOKED_AT: dict[int, Callable[[Path | None], tuple[str, str]]] = {
    errno.EACCES: _denied,
    errno.ENOTDIR: _no_folder,
    errno.EEXIST: _no_folder,
    errno.EISDIR: _folder,
}
_BY_REASON = {os.strerror(number).lower(): number for number in (*_LOOKED_AT, *_TOLD)}
