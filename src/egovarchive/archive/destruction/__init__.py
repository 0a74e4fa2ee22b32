"""Appraisal 鉴定 and destruction 销毁: what ends with bytes gone, and what stays."""
