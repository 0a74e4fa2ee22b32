"""Printed forms 表格: what the duties of handing over and destroying put on paper."""
