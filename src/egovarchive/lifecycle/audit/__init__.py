"""Audit 期限审计: what is due, overdue or missing, over any number of records."""
