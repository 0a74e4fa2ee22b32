"""Sealing 封存: evidence over an archive, renewed, and shown to others."""
