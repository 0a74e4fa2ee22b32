"""Description of the sample cases as JSON: what the `Case` values are made from."""

from __future__ import annotations

from samples.facts import Person, SampleCase, SampleFile


def _person(person: Person | None) -> dict[str, str] | None:
    return None if person is None else vars(person)


def _file(file: SampleFile) -> dict[str, object]:
    scan = file.scan
    return {
        "name": file.name,
        "document": file.document,
        "role": file.role,
        "provenance": file.provenance,
        "made_at": file.made_at.isoformat(),
        "program": file.program,
        "called_from": file.called_from,
        "scan": scan and {**vars(scan), "verified_on": scan.verified_on.isoformat()},
    }


def described(case: SampleCase) -> dict[str, object]:
    """Return what *case* and its files are, in plain values."""
    dates = {
        name: value and value.isoformat()
        for name, value in (
            ("accepted_on", case.accepted_on),
            ("concluded_on", case.concluded_on),
            ("valid_until", case.valid_until),
        )
    }
    return {
        **{
            name: value
            for name, value in vars(case).items()
            if isinstance(value, str | None) and name not in dates
        },
        **dates,
        "applicant": _person(case.applicant),
        "agent": _person(case.agent),
        "steps": [
            dict(zip(("at", "activity", "actor"), s, strict=True)) for s in case.steps
        ],
        "files": [_file(file) for file in case.files],
    }
