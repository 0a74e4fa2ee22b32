from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egovarchive.errors import StorageError
from egovarchive.storage.ranges import byte_range


@given(st.binary(max_size=50), st.integers(-99, 99), st.none() | st.integers(0, 99))
def test_a_range_names_the_bytes_of_a_slice(
    content: bytes, offset: int, size: int | None
) -> None:
    start = max(0, len(content) + offset) if offset < 0 else offset
    end = None if size is None else start + size
    positions = byte_range(len(content), offset, size)
    assert bytes(content[at] for at in positions) == content[start:end]


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(StorageError, match="-3"):
        byte_range(10, 0, -3)
