"""
Transfer batch 移交批次 in the layout of DA/T 93—2022: written, and read as hostile.

The text of DA/T 93—2022 was not read. The layout follows implementations of it: the
names 说明文件.TXT, 目录文件.XML, 其他 and their fields, and the folders by fonds and
category. Ours are the two lines 移交批次号 and 载体顺序号, the folders below 其他, the
checksum files, and that a record's folder holds its package with its own manifests.
"""

from egovarchive.exchange.dat93.batch import Batch, read_many
from egovarchive.exchange.dat93.finding import Finding, Kind
from egovarchive.exchange.dat93.folder_writer import write_folder
from egovarchive.exchange.dat93.item import Item
from egovarchive.exchange.dat93.plan import plan
from egovarchive.exchange.dat93.planned import PlannedVolume
from egovarchive.exchange.dat93.read import read
from egovarchive.exchange.dat93.received import ListedFile, ReceivedRecord
from egovarchive.exchange.dat93.statement import Description
from egovarchive.exchange.dat93.stream import stream, write_file
from egovarchive.exchange.dat93.volume import Volume

__all__ = [
    "Batch",
    "Description",
    "Finding",
    "Item",
    "Kind",
    "ListedFile",
    "PlannedVolume",
    "ReceivedRecord",
    "Volume",
    "plan",
    "read",
    "read_many",
    "stream",
    "write_file",
    "write_folder",
]
