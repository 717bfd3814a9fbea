"""A certificate authority to try the endpoint with, and signatures as Alexa makes them.

Nothing here is Amazon's: the authority is made anew for each run, has the shape of Amazon's (a
root, an intermediate, and a certificate for the signer), and is trusted by nobody who is not told
to. Its time stands still at `NOW`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

NOW = datetime(2031, 5, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SIGNER = "echo-api.amazon.com"
URL = "https://s3.amazonaws.com/echo.api/echo-api-cert-1.pem"


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """An RSA key; the same one each time, for they are slow to make."""
    return rsa.generate_private_key(65537, bits)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, able to issue others."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        """The certificate, as it is served."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key, as a server reads it."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def authority(self, name: str, **dates: datetime) -> Issued:
        """Another authority, below this one."""
        return _issue(name, ec.generate_private_key(ec.SECP256R1()), dates, self)

    def leaf(self, name: str = SIGNER, key: Key | None = None, **dates: datetime) -> Issued:
        """A certificate for a host, below this authority."""
        return _issue(name, key or rsa_key(), dates, self, host=True)


def root(name: str = "Test Root", **dates: datetime) -> Issued:
    """An authority that nobody vouches for but itself."""
    return _issue(name, ec.generate_private_key(ec.SECP256R1()), dates)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _issue(
    name: str,
    key: Key,
    dates: dict[str, datetime],
    issuer: Issued | None = None,
    *,
    host: bool = False,
) -> Issued:
    """A certificate in the shape that web authorities use, which strict verifiers demand."""
    dates = {"begins": NOW - 30 * DAY, "ends": NOW + 30 * DAY} | dates
    signing = issuer.key if issuer else key
    subject = _name(name)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dates["begins"])
        .not_valid_after(dates["ends"])
        .add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
        .add_extension(_usage(host=host), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(authority, critical=False)
    )
    if host:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(names, critical=False).add_extension(server, critical=False)
    return Issued(builder.sign(signing, hashes.SHA256()), key)


def _usage(*, host: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=host,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not host,
        crl_sign=not host,
        encipher_only=False,
        decipher_only=False,
    )


class Amazon:
    """Stands in for Amazon: its chain, the place where it is fetched, and what it signs."""

    def __init__(
        self, name: str = SIGNER, key: rsa.RSAPrivateKey | None = None, **dates: datetime
    ) -> None:
        """With a signer of this name, with this key, and these dates."""
        self.root = root()
        self.middle = self.root.authority("Test Intermediate")
        self._key = key or rsa_key()
        self.leaf = self.middle.leaf(name, self._key, **dates)
        self.fetched: list[str] = []
        self.served = self.leaf.pem + self.middle.pem

    def fetch(self, url: str) -> bytes:
        """The chain, wherever it is asked for."""
        self.fetched.append(url)
        return self.served

    def headers(self, body: bytes, url: str = URL) -> dict[str, str]:
        """What Alexa sends along with `body`."""
        signature = self._key.sign(body, padding.PKCS1v15(), hashes.SHA256())
        return {
            "Content-Type": "application/json;charset=utf-8",
            "SignatureCertChainUrl": url,
            "Signature-256": base64.b64encode(signature).decode(),
        }
