"""The command `xmlsec1` as far as pysaml2 needs it to sign and to encrypt, by the library itself, which xmlsec brings.

pysaml2 runs the command, which no Python package has.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import xmlsec
from lxml import etree

_SESSION_KEYS = {"des-192": (xmlsec.constants.KeyDataDes, 192)}
_PEM = xmlsec.constants.KeyDataFormatPem


def command(place: Path) -> str:
    """Put a command into a directory that runs this module; answers its path."""
    path = place / "xmlsec1"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__)}" "$@"\n')
    path.chmod(0o755)
    return str(path)


def _sign(given: argparse.Namespace) -> Any:
    root = etree.parse(given.file).getroot()
    xmlsec.tree.add_ids(root, ["ID"])
    [signed] = root.xpath(f"//*[@ID='{given.node_id}']")
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_file(given.privkey_pem, _PEM)
    context.sign(next(each for each in signed if each.tag.endswith("}Signature")))
    return root


def _encrypt(given: argparse.Namespace) -> Any:
    root = etree.parse(given.xml_data).getroot()
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_file(given.pubkey_cert_pem, xmlsec.constants.KeyDataFormatCertPem))
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(*_SESSION_KEYS[given.session_key], xmlsec.constants.KeyDataTypeSession)
    [node] = root.xpath(given.node_xpath)
    context.encrypt_xml(etree.parse(given.file).getroot(), node)
    return root


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawTextHelpFormatter)
    transforms = 'Registered transform klasses:\n"sha256","rsa-sha256"'
    parser.add_argument("--list-transforms", action="version", version=transforms)
    parser.add_argument("--version", action="version", version="xmlsec1 1.2.37 (openssl)")
    parser.add_argument("--sign", dest="act", action="store_const", const=_sign)
    parser.add_argument("--encrypt", dest="act", action="store_const", const=_encrypt)
    for name in ("--privkey-pem", "--id-attr:ID", "--node-id", "--output"):
        parser.add_argument(name)
    for name in ("--pubkey-cert-pem", "--session-key", "--xml-data", "--node-xpath"):
        parser.add_argument(name)
    parser.add_argument("file")
    given = parser.parse_args()
    Path(given.output).write_bytes(etree.tostring(given.act(given)))


if __name__ == "__main__":
    main()
