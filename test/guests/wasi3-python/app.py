"""Reads and writes files, and talks to servers, by both versions of WASI 0.3 and by Python's own open: /<how>/<what>/<...>."""

from urllib.parse import urlsplit

from componentize_py_types import Err
from spin_sdk import http, util
from spin_sdk.http import Request, Response
from spin_sdk.wit import byte_stream
from spin_sdk.wit.imports import (
    wasi_filesystem_preopens_0_3_0 as preopens_final,
    wasi_filesystem_preopens_0_3_0_rc_2026_03_15 as preopens_candidate,
    wasi_filesystem_types_0_3_0 as files_final,
    wasi_filesystem_types_0_3_0_rc_2026_03_15 as files_candidate,
    wasi_sockets_types_0_3_0 as sockets_final,
    wasi_sockets_types_0_3_0_rc_2026_03_15 as sockets_candidate,
)

VERSIONS = {
    "final": (preopens_final, files_final, sockets_final),
    "candidate": (preopens_candidate, files_candidate, sockets_candidate),
}


class HttpHandler(http.Handler):
    async def handle_request(self, request: Request) -> Response:
        how, what, rest = urlsplit(request.uri).path.removeprefix("/").split("/", 2)
        if how == "open":
            with open(f"/{rest}", "rb") as file:
                return Response(200, {}, file.read())
        preopens, files, sockets = VERSIONS[how]
        try:
            match what:
                case "read":
                    answer = await read(preopens, files, rest)
                case "write":
                    answer = await write(preopens, files, rest, request.body or b"")
                case "list":
                    answer = await entries(preopens, files, rest)
                case "tcp":
                    answer = await tcp(sockets, rest, request.body or b"")
                case "udp":
                    answer = await udp(sockets, rest, request.body or b"")
                case _:
                    return Response(404, {}, None)
        except Err as error:
            answer = type(error.value).__name__.encode()
        return Response(200, {}, answer)


def root(preopens):
    [(directory, _)] = preopens.get_directories()
    return directory


async def opened(preopens, files, path, create, flags):
    return await root(preopens).open_at(files.PathFlags.SYMLINK_FOLLOW, path, create, flags)


async def collected(stream, end) -> bytes:
    chunks = []
    with stream, end:
        while not stream.writer_dropped:
            chunks.append(await stream.read(4096))
        result = await end.read()
        if isinstance(result, Err):
            raise result
    return b"".join(chunks)


async def read(preopens, files, path) -> bytes:
    file = await opened(preopens, files, path, files.OpenFlags(0), files.DescriptorFlags.READ)
    return await collected(*file.read_via_stream(0))


async def write(preopens, files, path, body) -> bytes:
    file = await opened(preopens, files, path, files.OpenFlags.CREATE, files.DescriptorFlags.WRITE)
    writer, reader = byte_stream()
    end = file.write_via_stream(reader, 0)
    with writer:
        written = await writer.write_all(body)
    result = await end.read()
    return f"{written} {type(result).__name__}".encode()


async def entries(preopens, files, path) -> bytes:
    directory = await opened(preopens, files, path, files.OpenFlags.DIRECTORY, files.DescriptorFlags.READ)
    names = [f"{entry.name} {type(entry.type).__name__}" for entry in await util.collect(directory.read_directory())]
    return "\n".join(sorted(names)).encode()


def address(sockets, rest):
    ip, port = rest.split("/")
    return sockets.IpSocketAddress_Ipv4(sockets.Ipv4SocketAddress(int(port), tuple(int(part) for part in ip.split("."))))


async def tcp(sockets, rest, body) -> bytes:
    socket = sockets.TcpSocket.create(sockets.IpAddressFamily.IPV4)
    await socket.connect(address(sockets, rest))
    received = socket.receive()
    writer, reader = byte_stream()
    sent = socket.send(reader)
    with writer:
        await writer.write_all(body)
    answer = await collected(*received)
    await sent.read()
    return answer


async def udp(sockets, rest, body) -> bytes:
    socket = sockets.UdpSocket.create(sockets.IpAddressFamily.IPV4)
    socket.connect(address(sockets, rest))
    await socket.send(body, None)
    answer, _ = await socket.receive()
    return answer
