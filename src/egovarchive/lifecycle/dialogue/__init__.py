"""Dialogue of a transfer 移交与接收: its messages as values, each with a JSON form."""
