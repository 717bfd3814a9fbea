"""Only what Amazon signed, for its own name, just now, gets in."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from certificates import (
    DAY,
    NOW,
    URL,
    Amazon,
    Issued,
    encoded,
    launch,
    root,
    rsa_key,
)
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from skill.signature import (
    RefusedError,
    Verifier,
    certificate_url,
    check_time,
    fetch_certificates,
    mozilla_roots,
    parse,
)

BODY = encoded(launch())


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


def verifier_for(amazon, **options):
    options = {"clock": Clock(), "fetch": amazon.fetch} | options
    return Verifier(roots=[amazon.root.certificate], **options)


@pytest.fixture(scope="module")
def amazon():
    return Amazon()


@pytest.fixture(scope="module")
def verifier(amazon):
    return verifier_for(amazon)


@pytest.fixture(scope="module")
def signed(amazon):
    """The headers that go with BODY."""
    return amazon.headers(BODY)


def refused(verifier, headers, body=BODY):
    with pytest.raises(RefusedError) as caught:
        verifier.envelope(headers, body)
    return str(caught.value)


# The signature


def test_what_amazon_signed_is_handed_back_as_json(amazon, verifier):
    assert verifier.envelope(amazon.headers(BODY), BODY) == launch()


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_body_changed_in_any_byte_is_refused(verifier, signed, place, change):
    body = bytearray(BODY)
    body[place] ^= change
    assert "not this body's" in refused(verifier, signed, bytes(body))


def test_a_missing_header_is_refused(amazon, verifier):
    for name in ("SignatureCertChainUrl", "Signature-256"):
        headers = amazon.headers(BODY)
        del headers[name]
        assert refused(verifier, headers) == f"no {name} header"


def test_an_empty_header_is_refused(amazon, verifier):
    headers = amazon.headers(BODY) | {"Signature-256": ""}
    assert refused(verifier, headers) == "no Signature-256 header"


@pytest.mark.parametrize("signature", ["%%%", "abc", "é", "====", "QUJD\tREVG", "QQ==, QQ=="])
def test_a_signature_that_is_not_base64_is_refused(amazon, verifier, signature):
    headers = amazon.headers(BODY) | {"Signature-256": signature}
    assert refused(verifier, headers) == "the signature is not base64"


def test_a_signature_by_another_key_is_refused(amazon, verifier):
    headers = amazon.headers(BODY)
    stranger = Amazon(key=rsa_key(3072)).headers(BODY)
    assert refused(verifier, headers | {"Signature-256": stranger["Signature-256"]})


@given(st.binary(min_size=1, max_size=300))
def test_a_made_up_signature_is_refused(verifier, signed, signature):
    forged = base64.b64encode(signature).decode()
    assert refused(verifier, signed | {"Signature-256": forged})


def test_nothing_is_parsed_before_the_signature_holds(amazon, verifier):
    assert "not this body's" in refused(verifier, amazon.headers(BODY), b"{")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b"\xff", '{"a": 1}'.encode("utf-16"), b"[" * 100_000],
)
def test_a_signed_body_that_is_no_json_object_is_refused(amazon, verifier, body):
    assert "the body is not" in refused(verifier, amazon.headers(body), body)


# The certificates


def served(*chain):
    return b"".join(issued.pem for issued in chain)


def test_a_chain_may_carry_its_root_and_more_after_it(amazon):
    amazon = Amazon()
    amazon.served = served(amazon.leaf, amazon.middle, amazon.root, root("Elsewhere"))
    assert verifier_for(amazon).envelope(amazon.headers(BODY), BODY)


@pytest.mark.parametrize("now", [NOW - 40 * DAY, NOW + 40 * DAY])
def test_a_chain_out_of_date_is_refused(amazon, now):
    body = encoded(launch(sent=now))
    assert refused(verifier_for(amazon, clock=Clock(now)), amazon.headers(body), body)


@pytest.mark.parametrize(
    "leaf",
    [
        {"name": "echo-api.example.com"},
        {"name": "sub.echo-api.amazon.com"},
        {"name": "*.amazon.com.example"},
        {"ends": NOW - timedelta(seconds=1)},
        {"begins": NOW + timedelta(seconds=1)},
    ],
)
def test_a_certificate_for_another_name_or_time_is_refused(leaf):
    amazon = Amazon(**leaf)
    assert "do not prove" in refused(verifier_for(amazon), amazon.headers(BODY))


def test_a_wildcard_is_not_the_signers_name():
    amazon = Amazon(name="*.amazon.com")
    assert "wildcard" in refused(verifier_for(amazon), amazon.headers(BODY))


def test_a_weak_key_is_refused():
    amazon = Amazon(key=rsa_key(1024))
    assert "too weak" in refused(verifier_for(amazon), amazon.headers(BODY))


def test_a_key_of_another_kind_is_refused(amazon, signed):
    other = amazon.middle.leaf(key=ec.generate_private_key(ec.SECP256R1()))
    verifier = verifier_for(amazon, fetch=lambda _: served(other, amazon.middle))
    assert "not RSA" in refused(verifier, signed)


def test_an_intermediate_out_of_date_is_refused():
    amazon = Amazon()
    amazon.middle = amazon.root.authority("Late", ends=NOW - DAY)
    amazon.served = served(amazon.middle.leaf(), amazon.middle)
    assert refused(verifier_for(amazon), amazon.headers(BODY))


def test_a_chain_from_an_unknown_authority_is_refused(amazon):
    stranger = Amazon()
    assert refused(verifier_for(amazon, fetch=stranger.fetch), stranger.headers(BODY))


def test_a_host_certificate_cannot_vouch_for_another(amazon):
    host = amazon.middle.leaf("shop.example.com", key=rsa_key(3072))
    forged = host.leaf()
    chain = served(forged, host, amazon.middle)
    assert refused(verifier_for(amazon, fetch=lambda _: chain), amazon.headers(BODY))


def test_a_chain_with_a_gap_or_out_of_order_is_refused():
    amazon = Amazon()
    lower = amazon.middle.authority("Lower")
    leaf = lower.leaf()
    orders = {
        "gap": (leaf, amazon.middle),
        "swapped": (leaf, amazon.middle, lower),
        "backwards": (amazon.middle, lower, leaf),
        "padded": (leaf, root("Elsewhere"), lower, amazon.middle),
    }
    for name, chain in orders.items():
        verifier = verifier_for(amazon, fetch=lambda _, chain=chain: served(*chain))
        assert refused(verifier, amazon.headers(BODY)), name
    amazon.served = served(leaf, lower, amazon.middle)
    assert verifier_for(amazon).envelope(amazon.headers(BODY), BODY)


@pytest.mark.parametrize("pem", [b"", b"<html>", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_something_else_than_certificates_is_refused(amazon, pem):
    assert refused(verifier_for(amazon, fetch=lambda _: pem), amazon.headers(BODY))


def test_the_public_authorities_load_and_do_not_trust_ours(amazon):
    assert len(mozilla_roots()) > 50
    public = Verifier(fetch=amazon.fetch, clock=Clock())
    assert "do not prove" in refused(public, amazon.headers(BODY))


def test_an_authority_that_cannot_be_read_does_not_take_the_others_with_it(tmp_path, monkeypatch):
    good = root()
    bad = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    bundle = tmp_path / "roots.pem"
    bundle.write_bytes(bad + good.pem)
    monkeypatch.setattr("certifi.where", lambda: str(bundle))
    assert mozilla_roots() == [good.certificate]


# The address of the certificates


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://s3.amazonaws.com:443/echo.api/echo-api-cert-1.pem",
        "HTTPS://S3.AmazonAWS.com/echo.api/echo-api-cert-1.pem",
        "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert-1.pem",
        "https://s3.amazonaws.com/echo.api/./echo-api-cert-1.pem?anything#else",
        "https://s3.amazonaws.com/echo.api/%65cho-api-cert-1.pem",
    ],
)
def test_every_spelling_of_an_address_names_one_file(url):
    assert certificate_url(url) == URL


@pytest.mark.parametrize(
    "url",
    [
        "http://s3.amazonaws.com/echo.api/cert.pem",
        "ftp://s3.amazonaws.com/echo.api/cert.pem",
        "file:///echo.api/cert.pem",
        "//s3.amazonaws.com/echo.api/cert.pem",
        "https://notamazon.com/echo.api/cert.pem",
        "https://s3.amazonaws.com.example.org/echo.api/cert.pem",
        "https://example.org@s3.amazonaws.com/echo.api/cert.pem",
        "https://s3.amazonaws.com@example.org/echo.api/cert.pem",
        "https://s3.amazonaws.com\\@example.org/echo.api/cert.pem",
        "https://s3.amazonaws.com:563/echo.api/cert.pem",
        "https://s3.amazonaws.com:0/echo.api/cert.pem",
        "https://s3.amazonaws.com:port/echo.api/cert.pem",
        "https://s3.amazonaws.com:99999/echo.api/cert.pem",
        "https://s3.amazonaws.com/EcHo.aPi/cert.pem",
        "https://s3.amazonaws.com/invalid.path/cert.pem",
        "https://s3.amazonaws.com/echo.apis/cert.pem",
        "https://s3.amazonaws.com/echo.api",
        "https://s3.amazonaws.com/echo.api/",
        "https://s3.amazonaws.com//echo.api/cert.pem",
        "https://s3.amazonaws.com/echo.api/../bucket/cert.pem",
        "https://s3.amazonaws.com/echo.api/%2e%2e/bucket/cert.pem",
        "https://s3.amazonaws.com/echo.api/..%2fbucket/cert.pem",
        "https://s3.amazonaws.com/bucket/cert.pem?/echo.api/",
        "https://[s3.amazonaws.com/echo.api/cert.pem",
        "not an address",
    ],
)
def test_an_address_elsewhere_is_refused_and_never_fetched(amazon, url):
    fetched = []
    verifier = verifier_for(amazon, fetch=lambda url: fetched.append(url) or b"")
    assert "address" in refused(verifier, amazon.headers(BODY, url))
    assert fetched == []


@given(st.text() | st.text().map("https://s3.amazonaws.com/echo.api/{}".format))
def test_no_address_leads_out_of_amazons_folder(url):
    try:
        fetched = certificate_url(url)
    except RefusedError:
        return
    assert fetched.startswith("https://s3.amazonaws.com/echo.api/")
    assert "/../" not in fetched
    assert certificate_url(fetched) == fetched


# What is kept


def test_a_chain_is_fetched_once_until_it_expires():
    amazon, clock = Amazon(), Clock()
    verifier = verifier_for(amazon, clock=clock)
    for hours in (0, 1, 24 * 29):
        clock.now = NOW + timedelta(hours=hours)
        body = encoded(launch(sent=clock.now))
        verifier.envelope(amazon.headers(body), body)
    assert amazon.fetched == [URL]


def test_a_chain_that_expires_is_fetched_again_and_refused_if_it_is_the_same():
    amazon, clock = Amazon(ends=NOW + DAY), Clock()
    verifier = verifier_for(amazon, clock=clock)
    verifier.envelope(amazon.headers(BODY), BODY)
    clock.now = NOW + 2 * DAY
    body = encoded(launch(sent=clock.now))
    assert refused(verifier, amazon.headers(body), body)
    amazon.leaf = amazon.middle.leaf()
    amazon.served = served(amazon.leaf, amazon.middle)
    assert verifier.envelope(amazon.headers(body), body)
    assert len(amazon.fetched) == 3


@pytest.mark.parametrize(
    ("dates", "later"), [({"ends": NOW + DAY}, 2), ({"begins": NOW - DAY}, -2)]
)
def test_a_chain_that_is_kept_holds_only_while_all_its_certificates_do(dates, later):
    amazon, clock = Amazon(), Clock()
    amazon.middle = amazon.root.authority("Brief", **dates)
    amazon.served = served(amazon.middle.leaf(), amazon.middle)
    verifier = verifier_for(amazon, clock=clock)
    verifier.envelope(amazon.headers(BODY), BODY)
    clock.now = NOW + later * DAY
    body = encoded(launch(sent=clock.now))
    assert refused(verifier, amazon.headers(body), body)


def test_a_chain_that_was_refused_is_not_kept():
    amazon = Amazon()
    verifier = verifier_for(amazon)
    good, amazon.served = amazon.served, b"busy"
    assert refused(verifier, amazon.headers(BODY))
    amazon.served = good
    assert verifier.envelope(amazon.headers(BODY), BODY)


# Fetching


@pytest.mark.parametrize("works", [True, False])
def test_many_requests_at_once_fetch_a_chain_once(works):
    amazon, everyone, second = Amazon(), threading.Barrier(8), threading.Event()
    calls = []

    def fetch(url):
        calls.append(url)
        if len(calls) > 1:
            second.set()
        second.wait(0.3)  # gives a second fetch every chance to begin
        return amazon.served if works else b""

    verifier = verifier_for(amazon, fetch=fetch)

    def ask(_):
        everyone.wait()
        try:
            return verifier.envelope(amazon.headers(BODY), BODY) == launch()
        except RefusedError:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [works] * 8
    assert calls == [URL]


def test_a_fetch_that_hangs_is_given_up_and_the_next_request_may_succeed(amazon):
    let_go = threading.Event()

    def fetch(url):
        let_go.wait(10)
        return amazon.fetch(url)

    verifier = verifier_for(amazon, fetch=fetch, fetch_seconds=0.05)
    assert "too long" in refused(verifier, amazon.headers(BODY))
    let_go.set()
    patient = verifier_for(amazon, fetch=fetch)
    assert patient.envelope(amazon.headers(BODY), BODY)


def test_fetches_that_hang_hold_up_no_request_whose_chain_is_kept(amazon):
    let_go = threading.Event()

    def fetch(url):
        if url != URL:
            let_go.wait(10)
        return amazon.fetch(url)

    verifier = verifier_for(amazon, fetch=fetch, fetch_seconds=0.3)
    verifier.envelope(amazon.headers(BODY), BODY)
    slow = [amazon.headers(BODY, f"{URL}.{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(refused, verifier, headers) for headers in slow]
        assert verifier.envelope(amazon.headers(BODY), BODY)
        assert all("too long" in each.result() for each in waiting)
    let_go.set()


@pytest.mark.parametrize("error", [OSError("unreachable"), ValueError("too big")])
def test_a_chain_that_cannot_be_had_is_refused_with_the_reason(amazon, error):
    def fetch(_):
        raise error

    assert str(error) in refused(verifier_for(amazon, fetch=fetch), amazon.headers(BODY))


class Store(BaseHTTPRequestHandler):
    """A web server in place of Amazon's, which behaves well or badly by path."""

    def do_GET(self):
        size = {"/small": 5_000, "/big": 70_000}.get(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/small")
            self.end_headers()
        elif self.path == "/trickle":
            self.send_response(200)
            self.end_headers()
            self.trickle()
        elif size:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * size)
        elif self.path == "/silent":
            self.server.closing.wait(10)
        else:
            self.send_error(404)

    def trickle(self):
        for _ in range(100):
            self.wfile.write(b"x")
            if self.server.closing.wait(0.02):
                break

    def log_message(self, *_):
        pass


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_):
        """Say nothing: clients hang up on purpose here."""


@contextmanager
def web_server(certificate: Issued, folder):
    (folder / "server.pem").write_bytes(certificate.pem + certificate.key_pem)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "server.pem")
    server = QuietServer(("127.0.0.1", 0), Store)
    server.closing = threading.Event()
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """The address of the server, and TLS settings that trust it."""
    today = datetime.now(UTC)  # TLS itself looks at the machine's clock
    dates = {"begins": today - DAY, "ends": today + DAY}
    authority = root(**dates)
    tls = ssl.create_default_context(cadata=authority.pem.decode())
    folder = tmp_path_factory.mktemp("store")
    with web_server(authority.leaf("localhost", **dates), folder) as address:
        yield address, tls


def test_certificates_are_fetched_over_https(store):
    address, tls = store
    assert fetch_certificates(f"{address}/small", tls=tls) == b"x" * 5_000


@pytest.mark.parametrize(
    ("path", "error", "why"),
    [
        ("missing", OSError, "404"),
        ("moved", OSError, "302"),
        ("big", ValueError, "too big"),
        ("silent", TimeoutError, "timed out"),
        ("trickle", TimeoutError, "too slow"),
    ],
)
def test_a_missing_moved_big_or_slow_file_is_not_fetched(store, path, error, why):
    address, tls = store
    with pytest.raises(error, match=why):
        fetch_certificates(f"{address}/{path}", tls=tls, seconds=0.3)


def test_a_server_that_is_not_trusted_is_not_asked(store):
    address, _ = store
    with pytest.raises(OSError, match="certificate verify failed"):
        fetch_certificates(f"{address}/small")


def test_a_server_that_is_not_there_is_an_error():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        fetch_certificates(f"https://localhost:{port}/small")


# The time

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("age", [-150, -1, 0, 1, 150])
def test_a_request_within_150_seconds_is_let_in(age):
    check_time(launch(sent=NOW - age * SECOND), NOW)


@pytest.mark.parametrize("age", [-86400, -151, 151, 3600, 86400 * 365])
def test_a_stale_or_future_request_is_refused(amazon, verifier, age):
    body = encoded(launch(sent=NOW - age * SECOND))
    assert "timestamp" in refused(verifier, amazon.headers(body), body)


def test_a_skill_event_may_be_an_hour_late_but_not_early():
    event = {"type": "AlexaSkillEvent.SkillDisabled"}
    check_time(launch(sent=NOW - 3600 * SECOND, **event), NOW)
    for age in (3601, -151):
        with pytest.raises(RefusedError):
            check_time(launch(sent=NOW - age * SECOND, **event), NOW)


@pytest.mark.parametrize("stamp", ["2031-05-14T12:00:00.25Z", "2031-05-14T14:00:00+02:00"])
def test_a_timestamp_may_have_fractions_or_another_zone(stamp):
    check_time(launch(timestamp=stamp), NOW)


@pytest.mark.parametrize("stamp", [None, "", "now", "2031-05-14T12:00:00", 1_936_699_200, [], {}])
def test_a_timestamp_missing_or_without_a_zone_is_refused(stamp):
    with pytest.raises(RefusedError, match="no usable timestamp"):
        check_time(launch(timestamp=stamp), NOW)


@pytest.mark.parametrize("envelope", [{}, {"request": None}, {"request": []}, {"request": "x"}])
def test_a_request_of_the_wrong_shape_is_refused(envelope):
    with pytest.raises(RefusedError, match="no usable timestamp"):
        check_time(envelope, NOW)


@given(st.binary())
def test_whatever_the_body_it_is_an_object_or_refused(body):
    with suppress(RefusedError):
        assert isinstance(parse(body), dict)
