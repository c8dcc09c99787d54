"""Judges a JUnit file by an XML schema: junit.py SCHEMA FILE. What is wrong goes to standard error."""

import sys

from lxml import etree

schema = etree.XMLSchema(file=sys.argv[1])
try:
    document = etree.parse(sys.argv[2], etree.XMLParser(huge_tree=True))
except etree.XMLSyntaxError as error:
    sys.exit(str(error))
if not schema.validate(document):
    sys.exit("\n".join(str(error) for error in schema.error_log[:10]))
