"""Notes: what is found while one signature is looked at."""

from __future__ import annotations

from attrs import define, field

from egovarchive.errors import EgovArchiveError
from egovarchive.records.outcome import Outcome
from egovarchive.seals.verdict import Note

_MOST = 40


@define
class Notes:
    """Gathers notes, in their order; a hostile file gets no more than forty."""

    _kept: list[Note] = field(factory=list)

    def failed(self, en: str, zh: str) -> None:
        """Note what is certainly wrong."""
        self._add(Note(Outcome.FAILED, en, zh))

    def doubt(self, en: str, zh: str) -> None:
        """Note what a person has to look at."""
        self._add(Note(Outcome.NEEDS_REVIEW, en, zh))

    def odd(self, en: str, zh: str) -> None:
        """Note what is worth knowing, and changes nothing."""
        self._add(Note(Outcome.WARNED, en, zh))

    def failed_for(self, error: EgovArchiveError, en: str, zh: str) -> None:
        """Note that *error* makes it certainly wrong; *en* and *zh* say what."""
        self.failed(f"{en}: {error.message('en')}", f"{zh}：{error.message('zh')}")

    def doubt_for(self, error: EgovArchiveError, en: str, zh: str) -> None:
        """Note that for *error* a person has to look; *en* and *zh* say at what."""
        self.doubt(f"{en}: {error.message('en')}", f"{zh}：{error.message('zh')}")

    def told(self) -> tuple[Note, ...]:
        """Return all that was noted."""
        return tuple(self._kept)

    def _add(self, note: Note) -> None:
        # What decides is never dropped for what does not.
        if note not in self._kept and (
            len(self._kept) < _MOST or note.outcome is not Outcome.WARNED
        ):
            self._kept.append(note)
