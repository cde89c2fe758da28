# SPDX-License-Identifier: MIT
"""Parse root.pem, intermediate.pem, root.crl; verify every signature."""

import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import (
    ec, ed25519, ed448, padding, rsa)
from cryptography.x509.oid import ExtensionOID


def verify(key, signature, tbs, digest, oid):
    if isinstance(key, rsa.RSAPublicKey):
        pad = padding.PKCS1v15()
        if oid == "1.2.840.113549.1.1.10":
            # The parser of this release does not read PSS parameters: the
            # hash is one of the three that Tachiai writes.
            from cryptography.hazmat.primitives import hashes
            for h in (hashes.SHA256(), hashes.SHA384(), hashes.SHA512()):
                try:
                    key.verify(signature, tbs, padding.PSS(
                        padding.MGF1(h), h.digest_size), h)
                    return
                except Exception:
                    continue
            raise SystemExit("PSS signature does not verify")
        key.verify(signature, tbs, pad, digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, tbs, ec.ECDSA(digest))
    elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        key.verify(signature, tbs)
    else:
        raise SystemExit("unknown key")


def digest_of(thing):
    try:
        return thing.signature_hash_algorithm
    except Exception:
        return None


def main():
    top = Path(sys.argv[1])
    root = x509.load_pem_x509_certificate((top / "root.pem").read_bytes())
    sub = x509.load_pem_x509_certificate(
        (top / "intermediate.pem").read_bytes())
    crl = x509.load_pem_x509_crl((top / "root.crl").read_bytes())
    key = root.public_key()
    for c in (root, sub):
        verify(key, c.signature, c.tbs_certificate_bytes, digest_of(c),
               c.signature_algorithm_oid.dotted_string)
    verify(key, crl.signature, crl.tbs_certlist_bytes, digest_of(crl),
           crl.signature_algorithm_oid.dotted_string)
    assert sub.issuer == root.subject and crl.issuer == root.subject
    ski = root.extensions.get_extension_for_oid(
        ExtensionOID.SUBJECT_KEY_IDENTIFIER).value.digest
    for c in (root, sub, crl):
        aki = c.extensions.get_extension_for_oid(
            ExtensionOID.AUTHORITY_KEY_IDENTIFIER).value
        assert aki.key_identifier == ski
        assert aki.authority_cert_issuer is None
    for c in (root, sub):
        basic = c.extensions.get_extension_for_oid(
            ExtensionOID.BASIC_CONSTRAINTS)
        assert basic.critical and basic.value.ca
        for e in c.extensions:
            assert not isinstance(e.value, x509.UnrecognizedExtension), e
    assert crl.get_revoked_certificate_by_serial_number(
        sub.serial_number) is None


main()
