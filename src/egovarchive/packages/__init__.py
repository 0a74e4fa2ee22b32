"""Archive packages 归档信息包 (GB/T 42727—2023, chapter 7): values in, bytes out."""

from egovarchive.packages.build import build
from egovarchive.packages.package import Member, Package
from egovarchive.packages.read import read

__all__ = ["Member", "Package", "build", "read"]
