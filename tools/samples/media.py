"""Sound and film: spoken by espeak-ng, written by ffmpeg."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from samples.content import Film, Speech
from samples.pictures import scene
from samples.program import run_at

_LONGEST = "2.9"  # seconds
# Without these, ffmpeg writes its build and the moment into the file.
_PLAIN = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")


def _speak(text: str, target: Path, made_at: datetime) -> None:
    run_at(made_at, "espeak-ng", "-v", "cmn", "-s", "230", "-w", str(target), text)


def speech_file(speech: Speech, suffix: str, made_at: datetime) -> bytes:
    """Return *speech* as ``.wav`` (PCM, 8 kHz, 16 bits, mono) or ``.mp3`` (16 kHz)."""
    how = {
        ".wav": ("-ar", "8000", "-ac", "1", "-c:a", "pcm_s16le"),
        ".mp3": ("-ar", "16000", "-ac", "1", "-c:a", "libmp3lame", "-b:a", "24k"),
    }[suffix]
    with TemporaryDirectory() as name:
        spoken, target = Path(name) / "spoken.wav", Path(name) / f"file{suffix}"
        _speak(speech.text, spoken, made_at)
        title = ("-metadata", "title=现场核查录音") if suffix == ".mp3" else ()
        run_at(
            made_at,
            *("ffmpeg", "-v", "error", "-i", str(spoken), "-t", _LONGEST),
            *(*_PLAIN, *how, *title, str(target)),
        )
        return target.read_bytes()


def film_file(film: Film, made_at: datetime) -> bytes:
    """Return *film* as MP4: H.264, 15 frames a second, and AAC."""
    with TemporaryDirectory() as name:
        still, spoken, target = (
            Path(name) / part for part in ("still.png", "spoken.wav", "file.mp4")
        )
        scene(film.scene).save(still)
        _speak(film.text, spoken, made_at)
        pan = "crop=480:360:'min(240,100*t)':'60+10*sin(3*t)',scale=320:240"
        run_at(
            made_at,
            *("ffmpeg", "-v", "error", "-loop", "1", "-framerate", "15"),
            *("-i", str(still), "-i", str(spoken), "-t", _LONGEST, "-shortest"),
            *("-vf", pan, "-c:v", "libx264", "-crf", "30", "-pix_fmt", "yuv420p"),
            *("-threads", "1", "-flags:v", "+bitexact", "-c:a", "aac", "-b:a", "32k"),
            *(*_PLAIN, "-metadata", f"creation_time={made_at.isoformat()}"),
            *("-movflags", "+faststart", str(target)),
        )
        return target.read_bytes()
