"""Lists what the library makes public, and compares that with `docs/library.txt`: `python3 .ci/public.py JSON [--write]`.

JSON is what `rustdoc --output-format json` writes. A line is a public item with its kind, a function with its signature; what
a type implements follows it, without what every type has.
"""

import json
import sys
from pathlib import Path

LISTING = Path(__file__).parent.parent / "docs" / "library.txt"


def main(file, write):
    crate = json.loads(Path(file).read_text())
    lines = sorted(set(listing(crate)))
    text = "".join(f"{line}\n" for line in lines)
    if write:
        LISTING.write_text(text)
    elif LISTING.read_text() != text:
        known = set(LISTING.read_text().splitlines())
        for line in sorted(known.symmetric_difference(lines)):
            print("-" if line in known else "+", line)
        sys.exit("error: the public interface is not the one of docs/library.txt; if that is meant, run this with --write")
    items = [line for line in lines if not line.startswith("impl ")]
    if len(items) >= 120:
        sys.exit(f"error: the library has {len(items)} public items")


def signature(function):
    """What a function takes and gives, without the bounds that `impl` says in the place of a parameter's type."""
    inputs = [receiver(ty) if name == "self" else f"{name}: {written(ty)}" for name, ty in function["sig"]["inputs"]]
    params = [param for param in function["generics"]["params"] if not is_synthetic(param)]
    generics = ", ".join(generic(param) for param in params)
    output = function["sig"]["output"]
    result = f" -> {written(output)}" if output else ""
    return (f"<{generics}>" if generics else "") + f"({', '.join(inputs)}){result}"


def is_synthetic(param):
    return param["kind"].get("type", {}).get("is_synthetic", False)


def generic(param):
    bounds = bounds_of(param["kind"].get("type", {}).get("bounds", []))
    return f"{param['name']}: {bounds}" if bounds else param["name"]


def receiver(ty):
    text = written(ty)
    return {"Self": "self", "&Self": "&self", "&mut Self": "&mut self"}.get(text, f"self: {text}")


def bounds_of(bounds):
    return " + ".join(path_of(bound["trait_bound"]["trait"]) for bound in bounds if "trait_bound" in bound)


def path_of(path):
    """A path by its last name: those before it are not the caller's."""
    name = path["path"].rsplit("::", 1)[-1]
    args = path["args"] or {}
    if "angle_bracketed" not in args:
        return name
    inner = [written(arg["type"]) if "type" in arg else next(iter(arg.values())) for arg in args["angle_bracketed"]["args"]]
    for of in args["angle_bracketed"]["constraints"]:
        inner.append(f"{of['name']} = {written(of['binding']['equality']['type'])}")
    return f"{name}<{', '.join(inner)}>" if inner else name


def written(ty):
    (kind, inner), = ty.items()
    if kind in ("primitive", "generic"):
        return inner
    if kind == "resolved_path":
        return path_of(inner)
    if kind == "borrowed_ref":
        lifetime = f"{inner['lifetime']} " if inner["lifetime"] else ""
        return "&" + lifetime + ("mut " if inner["is_mutable"] else "") + written(inner["type"])
    if kind == "impl_trait":
        return f"impl {bounds_of(inner)}"
    if kind == "slice":
        return f"[{written(inner)}]"
    if kind == "array":
        return f"[{written(inner['type'])}; {inner['len']}]"
    if kind == "tuple":
        return f"({', '.join(map(written, inner))})"
    if kind == "dyn_trait":
        return "dyn " + " + ".join(path_of(of["trait"]) for of in inner["traits"])
    sys.exit(f"error: a public signature has a type of a kind that this does not know: {kind}")


def listing(crate):
    index = crate["index"]

    def walk(item, path):
        (kind, inner), = item["inner"].items()
        if kind == "module":
            for member in inner["items"]:
                yield from member_of(index[str(member)], path)
        elif kind == "function":
            yield f"fn {path}{signature(inner)}"
        elif kind in ("struct", "enum", "trait"):
            yield f"{kind} {path}"
            yield from parts(kind, inner, path)
        else:
            yield f"{kind} {path}"

    def member_of(item, path):
        if item["visibility"] != "public":
            return
        if "use" in item["inner"]:
            use = item["inner"]["use"]
            target = index.get(str(use["id"]))
            if target is not None:
                yield from walk(target, f"{path}::{use['name']}")
            return
        yield from walk(item, f"{path}::{item['name']}")

    def parts(kind, inner, path):
        for variant in inner.get("variants", []):
            yield f"variant {path}::{index[str(variant)]['name']}"
        fields = inner.get("kind", {})
        plain = fields.get("plain", {}) if isinstance(fields, dict) else {}
        for field in plain.get("fields", []):
            item = index.get(str(field))
            if item and item["visibility"] == "public":
                yield f"field {path}::{item['name']}"
        for id in inner.get("impls", []):
            of = index[str(id)]["inner"]["impl"]
            if of["is_synthetic"] or of["blanket_impl"]:
                continue
            if of["trait"] is not None:
                name = of["trait"]["path"].rsplit("::", 1)[-1]
                if not name.startswith("Structural"):
                    yield f"impl {name} for {path}"
                continue
            for member in of["items"]:
                item = index[str(member)]
                if item["visibility"] == "public":
                    yield f"fn {path}::{item['name']}{signature(item['inner']['function'])}"

    return walk(index[str(crate["root"])], "weld")


if __name__ == "__main__":
    main(sys.argv[1], "--write" in sys.argv[2:])
