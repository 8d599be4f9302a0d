"""The ceiling for fan-out: a server that frames a message once, writes it to every connection, and does nothing else.

    python -m bench.ceiling PORT

One loop, bare WebSocket, no Socket.IO, no HTTP but the handshake. Whatever text a client sends, all get.
"""

import base64
import hashlib
import resource
import select
import socket
import sys
from contextlib import suppress

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def main() -> None:
    port = int(sys.argv[1])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    listener = socket.create_server(("127.0.0.1", port), backlog=4096)
    print(f"http://127.0.0.1:{port}/", flush=True)
    serve(listener)


def serve(listener: socket.socket) -> None:
    """Serve for ever."""
    epoll = select.epoll()
    epoll.register(listener.fileno(), select.EPOLLIN)
    coming: dict[int, socket.socket] = {}
    there: dict[int, socket.socket] = {}
    while True:
        for fd, _ in epoll.poll():
            if fd == listener.fileno():
                line, _ = listener.accept()
                line.setblocking(False)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                coming[line.fileno()] = line
                epoll.register(line.fileno(), select.EPOLLIN)
                continue
            line = there.get(fd) or coming[fd]
            try:
                data = line.recv(65536)
            except OSError:
                data = b""
            if not data:
                epoll.unregister(fd)
                (there if fd in there else coming).pop(fd)
                line.close()
            elif fd in coming:
                line.send(accepted(data))
                there[fd] = coming.pop(fd)
            else:
                message = framed(text_in(data))
                for other in there.values():
                    with suppress(OSError):
                        other.send(message)


def accepted(request: bytes) -> bytes:
    """The answer to a handshake."""
    key = next(
        line.split(b":", 1)[1].strip()
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"sec-websocket-key:")
    )
    proof = base64.b64encode(hashlib.sha1(key + GUID).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + proof
        + b"\r\n\r\n"
    )


def text_in(data: bytes) -> bytes:
    """The text of a client's frame, whole and masked with zeros."""
    size = data[1] & 0x7F
    return data[6:] if size < 126 else data[8:]


def framed(text: bytes) -> bytes:
    size = len(text)
    return (bytes((0x81, size)) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")) + text


if __name__ == "__main__":
    main()
