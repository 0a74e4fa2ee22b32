"""Metadata checks 元数据检测 by table: pure functions over plain values."""
