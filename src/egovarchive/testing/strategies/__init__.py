"""Hypothesis strategies for the values of this library."""
