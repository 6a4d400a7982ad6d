# SPDX-License-Identifier: Apache-2.0
"""A service that answers as its tests ask for: http_service.py [PORT]. Writes its port when it listens."""
import http.server
import json
import os
import socket
import sys
import time


class service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        action = self.path.removeprefix("/steps/")
        if action == "die":
            os._exit(1)
        if action == "slow":
            time.sleep(3)
        if action == "hang_up":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        if action == "redirect":
            return self.answer(302, b"", {"Location": "/steps/reserve"})
        if action == "page":
            return self.answer(200, b"<html>welcome</html>")
        if action == "large":
            return self.answer(200, b'"' + b"x" * (2 << 20) + b'"')
        if action.isdigit():
            return self.answer(int(action), b'{"error": "no room"}' if int(action) != 204 else b"")
        headers = {name: value for name, value in self.headers.items() if name not in ("Host", "Content-Length")}
        self.answer(200, json.dumps({"path": self.path, "headers": headers, "body": json.loads(body),
                                     "port": self.client_address[1]}).encode())

    def answer(self, status, body, headers={}):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), service)
print("port", server.server_address[1], "open", flush=True)
server.serve_forever()
