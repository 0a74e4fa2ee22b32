"""ffmpeg and ffprobe of the system: sound and film decoded to the end."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import IO, Any, Final

from attrs import frozen

from egovarchive.errors import FormatError, ToolError
from egovarchive.formats.aspect import Aspect
from egovarchive.formats.facts import Facts
from egovarchive.formats.findings import shown
from egovarchive.formats.format import Format
from egovarchive.formats.limits import Limits
from egovarchive.formats.observation import Observation, Tool
from egovarchive.formats.source import Source, on_disk
from egovarchive.records.outcome import Outcome

# The reader that ffmpeg is to use: left to itself it would take a list of other
# files, or addresses, for a film.
_DEMUXERS: Final = {
    "wav": "wav", "mp3": "mp3", "flac": "flac", "m4a": "mov", "aac": "aac",
    "amr": "amr", "ogg": "ogg", "wma": "asf", "mp4": "mov", "mov": "mov",
    "avi": "avi", "wmv": "asf", "mpg": "mpeg", "flv": "flv", "mkv": "matroska",
}  # fmt: skip
_PROGRAM_STREAM: Final = b"\0\0\1\xba"
_ELEMENTARY: Final = b"\0\0\1\xb3"
_PROTOCOLS: Final = ("-protocol_whitelist", "file,pipe")
_MOST_SAID: Final = 1 << 20  # bytes
_MOST_FILES: Final = 64
_MOST_LINES: Final = 3
# Addresses in memory differ from run to run.
_ADDRESS: Final = re.compile(r" @ 0x[0-9a-f]+")
_PLAYED: Final = re.compile(rb"^out_time_us=(\d+)$", re.MULTILINE)
_SAME: Final = {"amrnb": "amr_nb", "amrwb": "amr_wb"}
_PCM: Final = re.compile(r"pcm_[su]\d+")
_PCM_FLOAT: Final = re.compile(r"pcm_f\d+")


@frozen
class _Run:
    """What a program answered."""

    code: int
    out: bytes
    err: str


@frozen
class FfmpegValidator:
    """
    Decodes every stream from start to end, and stops at the first error.

    Args:
        program: Its name or path. It runs on its own, with limits on time, memory,
            files and processor time, and opens nothing but the file.
    """

    program: str = "ffmpeg"

    @property
    def tool(self) -> Tool:
        return Tool("ffmpeg", _version(self.program))

    @property
    def isolated(self) -> bool:
        return False

    def answers(self, format: Format) -> frozenset[Aspect]:
        found = {Aspect.READABLE, Aspect.COMPLETE} if format.id in _DEMUXERS else set()
        return frozenset(found)

    def validate(
        self, source: Source, format: Format, limits: Limits
    ) -> Iterator[Observation]:
        options = (
            "-nostdin", "-xerror", "-err_detect", "crccheck+bitstream+buffer+explode",
            "-threads", "1",
        )  # fmt: skip
        rest = (
            "-map", "0:v?", "-map", "0:a?", "-threads", "1", "-progress", "pipe:1",
            "-f", "null", "-",
        )  # fmt: skip
        run = _run(self.program, options, source, format, limits, rest)
        said = _lines(run.err)
        if run.code:
            en, zh = f"it does not decode to its end: {said}", f"未能解码至结尾：{said}"
            yield Observation(Aspect.READABLE, Outcome.FAILED, en, zh)
            yield Observation(Aspect.COMPLETE, Outcome.NOT_PERFORMED, en, zh)
            return
        if said:
            en, zh = f"it decodes, with complaints: {said}", f"可解码，但有异常：{said}"
            yield Observation(Aspect.READABLE, Outcome.WARNED, en, zh)
        played = _PLAYED.findall(run.out)
        if not played or not int(played[-1]):
            yield Observation(
                Aspect.COMPLETE,
                Outcome.FAILED,
                "expected sound or pictures, found none: nothing plays",
                "应有音频或图像内容，实际无可播放内容",
            )


@frozen
class FfprobeReader:
    """
    Reads length, codecs, sizes and times of sound and film.

    Args:
        program: Its name or path; it runs under the same limits as `FfmpegValidator`.
    """

    program: str = "ffprobe"

    @property
    def tool(self) -> Tool:
        return Tool("ffprobe", _version(self.program))

    @property
    def isolated(self) -> bool:
        return False

    def reads(self, format: Format) -> bool:
        return format.id in _DEMUXERS

    def read(self, source: Source, format: Format, limits: Limits) -> Facts:
        rest = ("-show_format", "-show_streams", "-of", "json")
        run = _run(self.program, (), source, format, limits, rest)
        if run.code:
            said = _lines(run.err)
            raise FormatError(f"it cannot be opened: {said}", f"无法打开：{said}")
        try:
            return _facts(json.loads(run.out))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ToolError(
                f"ffprobe answered with something else: {error}",
                f"ffprobe 的应答无法理解：{error}",
            ) from error


def _run(  # noqa: PLR0913, PLR0917 - what a command line is made of
    program: str,
    options: Sequence[str],
    source: Source,
    format: Format,
    limits: Limits,
    rest: Sequence[str],
) -> _Run:
    """
    Run *program* on *source*.

    Raises:
        ToolError: It is not there, or did not end in time, or was ended.
    """
    import subprocess  # noqa: PLC0415 - with a list of words, and no shell
    import tempfile  # noqa: PLC0415

    path = _found(program)
    with (
        on_disk(source) as file,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        words = (
            path, "-hide_banner", "-v", "error", *options, *_PROTOCOLS,
            "-f", _demuxer(source, format), "-i", f"file:{file.path.absolute()}", *rest,
        )  # fmt: skip
        with subprocess.Popen(  # noqa: S603 - no shell, and the name is no option
            words,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            # No FFREPORT: it would write a log wherever it says.
            env={"LC_ALL": "C", "PATH": os.defpath},
        ) as process:
            try:
                _restrict(process.pid, limits)
                code = process.wait(limits.seconds)
            except subprocess.TimeoutExpired as error:
                raise ToolError(
                    f"{program} took more than {limits.seconds:g} seconds",
                    f"{program} 运行超过 {limits.seconds:g} 秒",
                ) from error
            finally:
                # Popen waits for it on leaving.
                process.kill()
        if code < 0:
            raise ToolError(
                f"{program} was ended by signal {-code}",
                f"{program} 被信号 {-code} 终止",
            )
        said = _from_start(err).decode("utf-8", "replace")
        return _Run(code, _from_start(out), said.replace(str(file.path), source.name))


def _restrict(pid: int, limits: Limits) -> None:
    """Set limits on the process *pid*; where the system cannot, time is the limit."""
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - not everywhere

    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, int(limits.seconds) + 1),
        (resource.RLIMIT_FSIZE, _MOST_SAID),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.prlimit(pid, what, (most, most))
        # It has ended already, or stands under stricter limits.
        except (ProcessLookupError, PermissionError, ValueError):
            continue


def _from_start(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read(_MOST_SAID)


def _demuxer(source: Source, format: Format) -> str:
    if format.id == "mpg":
        head = source.read(0, 4)
        if head == _ELEMENTARY:
            return "mpegvideo"
        return "mpeg" if head == _PROGRAM_STREAM else "mpegts"
    return _DEMUXERS[format.id]


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise ToolError(f"{program} is not installed", f"未安装 {program}")
    return path


@cache
def _version(program: str) -> str:
    """Return the version of *program*; empty if it is not there."""
    import subprocess  # noqa: PLC0415

    try:
        done = subprocess.run(  # noqa: S603
            [_found(program), "-version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
            check=True,
        )
    except (ToolError, OSError, subprocess.SubprocessError):
        return ""
    words = done.stdout[:200].decode("utf-8", "replace").split()
    return words[2] if len(words) > 2 else ""


def _lines(said: str) -> str:
    """Return the first lines of what a program *said*, the same on each run."""
    lines = [line.strip() for line in _ADDRESS.sub("", said).splitlines()]
    return shown("; ".join(list(dict.fromkeys(filter(None, lines)))[:_MOST_LINES]))


def _facts(answer: Mapping[str, Any]) -> Facts:
    """Return what ffprobe's *answer*, made from a hostile file, says."""
    streams = [
        stream
        for stream in answer.get("streams", ())
        if stream.get("codec_type") in {"video", "audio"}
        and not stream.get("disposition", {}).get("attached_pic")
    ]
    film, sound = (_first(streams, kind) for kind in ("video", "audio"))
    whole = answer.get("format", {})
    tags = {name.lower(): text for name, text in whole.get("tags", {}).items()}
    return Facts(
        width=film.get("width"),
        height=film.get("height"),
        seconds=_seconds(whole.get("duration")),
        codecs=tuple(_codec(each.get("codec_name", "")) for each in streams),
        sample_rate=int(sound["sample_rate"]) if "sample_rate" in sound else None,
        application=tags.get("encoder"),
        title=tags.get("title"),
        created=_moment(tags.get("creation_time")),
    )


def _first(streams: Sequence[Mapping[str, Any]], kind: str) -> Mapping[str, Any]:
    return next((each for each in streams if each["codec_type"] == kind), {})


def _codec(name: str) -> str:
    """Return the codec *name* as the walks of the core call it."""
    if _PCM.match(name):
        return "pcm"
    return "pcm_float" if _PCM_FLOAT.match(name) else _SAME.get(name, name)


def _seconds(text: str | None) -> float | None:
    return round(float(text), 3) if text else None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        return None
