"""Sound and film for tests: short files of each format, whole and damaged."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from corpus.cannot_make import CannotMakeError
from corpus.damage import DAMAGES, cut, junk_appended
from egovarchive.formats.aspect import Aspect

_TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=22050:duration=2")
_FILM = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=10:duration=2")
_QUIET = ("-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-threads", "1")
# What ffmpeg is told for each: its inputs, and its options.
RECIPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "wav": (_TONE, ("-f", "wav")),
    "mp3": (_TONE, ("-c:a", "libmp3lame", "-f", "mp3")),
    "flac": (_TONE, ("-f", "flac")),
    "m4a": (_TONE, ("-c:a", "aac", "-f", "ipod")),
    "aac": (_TONE, ("-c:a", "aac", "-f", "adts")),
    "ogg": (_TONE, ("-c:a", "libvorbis", "-f", "ogg")),
    "wma": (_TONE, ("-c:a", "wmav2", "-f", "asf")),
    "mp4": (_FILM + _TONE, ("-c:v", "libx264", "-c:a", "aac", "-f", "mp4")),
    "mp4/fragmented": (
        _FILM + _TONE,
        ("-c:v", "mpeg4", "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov",
         "-f", "mp4"),
    ),
    "mp4/encrypted": (
        _FILM,
        ("-c:v", "libx264", "-encryption_scheme", "cenc-aes-ctr",
         "-encryption_key", "00112233445566778899aabbccddeeff",
         "-encryption_kid", "00112233445566778899aabbccddeeff", "-f", "mp4"),
    ),
    "mov": (_FILM + _TONE, ("-c:v", "mjpeg", "-c:a", "pcm_s16le", "-f", "mov")),
    "avi": (_FILM + _TONE, ("-c:v", "mpeg4", "-c:a", "libmp3lame", "-f", "avi")),
    "wmv": (_FILM + _TONE, ("-c:v", "wmv2", "-c:a", "wmav2", "-f", "asf")),
    "mpg": (_FILM + _TONE, ("-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2",
                            "-f", "mpeg")),
    "mpg/transport": (_FILM + _TONE, ("-c:v", "mpeg2video", "-r", "25", "-c:a", "mp2",
                                      "-f", "mpegts")),
    "flv": (_FILM + _TONE, ("-c:v", "flv", "-c:a", "libmp3lame", "-f", "flv")),
    "mkv": (_FILM + _TONE, ("-c:v", "mpeg4", "-c:a", "libvorbis", "-f", "matroska")),
    "ogg/opus": (_TONE, ("-c:a", "libopus", "-f", "ogg")),
}  # fmt: skip


@cache
def made(name: str) -> bytes:
    """
    Return a file of two seconds by the recipe *name*.

    Raises:
        CannotMakeError: There is no ffmpeg, or it lacks the codec.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise CannotMakeError("ffmpeg is not installed")
    inputs, options = RECIPES[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made")
        done = subprocess.run(
            [program, *_QUIET, *inputs, *options, "-fflags", "+bitexact", str(path)],
            check=False,
            capture_output=True,
            timeout=60,
        )
        if done.returncode or not path.is_file():
            raise CannotMakeError(f"{name}: {done.stderr.decode(errors='replace')}")
        return path.read_bytes()


def wave(samples: int = 8000, rate: int = 8000) -> bytes:
    """Return a WAVE file of silence in 16 bits."""
    data = bytes(2 * samples)
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    return (
        struct.pack("<4sI4s4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16)
        + form
        + struct.pack("<4sI", b"data", len(data))
        + data
    )


def speech(frames: int = 50) -> bytes:
    """Return an AMR file, as mobile phones record talk: 12.2 kbit/s."""
    return b"#!AMR\n" + (b"\x3c" + bytes(range(31))) * frames


def film_without_sound_or_pictures() -> bytes:
    """Return an MP4 file of no length."""
    movie = struct.pack(">I4sII", 108, b"mvhd", 0, 0) + bytes(92)
    return (
        struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom")
        + struct.pack(">I4s", 8 + len(movie), b"moov")
        + movie
        + struct.pack(">I4s", 8, b"mdat")
    )


def _damaged(name: str, damage: Callable[[bytes], bytes]) -> bytes:
    return damage(made(name))


VALID: dict[str, Callable[[], bytes]] = {
    "wav/silence": wave,
    "amr/talk": speech,
}
INVALID: dict[str, tuple[Callable[[], bytes], Aspect]] = {
    "wav/cut_off": (lambda: cut(wave(), 0.5), Aspect.COMPLETE),
    "wav/empty": (partial(wave, 0), Aspect.COMPLETE),
    "wav/junk_appended": (lambda: junk_appended(wave()), Aspect.BOUNDED),
    "amr/cut_off": (lambda: cut(speech(), 0.5), Aspect.COMPLETE),
    "mp4/empty": (film_without_sound_or_pictures, Aspect.COMPLETE),
}
if shutil.which("ffmpeg"):
    VALID |= {
        (recipe if "/" in recipe else f"{recipe}/made"): partial(made, recipe)
        for recipe in RECIPES
        if recipe != "mp4/encrypted"
    }
    INVALID |= {
        f"{recipe}/cut_in_half": (
            partial(_damaged, recipe, DAMAGES["cut 50 %"]),
            Aspect.COMPLETE,
        )
        for recipe in RECIPES
        if "/" not in recipe
    }
    INVALID["mp4/encrypted"] = (partial(made, "mp4/encrypted"), Aspect.UNENCRYPTED)
