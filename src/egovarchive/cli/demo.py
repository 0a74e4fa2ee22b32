"""`demo`: the main job on sample cases, from an empty folder to a found alteration."""

from __future__ import annotations

import os
import shlex
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

from egovarchive.archive import Archive
from egovarchive.archive.folder_names import STORE
from egovarchive.checks import Report
from egovarchive.cli.columns import GAP, table
from egovarchive.cli.entry_rows import entry_row, report_row
from egovarchive.cli.parser import PROGRAM
from egovarchive.cli.problems import FINDINGS, FINE
from egovarchive.cli.screen import Screen
from egovarchive.cli.show import deadlines_of
from egovarchive.cli.verify import Counts, add_counts, property_table, told
from egovarchive.errors import ArchiveError, InvalidValueError
from egovarchive.lifecycle.entry import Entry
