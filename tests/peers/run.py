#!/usr/bin/env python3
"""Runs the test cases of wac-parser, wac-graph, wasm-compose and wit-component, as their crates have them, through weld.

    WELD=target/debug/weld WASM_TOOLS=wasm-tools tests/peers/run.py FOLDER

The crates are fetched by cargo, in the versions of `crates.toml`; nothing of them is kept here. Of each case it is
compared whether it is accepted, and of those that both accept what the result imports and exports, or its WIT. Where weld differs,
`known.json` says why. A difference that is not there, or one that is there and was not found, ends the run with 1.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WELD = str(Path(os.environ["WELD"]).resolve())
WASM_TOOLS = os.environ.get("WASM_TOOLS", "wasm-tools")


def crates(folder):
    """The folder of each crate, by its name."""
    scratch = folder / "crates"
    (scratch / "src").mkdir(parents=True, exist_ok=True)
    (scratch / "src/lib.rs").touch()
    shutil.copy(HERE / "crates.toml", scratch / "Cargo.toml")
    command = ["cargo", "metadata", "--quiet", "--format-version", "1"]
    found = json.loads(subprocess.run(command, cwd=scratch, check=True, stdout=subprocess.PIPE).stdout)
    return {of["name"]: Path(of["manifest_path"]).parent for of in found["packages"] if of["name"] in SUITES}


def weld(*words, cwd):
    """Runs weld. Gives what it said where it refuses, and nothing else."""
    ran = subprocess.run([WELD, *map(str, words)], cwd=cwd, capture_output=True, text=True, timeout=120)
    if ran.returncode not in [0, 2]:
        return f"ends with {ran.returncode}: {ran.stderr}"
    return ran.stderr.strip() if ran.returncode else None


def world(text):
    """The names of what a component imports and exports, as wasmprinter prints it."""
    # Only what is indented by one level is of the component itself.
    items = re.findall(r'^  \((import|export)(?: \$(?:"[^"]*"|\S+))?(?: \(;\d+;\))? "([^"]+)"', text, re.MULTILINE)
    return sorted(items)


def printed(component):
    return subprocess.run([WASM_TOOLS, "print", component], check=True, capture_output=True, text=True).stdout


def compare(refused, output, accepted, result):
    """What differs between weld and its peer, in words: nothing where they agree. `result` is the peer's, as text."""
    if (refused is None) != accepted:
        return f"weld refuses: {refused}" if refused else "weld accepts"
    if refused is not None or result is None:
        return None
    mine, theirs = world(printed(output)), world(result)
    lacks, has = [item for item in theirs if item not in mine], [item for item in mine if item not in theirs]
    return f"the output lacks {lacks} and has {has}" if lacks or has else None


# ---- wac-parser ----


def of_parser(crate, out):
    """Documents. Those in `parser` name packages that are nowhere: only their syntax is compared."""
    for file in sorted(crate.glob("tests/*/**/*.wac")):
        suite = file.relative_to(crate / "tests").parts[0]
        name = f"wac-parser/{file.relative_to(crate / 'tests').with_suffix('')}"
        output = out / "out.wasm"
        accepted = file.parent.name != "fail"
        words = ["compose", file, "--deps-dir", file.with_suffix(""), "--import-dependencies", "--allow-obsolete-names"]
        refused = weld(*words, "--no-provenance", "-o", output, cwd=out)
        if suite == "parser" and accepted:
            # What goes beyond the syntax is said of something that the syntax understood.
            refused = refused if refused and "expected" in refused.splitlines()[0] else None
            yield name, compare(refused, output, accepted, None)
            continue
        result = Path(f"{file}.result").read_text() if suite == "encoding" and accepted else None
        yield name, compare(refused, output, accepted, result)


# ---- wac-graph ----


class NotADocument(Exception):
    """A graph that no document says."""


def package(root, of, out):
    """A package of a graph as a file that weld takes."""
    path = root / of["path"]
    if path.suffix == ".wat":
        return path
    module, component = out / "dummy.module.wasm", out / f"{of['path'].replace('/', '-')}-{of.get('version', '')}.wasm"
    subprocess.run([WASM_TOOLS, "component", "embed", "--dummy", path, "-o", module], check=True, capture_output=True)
    subprocess.run([WASM_TOOLS, "component", "new", module, "-o", component], check=True, capture_output=True)
    return component


def in_order(graph):
    """The numbers of the nodes, each after what it is made of: in a document, names are defined before they are used. What is made
    of itself is somewhere in between, and weld says what is not defined."""
    order = []

    def add(at, on_the_way):
        if at in order or at in on_the_way:
            return
        node = graph["nodes"][at]
        sources = [of["source"] for of in graph.get("arguments", []) if of["target"] == at]
        for source in [*([node["source"]] if "source" in node else []), *sources]:
            add(source, [*on_the_way, at])
        order.append(at)

    for at in range(len(graph.get("nodes", []))):
        add(at, [])
    return order


def document(graph):
    """A graph as a document."""
    packages = [f"{of['name']}@{of['version']}" if of.get("version") else of["name"] for of in graph.get("packages", [])]
    if len(set(packages)) < len(packages):
        raise NotADocument("a package is there by being named, once")
    lines = ["package test:composition;"]
    for at in in_order(graph):
        node = graph["nodes"][at]
        given = [f"{json.dumps(of['name'])}: n{of['source']}" for of in graph.get("arguments", []) if of["target"] == at]
        if node["type"] == "instantiation":
            lines.append(f"let n{at} = new {packages[node['package']]} {{ {', '.join([*given, '...'])} }};")
            continue
        if given:
            raise NotADocument("only what is instantiated has arguments")
        if node["type"] == "alias":
            lines.append(f"let n{at} = n{node['source']}[{json.dumps(node['export'])}];")
        else:
            # What a package exports goes by its path, which for an interface is its name without the version.
            name, _, version = packages[node["package"]].partition("@")
            export = node["export"].rpartition("/")[2].partition("@")[0]
            path = f"{name}/{export}" + (f"@{version}" if version else "")
            lines.append(f"import n{at} as {json.dumps(node['name'])}: {path};")
    lines += [f"export n{of['node']} as {json.dumps(of['name'])};" for of in graph.get("exports", [])]
    return "\n".join(lines) + "\n", packages


def of_graph(crate, out):
    for folder in sorted((crate / "tests/graphs").iterdir()):
        name = f"wac-graph/{folder.name}"
        graph = json.loads((folder / "graph.json").read_text())
        accepted = not (folder / "error.txt").exists()
        files = [package(folder, of, out) for of in graph.get("packages", [])]
        try:
            text, packages = document(graph)
        except NotADocument as why:
            yield name, f"no document says it: {why}"
            continue
        (out / "graph.wac").write_text(text)
        given = [word for key, file in zip(packages, files) for word in ["--dep", f"{key}={file}"]]
        words = ["compose", "graph.wac", *given, "--import-dependencies"]
        refused = weld(*words, "--allow-obsolete-names", "--no-provenance", "-o", "out.wasm", cwd=out)
        result = (folder / "encoded.wat").read_text() if accepted else None
        yield name, compare(refused, out / "out.wasm", accepted, result)


# ---- wasm-compose ----


def of_compose(crate, out):
    # Some take components of others.
    shutil.copytree(crate / "tests/compositions", out / "compositions")
    for folder in sorted((crate / "tests/compositions").iterdir()):
        # Dependencies are looked for in the folder of the configuration, of which an empty one has the defaults.
        copy = out / "compositions" / folder.name
        if not (copy / "config.yml").exists():
            (copy / "config.yml").write_text("{}\n")
        accepted = not (folder / "error.txt").exists()
        words = ["compose", "root.wat", "--config", "config.yml", "--allow-obsolete-names", "--no-provenance"]
        refused = weld(*words, "-o", "out.wasm", cwd=copy)
        result = (folder / "composed.wat").read_text() if accepted else None
        yield f"wasm-compose/{folder.name}", compare(refused, copy / "out.wasm", accepted, result)


# ---- wit-component ----


def embedded(folder, file, out):
    """A core module of a case with the world of its name as metadata."""
    module = out / f"{file.stem}.wasm"
    words = ["component", "embed", folder, file, "--world", file.stem, "-o", module]
    subprocess.run([WASM_TOOLS, *words], check=True, capture_output=True)
    return module


def wit(component):
    ran = subprocess.run([WASM_TOOLS, "component", "wit", component], check=True, capture_output=True, text=True)
    return ran.stdout


def imports_of(adapter):
    """The module whose imports an adapter is for: that of its first line, or of its file's name."""
    said = re.match(r";; module name: (\S+)", adapter.read_text())
    return said[1] if said else adapter.stem.removeprefix("adapt-")


def of_component(crate, out):
    """Core modules. Those of several libraries, which weld does not link, and those with settings of the encoder are left out."""
    for folder in sorted((crate / "tests/components").iterdir()):
        module, adapters = folder / "module.wat", sorted(folder.glob("adapt-*.wat"))
        if not module.exists() or any(re.search("^;;!", file.read_text(), re.MULTILINE) for file in [module, *adapters]):
            continue
        accepted = not (folder / "error.txt").exists()
        given = [word for file in adapters for word in ["--adapt", f"{imports_of(file)}={embedded(folder, file, out)}"]]
        # One has no metadata, which is what it is about.
        has_metadata = folder.name != "error-missing-module-metadata"
        core = embedded(folder, module, out) if has_metadata else module
        refused = weld("componentize", core, *given, "-o", out / "out.wasm", cwd=out)
        differs = compare(refused, None, accepted, None)
        if not differs and accepted:
            mine, theirs = wit(out / "out.wasm"), wit(folder / "component.wat")
            differs = None if mine == theirs else f"the WIT of the output is {mine}"
        yield f"wit-component/{folder.name}", differs


SUITES = {"wac-parser": of_parser, "wac-graph": of_graph, "wasm-compose": of_compose, "wit-component": of_component}


def main():
    folder = Path(sys.argv[1]).resolve()
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    found = crates(folder)
    results = {name: differs for crate, run in SUITES.items() for name, differs in run(found[crate], out)}
    known = json.loads((HERE / "known.json").read_text())
    wrong = [f"{name}: {differs}" for name, differs in results.items() if differs and name not in known]
    wrong += [f"{name}: they agree, and `known.json` says that they do not" for name in known if not results.get(name)]
    print("\n".join(wrong))
    print(f"{len(results)} cases of {len(found)} crates, {len(known)} known differences, {len(wrong)} findings")
    sys.exit(1 if wrong or len(results) < 100 else 0)


if __name__ == "__main__":
    main()
