"""A TLS endpoint before the table, whose certificates are as many and as large as Amazon's."""

import datetime
import socket
import ssl
import threading
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

# As DynamoDB sends them: its own, the authority's that issues it, the root's and the older root's. All keys are RSA of 2,048 bits.
CHAIN = ("localhost", "Issuing authority", "Root authority", "Older root authority")
BITS = 2048
BUFFER = 65_536


class TlsEndpoint:
    """Passes on what comes over TLS to `endpoint`."""

    def __init__(self, endpoint: str, folder: Path):
        self._target = (urlsplit(endpoint).hostname, urlsplit(endpoint).port)
        chain, key, self.root = folder / "chain.pem", folder / "key.pem", folder / "root.pem"
        write_chain(chain, key, self.root)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(chain, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def variables(self) -> dict[str, str]:
        """What leads a function there."""
        return {"AWS_ENDPOINT_URL_DYNAMODB": self.url, "TRUST_NATIVE_ROOTS": "true", "SSL_CERT_FILE": str(self.root)}

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(plain,), daemon=True).start()

    def _pass_on(self, plain: socket.socket) -> None:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with self._context.wrap_socket(plain, server_side=True) as client, socket.create_connection(self._target) as table:
                table.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                back = threading.Thread(target=copy, args=(table, client), daemon=True)
                back.start()
                copy(client, table)
                table.shutdown(socket.SHUT_WR)
                back.join()
        except OSError:
            pass  # A function that ends closes its connections where they are.


def copy(source: socket.socket, target: socket.socket) -> None:
    """Until `source` ends."""
    try:
        while data := source.recv(BUFFER):
            target.sendall(data)
    except OSError:
        pass


def write_chain(chain: Path, key: Path, root: Path) -> None:
    """The certificates that the endpoint sends, the key of the first, and the root that trusts them."""
    keys = [rsa.generate_private_key(65_537, BITS) for _ in CHAIN]
    certificates = [certificate(at, keys, issuer) for at, issuer in enumerate((1, 2, 3, 3))]
    chain.write_bytes(b"".join(map(pem, certificates)))
    root.write_bytes(pem(certificate(2, keys, 2)))
    key.write_bytes(keys[0].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


def certificate(at: int, keys: list[rsa.RSAPrivateKey], issuer: int) -> x509.Certificate:
    """The certificate of `CHAIN[at]` by `CHAIN[issuer]`."""
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(CHAIN[at]))
        .issuer_name(name(CHAIN[issuer]))
        .public_key(keys[at].public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=at > 0, path_length=None), critical=True)
    )
    if at == 0:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(CHAIN[0])]), critical=False)
    return builder.sign(keys[issuer], hashes.SHA256())


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
