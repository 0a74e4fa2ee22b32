"""Transfer 移交 and accession 接收: both sides of a handover."""
