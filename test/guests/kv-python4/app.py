"""Spin's key-value tutorial: the path of the request is the key, its body the value."""

from urllib.parse import parse_qs, urlsplit

from spin_sdk import http, key_value, sqlite, util, variables
from spin_sdk.http import Request, Response

# What an instance remembers: `GET /path?seen` answers it, so that a test sees whether the next request finds it.
seen: list[str] = []


class HttpHandler(http.Handler):
    async def handle_request(self, request: Request) -> Response:
        uri = urlsplit(request.uri)
        key = uri.path
        seen.append(key)
        query = parse_qs(uri.query, keep_blank_values=True)
        if query:
            return Response(200, {}, (await asked(query)).encode())
        with await key_value.open_default() as store:
            match request.method:
                case "POST":
                    value = request.body or b""
                    await store.set(key, value)
                    print(f"Stored {len(value)} bytes under {key}")
                    return Response(200, {}, None)
                case "GET":
                    found = await store.get(key)
                    return Response(404 if found is None else 200, {}, found)
                case "HEAD":
                    return Response(200 if await store.exists(key) else 404, {}, None)
                case "DELETE":
                    await store.delete(key)
                    return Response(200, {}, None)
                case _:
                    return Response(405, {}, None)


async def asked(query: dict[str, list[str]]) -> str:
    """What tests want to know: `?seen`, `?variable=NAME`, `?sql=STATEMENT`."""
    match next(iter(query.items())):
        case ("variable", [name]):
            return await variables.get(name)
        case ("sql", [statement]):
            with await sqlite.Connection.open_default() as connection:
                columns, rows, end = await connection.execute(statement, [sqlite.Value_Text("bound")])
                values = [[value.value for value in row.values] for row in await util.collect((rows, end))]
                return f"{columns} {values}"
        case _:
            return "\n".join(seen)
