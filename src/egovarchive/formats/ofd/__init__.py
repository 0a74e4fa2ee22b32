"""
OFD (GB/T 33190—2016): fixed-layout documents as ZIP packages of XML parts.

`validator.OfdValidator` answers what is asked of them, `properties.OfdReader` reads
what they say of themselves, `opener.OfdOpener` takes out the files in them, and
`archival` has the rules of OFD-A.
"""
