"""Spin's key-value tutorial: the path of the request is the key, its body the value."""

from urllib.parse import parse_qs, urlsplit

from spin_sdk import http, key_value, variables
from spin_sdk.http import Request, Response

# `spin_sdk.sqlite` asks for this by a name that componentize-py does not give it: there are two of them.
from spin_sdk.wit.imports import fermyon_spin_sqlite as sqlite

# What an instance remembers: `GET /path?seen` answers it, so that a test sees whether the next request finds it.
seen: list[str] = []


class IncomingHandler(http.IncomingHandler):
    def handle_request(self, request: Request) -> Response:
        uri = urlsplit(request.uri)
        key = uri.path
        seen.append(key)
        query = parse_qs(uri.query, keep_blank_values=True)
        if query:
            return Response(200, {}, asked(query).encode())
        with key_value.open_default() as store:
            match request.method:
                case "POST":
                    value = request.body or b""
                    store.set(key, value)
                    print(f"Stored {len(value)} bytes under {key}")
                    return Response(200, {}, None)
                case "GET":
                    found = store.get(key)
                    return Response(404 if found is None else 200, {}, found)
                case "HEAD":
                    return Response(200 if store.exists(key) else 404, {}, None)
                case "DELETE":
                    store.delete(key)
                    return Response(200, {}, None)
                case _:
                    return Response(405, {}, None)


def asked(query: dict[str, list[str]]) -> str:
    """What tests want to know: `?seen`, `?variable=NAME`, `?sql=STATEMENT`."""
    match next(iter(query.items())):
        case ("variable", [name]):
            return variables.get(name)
        case ("sql", [statement]):
            with sqlite.Connection.open("default") as connection:
                result = connection.execute(statement, [sqlite.Value_Text("bound")])
                return f"{result.columns} {[[value.value for value in row.values] for row in result.rows]}"
        case _:
            return "\n".join(seen)
