"""Line: what a catalog knows of a record, in plain texts: for many at a time."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """
    What a catalog knows of one record, as it stands now.

    Args:
        series: Series 类别号 with its fonds, as an archival code begins.
        item: Item number 件号.
        item_code: Item code 事项编码.
        schedule: Version of the retention schedule it was filed under.
        state: Value of its `State`; None: held.
        concluded_on: Day on which the case was concluded; days are ISO dates.
        registered_at: When it was registered, in China.
        period: Code of the retention period that holds now.
        received: Whether it came from elsewhere, with a transfer.
        transfer_due_on: Last day for its transfer; None: it need not be.
        statutory_transfer_on: General transfer date.
        retention_ends_on: Last day of its retention.
        custody_ends_on: Last day on which the sender keeps its own copy.
    """

    series: str
    item: int
    item_code: str
    schedule: str
    state: str | None
    concluded_on: str
    registered_at: str
    period: str
    received: bool
    transfer_due_on: str | None
    statutory_transfer_on: str | None
    retention_ends_on: str | None
    custody_ends_on: str | None
