"""Least privilege: what the code that runs as a role asks of AWS, set against that role's policies."""
