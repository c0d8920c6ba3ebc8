import importlib
import os
import sys
from typing import List, Optional

import wit_world
from componentize_py_types import Err


class WitWorld(wit_world.WitWorld):
    def names(self, path: str) -> List[str]:
        try:
            return os.listdir(path)
        except OSError as error:
            raise Err(repr(error))

    def contents(self, path: str) -> bytes:
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError as error:
            raise Err(repr(error))

    def keep(self, path: str, contents: bytes) -> None:
        try:
            with open(path, "wb") as file:
                file.write(contents)
        except OSError as error:
            raise Err(repr(error))

    def variable(self, name: str) -> Optional[str]:
        return os.environ.get(name)

    def say(self, folder: str, module: str) -> str:
        sys.path.insert(0, folder)
        try:
            return importlib.import_module(module).say()
        except ImportError as error:
            raise Err(repr(error))
        finally:
            sys.path.remove(folder)
