"""The comparator of CertForge's figure: key, CSR and leaf with python's cryptography, units per second."""

import datetime
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text), x509.NameAttribute(NameOID.SERIAL_NUMBER, text)])


now = datetime.datetime.now(datetime.timezone.utc)
authority = ec.generate_private_key(ec.SECP256R1())
end = now + datetime.timedelta(days=3650)


def unit(number):
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(name(str(number))).sign(key, hashes.SHA256())
    request = x509.load_der_x509_csr(request.public_bytes(serialization.Encoding.DER))
    assert request.is_signature_valid
    leaf = (
        x509.CertificateBuilder()
        .subject_name(request.subject)
        .issuer_name(name("CA"))
        .public_key(request.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.KeyUsage(True, False, False, False, False, False, False, False, False), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(request.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), False)
        .sign(authority, hashes.SHA256())
    )
    leaf.public_bytes(serialization.Encoding.PEM)
    key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


count = int(sys.argv[1])
start = time.monotonic()
for number in range(count):
    unit(number)
print(f"{count / (time.monotonic() - start):.0f}")
