"""Forming a package: what goes in comes out, is read once, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings

from egovarchive.errors import (
    ContentError,
    DigestMismatchError,
    InvalidValueError,
    PackageError,
)
from egovarchive.packages import build, read
from egovarchive.packages import build as build_module_function
from egovarchive.packages.build import HEAD_SIZE, MAX_FILES
from egovarchive.packages.container import crc32, header
from egovarchive.profiles.gbt42727_2023 import GBT42727_2023 as PROFILE
from egovarchive.records.content import Content
from egovarchive.records.digest import Digest, hexdigest
from egovarchive.records.document import Document, File, Role
from egovarchive.records.filing import Filing
from packages.filings import (
    Counting,
    Rooms,
    Zeros,
    bytes_of,
    filing_of,
    filings,
    opened,
    packed,
)
