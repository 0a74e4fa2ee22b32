"""The command line: ``python -m egovarchive``, and the script ``egovarchive``."""
