"""A certificate authority for tests, and requests signed as Alexa signs them.

Nothing here is Amazon's: the authority is made anew for each run, has the shape of Amazon's (a
root, an intermediate, and a certificate for the signer), and is trusted by tests only. Its time
stands still at `NOW`.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2031, 5, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SIGNER = "echo-api.amazon.com"
URL = "https://s3.amazonaws.com/echo.api/echo-api-cert-1.pem"


@cache
def rsa_key(bits=2048):
    """An RSA key; the same one each time, for they are slow to make."""
    return rsa.generate_private_key(65537, bits)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, able to issue others."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self):
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def authority(self, name, **options):
        """Another authority, below this one."""
        return _issue(name, ec.generate_private_key(ec.SECP256R1()), issuer=self, **options)

    def leaf(self, name=SIGNER, key=None, **options):
        """A certificate for a host, below this authority."""
        return _issue(name, key or rsa_key(), issuer=self, host=True, **options)


def root(name="Test Root", **options):
    """An authority that nobody vouches for but itself."""
    return _issue(name, ec.generate_private_key(ec.SECP256R1()), **options)


def _name(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _issue(name, key, *, issuer=None, host=False, **dates):
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


def _usage(*, host):
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

    def __init__(self, **leaf):
        self.root = root()
        self.middle = self.root.authority("Test Intermediate")
        self.leaf = self.middle.leaf(**leaf)
        self.fetched = []
        self.served = self.leaf.pem + self.middle.pem

    def fetch(self, url):
        """The chain, wherever it is asked for."""
        self.fetched.append(url)
        return self.served

    def headers(self, body, url=URL):
        """What Alexa sends along with `body`."""
        signature = self.leaf.key.sign(body, padding.PKCS1v15(), hashes.SHA256())
        return {
            "Content-Type": "application/json;charset=utf-8",
            "SignatureCertChainUrl": url,
            "Signature-256": base64.b64encode(signature).decode(),
        }


def launch(*, skill_id="amzn1.ask.skill.ours", sent=NOW, **request):
    """The JSON of a request as Alexa sends it; `request` overrides parts of its request."""
    application = {"applicationId": skill_id}
    return {
        "version": "1.0",
        "session": {
            "new": True,
            "sessionId": "amzn1.echo-api.session.one",
            "application": application,
            "attributes": {},
            "user": {"userId": "amzn1.ask.account.somebody"},
        },
        "context": {
            "System": {
                "application": application,
                "user": {"userId": "amzn1.ask.account.somebody"},
                "device": {"deviceId": "amzn1.ask.device.kitchen", "supportedInterfaces": {}},
                "apiEndpoint": "https://api.amazonalexa.com",
            }
        },
        "request": {
            "type": "LaunchRequest",
            "requestId": "amzn1.echo-api.request.one",
            "timestamp": sent.isoformat().replace("+00:00", "Z"),
            "locale": "en-US",
            **request,
        },
    }


def encoded(envelope):
    """The bytes of a JSON value, as they go over the wire."""
    return json.dumps(envelope).encode()
