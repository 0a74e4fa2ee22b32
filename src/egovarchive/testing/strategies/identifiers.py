"""Well-formed identifiers, as hypothesis strategies. None was given to anyone known."""

from __future__ import annotations

from datetime import date

from attrs import evolve
from hypothesis import strategies as st

from egovarchive.records.identifiers import (
    PROVINCE_CODES,
    ImplementingCode,
    LicenceId,
    organization_code_check_character,
    resident_id_check_character,
    uscc_check_character,
)

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _text(alphabet: str, size: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=size, max_size=size)


def _uscc(department: str, kind: str, region: str, organization: str) -> str:
    check = organization_code_check_character(organization)
    first17 = f"{department}{kind}{region}{organization}{check}"
    return first17 + uscc_check_character(first17)


def _resident_id(region: str, born_on: date, sequence: str) -> str:
    # Not strftime: its %Y has no leading zeros everywhere.
    first17 = f"{region}{born_on.isoformat().replace('-', '')}{sequence}"
    return first17 + resident_id_check_character(first17)


def _licence_id(type_code: str, issuer: str, serial: str, version: str) -> LicenceId:
    unchecked = LicenceId(type_code, issuer, serial, version, "0")
    return evolve(unchecked, check=unchecked.expected_check)


_provinces = st.sampled_from(sorted(PROVINCE_CODES))
_counties = st.builds(str.__add__, _provinces, _text(_DIGITS, 4))

region_codes: st.SearchStrategy[str] = st.builds(
    str.__add__,
    _counties,
    st.sampled_from([0, 3, 6]).flatmap(lambda n: _text(_DIGITS, n)),
)
"""Region codes of 6, 9 and 12 digits."""

usccs: st.SearchStrategy[str] = st.builds(
    _uscc,
    department=st.sampled_from("123456789ANY"),
    kind=st.sampled_from("1234569"),
    region=st.just("100000") | _counties,
    organization=_text(_USCC_ALPHABET, 8),
)
"""Unified social credit codes with both check characters right."""

resident_ids: st.SearchStrategy[str] = st.builds(
    _resident_id,
    region=_counties,
    born_on=st.dates(date(1880, 1, 1), date(2026, 12, 31)),
    sequence=_text(_DIGITS, 3),
)
"""Citizen identification numbers of people born from 1880 to 2026."""

licence_ids: st.SearchStrategy[LicenceId] = st.builds(
    _licence_id,
    type_code=st.builds(str.__add__, usccs, _text(_DIGITS, 3)),
    issuer=usccs | _counties,
    serial=st.text(_DIGITS + _LETTERS, min_size=1, max_size=32),
    version=_text(_DIGITS, 3),
)
"""Electronic licence identifiers with the right check character."""

implementing_codes: st.SearchStrategy[ImplementingCode] = st.builds(
    ImplementingCode,
    agency=usccs,
    level=st.sampled_from(_DIGITS),
    basic_code=_text(_DIGITS, 12),
)
"""Implementing codes of service items."""
