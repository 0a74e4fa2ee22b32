"""How the sample files are made: one module a kind of file, one a case."""
