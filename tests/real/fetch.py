from urllib.parse import urlsplit

import wit_world
from componentize_py_types import Err
from wit_world.imports import outgoing_handler
from wit_world.imports.types import (
    Fields,
    IncomingBody,
    OutgoingRequest,
    Scheme_Http,
    Scheme_Https,
)


class WitWorld(wit_world.WitWorld):
    def get(self, url: str) -> str:
        parts = urlsplit(url)
        request = OutgoingRequest(Fields.from_list([]))
        request.set_scheme(Scheme_Https() if parts.scheme == "https" else Scheme_Http())
        request.set_authority(parts.netloc)
        request.set_path_with_query(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        try:
            future = outgoing_handler.handle(request, None)
        except Err as error:
            raise Err(type(error.value).__name__)
        future.subscribe().block()
        response = future.get().value.value
        body = response.consume()
        text = b""
        stream = body.stream()
        while True:
            try:
                text += stream.blocking_read(4096)
            except Err:
                break
        stream.__exit__(None, None, None)
        IncomingBody.finish(body)
        return f"{response.status()} {text.decode()}"

    def repeat(self, url: str, times: int) -> None:
        for _ in range(times):
            self.get(url)
