"""Agenda 工作安排: what an archive has to do, what stops it, and how it stands."""
