"""A server of HTTP/1.1 for one request: prints its port, and answers with what it was asked."""

import argparse
import http.server
import socketserver

parser = argparse.ArgumentParser()
parser.add_argument("--status", type=int, default=200)
parser.add_argument("--field", action="append", default=[], help="a field of the answer, name:value")
options = parser.parse_args()

SECONDS_MAX = 20


class Mirror(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = SECONDS_MAX

    def answer(self):
        length = self.headers["content-length"]
        body = self.rfile.read(int(length or 0)).decode()
        told = [self.command, self.path, self.headers["x-name"], length, body]
        content = " ".join(str(value) for value in told).encode()
        self.send_response(options.status)
        for field in options.field:
            self.send_header(*field.split(":", 1))
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, format, *arguments):
        pass


# Not `HTTPServer`, which asks for the machine's name before it listens.
server = socketserver.TCPServer(("127.0.0.1", 0), Mirror)
server.timeout = SECONDS_MAX
print(server.server_address[1], flush=True)
server.handle_request()
