"""Did Alexa send this, just now? Amazon's signature on a request, its certificates, its time.

Amazon signs the raw bytes of every request and names, in a header, where the certificates of the
key are to be had. `Verifier.envelope` is the one way in: it hands back the request's JSON only
when certificate address, chain, signature and time are all right, and raises `RefusedError`
otherwise. Nothing is parsed before the signature holds.

A chain that was verified once is kept until it expires; its dates are looked at on every use.
Importing this module costs about a tenth of a second, so only the web host does.
"""

from __future__ import annotations

import json
import posixpath
import re
import ssl
from binascii import a2b_base64
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http.client import HTTPException
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, build_opener
from warnings import catch_warnings, simplefilter

import certifi
import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import (
    Certificate,
    DNSName,
    SubjectAlternativeName,
    load_pem_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.verification import PolicyBuilder, Store

from skill.serializer import text_at

ADDRESS, SIGNATURE = "SignatureCertChainUrl", "Signature-256"  # headers
SIGNER = "echo-api.amazon.com"
CERTIFICATE_HOST = "s3.amazonaws.com"
CERTIFICATE_FOLDER = "/echo.api/"
LEAST_KEY_BITS = 2048
PADDING, DIGEST = PKCS1v15(), SHA256()
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)

FETCH_SECONDS = 3.0  # Alexa gives a request eight seconds in all
MOST_CERTIFICATE_BYTES = 64 * 1024  # a chain is about 6 kB
MOST_FETCHES_AT_ONCE = 4

REQUEST_SECONDS = 150.0
EVENT_SECONDS = 3600.0  # Amazon repeats a skill event for up to an hour
EVENT_TYPES = "AlexaSkillEvent."

Fetch = Callable[[str], bytes]
Clock = Callable[[], datetime]


class Headers(Protocol):
    """The headers of an HTTP request; names are looked up whatever their case, as HTTP has it."""

    def get(self, name: str, /) -> str | None:
        """The value of a header, or None where it is missing."""


class RefusedError(Exception):
    """The request did not come from Alexa for us, or not now. The text says why, for the log."""


def now_utc() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


class Verifier:
    """Accepts what Amazon signed and refuses the rest. Safe to share between threads."""

    def __init__(
        self,
        *,
        roots: Sequence[Certificate] | None = None,
        fetch: Fetch | None = None,
        clock: Clock = now_utc,
        fetch_seconds: float = FETCH_SECONDS,
    ) -> None:
        """Trust `roots` (left out: Mozilla's) and get certificates by `fetch` (over HTTPS)."""
        store = Store(list(roots) if roots is not None else mozilla_roots())
        self._chains = Chains(store, fetch or fetch_certificates, fetch_seconds)
        self._clock = clock

    def envelope(self, headers: Headers, body: bytes) -> dict[str, Any]:
        """The JSON object in `body` (the raw bytes), proved by `headers` to be Amazon's and recent.

        Raises `RefusedError`.
        """
        now = self._clock()
        self._check_signature(headers, body, now)
        envelope = parse(body)
        check_time(envelope, now)
        return envelope

    def _check_signature(self, headers: Headers, body: bytes, now: datetime) -> None:
        url, encoded = headers.get(ADDRESS), headers.get(SIGNATURE)
        if not url or not encoded:
            raise RefusedError(f"no {SIGNATURE if url else ADDRESS} header")
        try:
            signature = a2b_base64(encoded, strict_mode=True)
        except ValueError:
            raise RefusedError("the signature is not base64") from None
        key = self._chains.key(certificate_url(url), now)
        try:
            key.verify(signature, body, PADDING, DIGEST)
        except InvalidSignature:
            raise RefusedError("the signature is not this body's") from None


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`, which must be UTF-8. Raises `RefusedError`."""
    try:
        envelope = _json(body)
    except (ValueError, RecursionError):
        raise RefusedError("the body is not JSON") from None
    if not isinstance(envelope, dict):
        raise RefusedError("the body is not a JSON object")
    return envelope


def _json(body: bytes) -> Any:
    """The JSON in `body`, which must be UTF-8; raises ValueError or RecursionError.

    orjson does it in half the time. It is stricter about half a surrogate pair, as a text cut off
    inside an emoji has one: then the standard library says whether it is JSON.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return json.loads(body.decode())


def check_time(envelope: Mapping[str, Any], now: datetime) -> None:
    """Raise `RefusedError` unless the request was sent about now, so that none can be replayed."""
    try:
        age = (now - datetime.fromisoformat(envelope["request"]["timestamp"])).total_seconds()
    except (LookupError, TypeError, ValueError):  # TypeError: it is no text, or has no time zone
        raise RefusedError("no usable timestamp") from None
    if abs(age) <= REQUEST_SECONDS:
        return
    kind = text_at(envelope, "request", "type") or ""
    oldest = EVENT_SECONDS if kind.startswith(EVENT_TYPES) else REQUEST_SECONDS
    if age > oldest:
        raise RefusedError(f"the timestamp is {age:.0f} seconds old")
    if age < -REQUEST_SECONDS:
        raise RefusedError(f"the timestamp is {-age:.0f} seconds ahead")


@lru_cache(maxsize=64)
def certificate_url(url: str) -> str:
    """The address to fetch certificates from, in one spelling for each file.

    Raises `RefusedError` for anything but a file in Amazon's folder. The path is decoded before
    it is looked at, so that no `%2e%2e` leads out of the folder later.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedError("the certificate address is malformed") from None
    path = posixpath.normpath(unquote(parts.path))
    if parts.scheme != "https" or parts.hostname != CERTIFICATE_HOST or port not in (None, 443):
        raise RefusedError("the certificate address is on another host, port or scheme")
    if not path.startswith(CERTIFICATE_FOLDER) or parts.username is not None:
        raise RefusedError("the certificate address is outside Amazon's folder")
    return f"https://{CERTIFICATE_HOST}{quote(path)}"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """None, which makes a redirect an error: it could lead anywhere."""


def fetch_certificates(
    url: str, *, tls: ssl.SSLContext | None = None, seconds: float = FETCH_SECONDS
) -> bytes:
    """What is at `url`, at most 64 kB of it, following no redirect.

    Raises `OSError` or `HTTPException` when it cannot be had, `ValueError` when it is too big.
    """
    deadline = monotonic() + seconds
    opener = build_opener(HTTPSHandler(context=tls or _tls()), _NoRedirect())
    body = b""
    with opener.open(url, timeout=seconds) as response:
        while piece := response.read1(MOST_CERTIFICATE_BYTES):
            body += piece
            if len(body) > MOST_CERTIFICATE_BYTES:
                raise ValueError("too big")
            if monotonic() > deadline:
                raise TimeoutError("too slow")
    return body


def _tls() -> ssl.SSLContext:
    """The machine's roots and Mozilla's: some machines have none, some need one of their own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def mozilla_roots() -> list[Certificate]:
    """The certificate authorities that browsers trust, as `certifi` ships them.

    A few old ones have the serial number zero, which `cryptography` warns of and is going to
    refuse: one by one, so that these cannot take the others with them.
    """
    roots = []
    with catch_warnings():
        simplefilter("ignore", CryptographyDeprecationWarning)
        for pem in PEM.findall(Path(certifi.where()).read_bytes()):
            with suppress(ValueError):
                roots.append(load_pem_x509_certificate(pem))
    return roots


@dataclass(frozen=True)
class Chain:
    """A verified chain: its key, and the time in which every certificate of it is valid."""

    key: RSAPublicKey
    begins: datetime
    ends: datetime


def verify_chain(pem: bytes, store: Store, now: datetime) -> Chain:
    """The chain in `pem`, Amazon's own certificate first, proved up to a root in `store`.

    Raises `RefusedError` when a certificate is missing, out of order, weak, for another name, or
    not valid at `now`.
    """
    policy = PolicyBuilder().store(store).time(now)
    try:
        certificates = load_pem_x509_certificates(pem)
        leaf, *others = certificates
        path = policy.build_server_verifier(DNSName(SIGNER)).verify(leaf, others)
        names = leaf.extensions.get_extension_for_class(SubjectAlternativeName).value
        key = leaf.public_key()
    except Exception as error:  # these are a stranger's certificates: whatever is wrong, refuse
        raise RefusedError(f"the certificates do not prove {SIGNER}: {error}") from error
    if SIGNER not in names.get_values_for_type(DNSName):
        raise RefusedError(f"the certificate names {SIGNER} by a wildcard only")
    if path[:-1] != certificates[: len(path) - 1]:
        raise RefusedError("the certificates are out of order")
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        raise RefusedError("the key is too weak, or not RSA")  # the policy looks at issuers' only
    return Chain(
        key,
        max(certificate.not_valid_before_utc for certificate in path),
        min(certificate.not_valid_after_utc for certificate in path),
    )


class Chains:
    """The chains verified so far, by address; each is fetched once however many ask at a time.

    Only a verified chain is kept, so nobody but Amazon can make this grow.
    """

    def __init__(self, store: Store, fetch: Fetch, seconds: float) -> None:
        """Fetch with `fetch`, giving up on it after `seconds`."""
        self._store = store
        self._fetch = fetch
        self._seconds = seconds
        self._lock = Lock()
        self._kept: dict[str, Chain] = {}
        self._flights: dict[str, Future[Chain]] = {}
        self._fetchers = ThreadPoolExecutor(MOST_FETCHES_AT_ONCE, "certificates")

    def key(self, url: str, now: datetime) -> RSAPublicKey:
        """The key that the chain at `url` proves to be Amazon's. Raises `RefusedError`."""
        with self._lock:
            chain = self._kept.get(url)
            if chain and chain.begins <= now <= chain.ends:
                return chain.key
            flight = self._flights.get(url) or self._take_off(url, now)
        try:
            return flight.result(self._seconds).key
        except (TimeoutError, CancelledError):
            flight.cancel()  # takes it out of the queue if it has not begun
            raise RefusedError("the certificates took too long to fetch") from None

    def _take_off(self, url: str, now: datetime) -> Future[Chain]:
        flight = self._fetchers.submit(self._load, url, now)
        self._flights[url] = flight
        flight.add_done_callback(lambda _: self._flights.pop(url))
        return flight

    def _load(self, url: str, now: datetime) -> Chain:
        try:
            pem = self._fetch(url)
        except (OSError, HTTPException, ValueError) as error:
            raise RefusedError(f"the certificates cannot be fetched: {error}") from error
        chain = verify_chain(pem, self._store, now)
        self._kept[url] = chain
        return chain
