"""A stand-in for a proxy: of HTTP, which forwards and tunnels, or of SOCKS 5, which is told names."""

import base64
import select
import socket
import threading
from urllib.parse import urlsplit

PIECE = 1 << 16


class Proxy:
    """A proxy on a port of this machine, for as long as a `with` lasts; it remembers what it was asked."""

    def __init__(self, kind="http", login=None):
        self.kind, self.login = kind, login
        # The places that were asked for, as `host:port`, and how: CONNECT, a method of HTTP, or SOCKS.
        self.asked = []
        self.stopping = threading.Event()

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"{'socks5h' if self.kind == 'socks' else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                (self.socks if self.kind == "socks" else self.http)(connection)
            except OSError:
                # Either side is gone, and so is the other one.
                pass

    def http(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(PIECE)
            if not piece:
                return
            head += piece
        head, _, rest = head.partition(b"\r\n\r\n")
        line, *fields = head.decode().split("\r\n")
        method, target, version = line.split(" ")
        if self.login:
            wanted = "Basic " + base64.b64encode(self.login.encode()).decode()
            if f"proxy-authorization: {wanted}".lower() not in [field.lower() for field in fields]:
                self.asked.append(("REFUSED", target))
                connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n"
                                   b"content-length: 0\r\nconnection: close\r\n\r\n")
                return
        place = target if method == "CONNECT" else urlsplit(target).netloc
        self.asked.append((method, place))
        host, _, port = place.rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            if method == "CONNECT":
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                server.sendall(rest)
            else:
                path = target[target.index("/", len("http://")):]
                kept = [field for field in fields if not field.lower().startswith("proxy-")]
                server.sendall("\r\n".join([f"{method} {path} {version}", *kept]).encode() + b"\r\n\r\n" + rest)
            self.relay(connection, server)

    def socks(self, connection):
        """RFC 1928, as far as a client without a name needs it."""
        count = self.take(connection, 2)[1]
        self.take(connection, count)
        connection.sendall(b"\x05\x00")
        head = self.take(connection, 4)
        assert head[:3] == b"\x05\x01\x00"
        host = self.take(connection, self.take(connection, 1)[0]).decode() if head[3] == 3 \
            else socket.inet_ntop(socket.AF_INET, self.take(connection, 4))
        port = int.from_bytes(self.take(connection, 2))
        self.asked.append(("SOCKS", f"{host}:{port}"))
        with socket.create_connection((host, port)) as server:
            connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
            self.relay(connection, server)

    @staticmethod
    def take(connection, count):
        data = b""
        while len(data) < count:
            piece = connection.recv(count - len(data))
            if not piece:
                raise OSError("the client is gone")
            data += piece
        return data

    def relay(self, one, other):
        while not self.stopping.is_set():
            for source in select.select([one, other], [], [], 0.05)[0]:
                data = source.recv(PIECE)
                if not data:
                    return
                (other if source is one else one).sendall(data)
