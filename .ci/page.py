#!/usr/bin/python3
"""Opens the pages of `weld inspect --html` in headless Chromium, and uses them as people do: by mouse and by keyboard.

    WELD=target/debug/weld .ci/page.py [FOLDER]

FOLDER is where screenshots go. Needs Debian's chromium, chromium-driver, python3-selenium and graphviz.
"""

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

WELD = str(Path(os.environ["WELD"]).resolve())
PROJECT = Path(__file__).resolve().parent.parent
SHOTS = Path(sys.argv[1]) if len(sys.argv) > 1 else None
WINDOW = (1440, 960)
HOSTILE = ["<script>alert(1)</script>", '\\"><img src=x onerror=alert(1)>', "]]-->", "a\\u{202e}b", "`tick`", "\\'quote\\'"]


def weld(*arguments, cwd=None):
    return subprocess.run([WELD, *map(str, arguments)], cwd=cwd, check=True, capture_output=True).stdout


def unit(name, number, imports):
    """A component with code, that imports some interfaces of one function each, and exports one."""
    given = "".join(f'(import "{i}" (instance (export "run" (func))))' for i in imports)
    return f"""(component ${name} {given}
      (core module $m (func (export "run")))
      (core instance $i (instantiate $m))
      (func $f (canon lift (core func $i "run")))
      (instance $x (export "run" (func $f)))
      (export "acme:unit/u{number}@1.0.0" (instance $x)))"""


def composed(names, edges, hosts, own=None):
    """A composition of such components: `edges` says on which later ones each depends, all import all of `hosts`."""
    host = [f"acme:host/part-{n}@0.2.{n}" for n in range(hosts)]
    text = [f'(component ${own or "generated"}']
    text += [f'(import "{name}" (instance $h{n} (export "run" (func))))' for n, name in enumerate(host)]
    for number, name in enumerate(names):
        text.append(unit(name, number, host + [f"acme:unit/u{to}@1.0.0" for to in edges(number)]))
    for number in reversed(range(len(names))):
        given = [f'(with "{name}" (instance $h{n}))' for n, name in enumerate(host)]
        given += [f'(with "acme:unit/u{to}@1.0.0" (instance $e{to}))' for to in edges(number)]
        text.append(f'(instance ${names[number]} (instantiate ${names[number]} {" ".join(given)}))')
        text.append(f'(alias export ${names[number]} "acme:unit/u{number}@1.0.0" (instance $e{number}))')
    text.append('(export "acme:unit/u0@1.0.0" (instance $e0)))')
    return "\n".join(text)


def shop(folder, count, grants):
    """A composition by weld: so many components, some of which have adapters around them."""
    folder.mkdir()
    hosts = ["cli/stdout", "cli/stderr", "filesystem/types", "clocks/monotonic-clock", "random/random", "sockets/tcp"]
    lines = ["[composition]", 'name = "acme:shop@1.0.0"', 'root = "unit-0"', 'output = "shop.wasm"', "[components]"]
    for number in range(count):
        used = [f"wasi:{hosts[(number + n) % len(hosts)]}@0.2.6" for n in range(number % 4)]
        used += [f"acme:unit/u{to}@1.0.0" for to in {2 * number + 1, 2 * number + 2, number + 7} if to < count]
        (folder / f"{number}.wat").write_text(unit(f"unit-{number}", number, used))
        lines.append(f'unit-{number} = "{number}.wat"')
    for number in range(count):
        if grants(number):
            lines += [f"[virtualize.unit-{number}]", 'default = "deny"', 'stdout = "allow"']
    (folder / "weld.toml").write_text("\n".join(lines))
    weld("build", cwd=folder)
    return folder / "shop.wasm"


def quoted(name):
    return f'"{name}"'


def subjects(folder):
    """The components whose pages are opened."""
    cms = folder / "cms"
    (cms / "build").mkdir(parents=True)
    for name in ["weld.toml", "front.wasm", "storygen.wasm", "kv.wasm"]:
        (cms / name).write_bytes((PROJECT / "examples/cms" / name).read_bytes())
    weld("build", cwd=cms)
    yield "cms", cms / "build/cms.wasm"
    virtual = folder / "virt.wasm"
    weld("virt", PROJECT / "tests/guests/built/command-0.2.12.wasm", "--grant", "stdout=allow", "-o", virtual)
    yield "virt", virtual
    yield "alone", PROJECT / "tests/guests/built/command-0.2.12.wasm"
    outer = folder / "nested.wat"
    inner = composed(["one", "two"], lambda n: [1] if n == 0 else [], 2, own="inner")
    outer.write_text(f"""(component $nested
      (import "acme:host/part-0@0.2.0" (instance $h0 (export "run" (func))))
      (import "acme:host/part-1@0.2.1" (instance $h1 (export "run" (func))))
      {inner}
      {unit("user", 9, ["acme:unit/u0@1.0.0"])}
      (instance $i (instantiate $inner (with "acme:host/part-0@0.2.0" (instance $h0)) (with "acme:host/part-1@0.2.1" (instance $h1))))
      (alias export $i "acme:unit/u0@1.0.0" (instance $e))
      (instance $u (instantiate $user (with "acme:unit/u0@1.0.0" (instance $e))))
      (alias export $u "acme:unit/u9@1.0.0" (instance $f))
      (export "acme:unit/u9@1.0.0" (instance $f)))""")
    yield "nested", outer
    shim = folder / "shim.wat"
    shim.write_text("""(component (import "a" (func $a)) (import "b" (func $b))
      (component $p (core module) (export "m" (core module 0)))
      (component $s (import "x" (func $x)) (export "y" (func $x)))
      (instance $i (instantiate $s (with "x" (func $a))))
      (instance (instantiate $p)) (export "e" (instance $i)))""")
    yield "shim", shim
    for count in (3, 12, 40):
        yield f"shop-{count}", shop(folder / f"shop-{count}", count, lambda n: n % 3 == 2)
    for count in (4, 8):
        chain = folder / f"chain-{count}.wat"
        chain.write_text(composed([f"unit-{n}" for n in range(count)], lambda n: [n + 1] if n + 1 < count else [], 3))
        yield f"chain-{count}", chain
    chain = folder / "chain.wat"
    chain.write_text(composed([f"unit-{n}" for n in range(40)], lambda n: [n + 1] if n < 39 else [], 3))
    yield "chain", chain
    many = folder / "sixty.wat"
    edges = lambda n: sorted({to for to in (2 * n + 1, 2 * n + 2, n + 7) if to < 60})
    many.write_text(composed([f"unit-{n}" for n in range(60)], edges, 10))
    yield "sixty", many
    flat = folder / "flat.wat"
    flat.write_text(composed([f"unit-{n}" for n in range(60)], lambda n: range(1, 60) if n == 0 else [], 10))
    yield "flat", flat
    hostile = folder / "hostile.wat"
    chain = lambda n: [n + 1] if n + 1 < len(HOSTILE) else []
    hostile.write_text(composed(list(map(quoted, HOSTILE)), chain, 2, own=quoted(HOSTILE[0])))
    yield "hostile", hostile


def window(driver, width, height):
    """Makes the window so large; the narrow ones are those of phones."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 2 if width < 600 else 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


class Page:
    def __init__(self, name, file, component, driver):
        self.name, self.driver = name, driver
        self.inspection = json.loads(weld("inspect", component, "--json"))
        self.file = file
        driver.get("about:blank")
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {
            "source": "window.alerts = 0; window.alert = () => { window.alerts++; };"})
        driver.get(file.as_uri())
        self.things = json.loads(self.one("#data").get_attribute("textContent"))["things"]

    def visit(self, id):
        """Opens the page anew, with something chosen."""
        self.driver.get("about:blank")
        self.driver.get(self.file.as_uri() + (f"#at={id}" if id else ""))

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys):
        chain = webdriver.ActionChains(self.driver)
        chain.send_keys(*keys).perform()

    def check(self, holds, what):
        assert holds, f"{self.name}: {what}"

    def shot(self, what):
        if SHOTS:
            SHOTS.mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(str(SHOTS / f"{self.name}-{what}.png"))


def drawn(inspection):
    """The instances that have a block, found again from the JSON."""
    components, instances = inspection["components"], inspection["instances"]
    role = lambda i: None if i["component"] is None else components[i["component"]]["role"]
    found = []
    for number, instance in enumerate(instances):
        inner, hidden = instance, number == 0
        while inner["within"] is not None:
            outer = instances[inner["within"]]
            hidden |= role(outer) == "adapter" or (role(inner) == "shim" and role(outer) in ("program", "shim"))
            inner = outer
        if not hidden:
            found.append(number)
    own = not found or (instances and role(instances[0]) == "program")
    return found, own


def counted(inspection):
    """How many wires there are, of those whose both ends can be told from the JSON without following shims."""
    found, own = drawn(inspection)
    instances = inspection["instances"]
    wires = 0
    for number in found:
        instance = instances[number]
        for wire in instance["imports"]:
            source = wire["from"]
            wires += source["is"] == "import" or (source["is"] == "instance" and source["instance"] in found)
        component = instance["component"]
        shim = component is not None and inspection["components"][component]["role"] == "shim"
        if shim or any(instances[other]["within"] == number for other in found):
            sources = [w["from"] for w in instance["exports"]]
            wires += sum(1 for s in sources if s["is"] == "import" or (s["is"] == "instance" and s["instance"] in found))
    given = {w["from"]["name"] for n in found if instances[n]["within"] == 0 for w in instances[n]["imports"] if w["from"]["is"] == "import"}
    exports = len(inspection["components"][0]["exports"])
    return wires + exports + (len([i for i in inspection["imports"] if i["name"] not in given]) if own else 0)


def blocks_and_wires(page):
    found, own = drawn(page.inspection)
    page.check(len(page.all("#blocks .block")) == len(found) + own + 2, "a block for each instance, the host and the exports")
    wires = {id for id in page.things if re.fullmatch(r"w\d+", id)}
    page.check(len(wires) == counted(page.inspection), "as many wires as the JSON has")
    # Each is drawn, by itself or in one that says so.
    lines = page.run("return [...document.querySelectorAll('#wires .wire')].map((wire) => wire.id)")
    parts = [part for line in lines for part in (page.things[line]["lists"][0][2] if line.startswith("c") else [line])]
    page.check(sorted(parts) == sorted(wires), "each wire is drawn once")
    rows = page.run("return [...document.querySelectorAll('.port')].map((row) => row.id)")
    parts = [part for row in rows for part in (page.things[row]["lists"][0][2] if re.search("[IE]", row) else [row])]
    page.check(sorted(parts) == sorted(id for id in page.things if re.fullmatch(r"b\d+[ie]\d+", id)), "each port is in one row")
    names = {page.inspection["instances"][n]["name"] for n in found}
    shown = {thing["title"] for id, thing in page.things.items() if re.fullmatch(r"b\d+", id)}
    missing = {name for name in names if name.isprintable() and name not in shown}
    page.check(not missing, f"blocks are called as the instances are: {missing}")


def nothing_overlaps(page):
    boxes = page.run("""
        return [...document.querySelectorAll('#blocks .block')].map((block) => {
            const [x, y] = block.getAttribute('transform').match(/[-\\d.]+/g).map(Number);
            const body = block.querySelector('.body').getBBox();
            const frame = block.classList.contains('is-frame');
            const texts = [...block.querySelectorAll('text:not(.large)')].map((text) => {
                const b = text.getBBox(), port = text.closest('.port, .badge');
                const [px, py] = port ? port.getAttribute('transform').match(/[-\\d.]+/g).map(Number) : [0, 0];
                return [b.x + px, b.y + py, b.width, b.height, text.textContent, port ? port.classList.contains('import') : null];
            });
            const large = block.querySelector('.large').getBBox();
            return {id: block.id, frame, large: [large.x, large.y, large.width, large.height], x, y, w: body.width, h: body.height, texts};
        });""")
    for number, a in enumerate(boxes):
        for b in boxes[number + 1:]:
            apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"] or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
            page.check(apart, f"{a['id']} and {b['id']} lie over each other")
        for x, y, w, h, text, _ in [] if a["frame"] else a["texts"]:
            inside = x >= -0.5 and x + w <= a["w"] + 0.5 and y >= 0 and y + h <= a["h"] + 2
            page.check(inside, f"`{text}` is in {a['id']}: {x} + {w} of {a['w']}, {y} + {h} of {a['h']}")
        x, y, w, h = a["large"]
        page.check(x + w <= a["w"] + 1 and (h == 0 or y >= -4), f"the large title is in {a['id']}: {x} + {w} of {a['w']}")
        rows = [t for t in a["texts"]]
        for i, one in enumerate(rows):
            for two in rows[i + 1:]:
                across = one[0] + one[2] <= two[0] or two[0] + two[2] <= one[0]
                down = one[1] + one[3] <= two[1] + 2 or two[1] + two[3] <= one[1] + 2
                page.check(across or down, f"labels of {a['id']} lie over each other: {one[4]}, {two[4]}")


def wires_run_beside_blocks(page):
    crossed = page.run("""
        const rects = [...document.querySelectorAll('#blocks .block:not(.is-frame)')].map((block) => {
            const [x, y] = block.getAttribute('transform').match(/[-\\d.]+/g).map(Number);
            const body = block.querySelector('.body').getBBox();
            return {id: block.id, x, y, w: body.width, h: body.height};
        });
        const through = [];
        for (const wire of document.querySelectorAll('#wires .wire')) {
            const line = wire.querySelector('.line'), length = line.getTotalLength();
            const steps = Math.min(400, Math.ceil(length / 6));
            const own = [wire.dataset.from, wire.dataset.to].map((end) => end.replace(/[ie]\\d+$/, ''));
            for (let n = 0; n <= steps; n++) {
                const p = line.getPointAtLength(length * n / steps);
                const hit = rects.find((r) => !own.includes(r.id) && p.x > r.x + 1 && p.x < r.x + r.w - 1 && p.y > r.y + 1 && p.y < r.y + r.h - 1);
                if (hit) { through.push(wire.id + ' through ' + hit.id); break; }
            }
        }
        return through;""")
    page.check(not crossed, f"wires run through blocks: {crossed[:5]}")


SMALLEST = """
    const svg = document.getElementById('picture'), scale = svg.getScreenCTM().a;
    const canvas = document.getElementById('canvas').getBoundingClientRect();
    const visible = [...svg.querySelectorAll('text')].filter((text) => {
        const style = getComputedStyle(text), box = text.getBoundingClientRect();
        return style.display !== 'none' && style.visibility === 'visible' && box.width > 0 &&
            box.right > canvas.left && box.left < canvas.right && box.bottom > canvas.top && box.top < canvas.bottom;
    });
    const sizes = visible.flatMap((text) => [text, ...text.children]).map((text) => parseFloat(getComputedStyle(text).fontSize) * scale);
    return [visible.length, Math.min(...sizes), svg.dataset.width * scale / canvas.width, svg.dataset.height * scale / canvas.height,
        document.documentElement.scrollWidth - innerWidth];"""


def first_view(page):
    """All that is written can be read, in a window and on a phone, and the canvas is used."""
    count, size, width, height, _ = page.run(SMALLEST)
    page.check(count > 0 and size >= 11, f"the smallest text has {size} pixels")
    page.check(max(width, height) > 0.7, f"the picture takes {width:.2f} by {height:.2f} of the canvas")
    blocks = len(page.all("#blocks .block"))
    page.check(blocks > 62 or max(width, height) < 1.02, f"{blocks} blocks are seen at once, not {width:.2f} by {height:.2f} of them")
    named = page.run("return [...document.querySelectorAll('.block.program')].filter((block) => !block.querySelector('.label')).length")
    page.check(named == 0 or not page.name.startswith("chain-"), f"of {named} blocks, only names are shown")
    window(page.driver, 390, 844)
    page.visit(None)
    count, size, _, _, wider = page.run(SMALLEST)
    page.check(count > 0 and size >= 11, f"on a phone the smallest text has {size} pixels")
    page.check(wider <= 0, f"on a phone the page is {wider} pixels wider than the window")
    page.shot("phone")
    page.visit("b2")
    page.check(page.one("#detail h3").is_displayed(), "on a phone the panel opens")
    page.shot("phone-chosen")
    window(page.driver, *WINDOW)
    page.visit(None)


def wires_end_at_blocks(page):
    loose = page.run("""
        const place = (id) => {
            const block = document.getElementById(id.replace(/[ieIE]\\d+$/, ''));
            const numbers = (element) => element.getAttribute('transform').match(/[-\\d.]+/g).map(Number);
            const [x, y] = numbers(block), row = document.getElementById(id), at = numbers(row);
            // A frame has a second end of each row for what is in it.
            const ends = [...row.querySelectorAll('.pin')].map((pin) => at[0] + Number(pin.getAttribute('cx') || 0));
            return ends.map((end) => [x + end, y + at[1]]);
        };
        const loose = [];
        for (const wire of document.querySelectorAll('#wires .wire')) {
            const line = wire.querySelector('.line');
            const ends = [[wire.dataset.from, 0], [wire.dataset.to, line.getTotalLength()]];
            for (const [id, length] of ends) {
                const p = line.getPointAtLength(length);
                if (!place(id).some(([x, y]) => Math.hypot(x - p.x, y - p.y) < 1.5)) loose.push(wire.id + ' at ' + id);
            }
        }
        return loose;""")
    page.check(not loose, f"wires end in mid-air: {loose[:5]}")


def choosing(page):
    """What is chosen is in the address, and what is not is dimmed. Nothing changes its colour, nor lines their width by zoom."""
    stroke = "return [...document.querySelectorAll('#wires .wire:not(.host) .line')].map((line) => getComputedStyle(line).stroke)"
    before = page.run(stroke)
    webdriver.ActionChains(page.driver).move_to_element(page.one("#b2 .title")).perform()
    page.check(page.run("return document.querySelector('#wires .near') !== null || arguments[0] === 0", len(before)), "pointing marks wires")
    page.check(page.run(stroke) == before, "wires that are pointed at keep their colours")
    page.visit("b2")
    page.check(page.one("#detail").get_attribute("data-open") == "b2", "the address chooses a block")
    page.check(page.run("return scrollY") == 0, "an address leaves the page where it is")
    page.run("document.getAnimations().forEach((a) => a.finish())")
    faint = page.run("""return [...document.querySelectorAll('.block:not(.chosen-block):not(.near-block)')]
        .map((block) => Number(getComputedStyle(block).opacity))""")
    page.check(all(opacity < 0.5 for opacity in faint), f"what is not chosen is dimmed: {faint[:5]}")
    page.check(page.run("return Number(getComputedStyle(document.getElementById('b2')).opacity)") == 1, "what is chosen is not")
    page.check(page.run(stroke) == before, "wires of what is chosen keep their colours")
    headings = [h.text.split(" (")[0] for h in page.all("#detail h4")]
    page.check("granted" not in headings or headings[0] == "granted", f"grants come first: {headings}")
    tall = page.run("""return [...document.querySelectorAll('#detail ul:not(.words):not(.grants)')]
        .filter((list) => list.children.length > 2 && [...list.children].every((item) => !item.querySelector('a') && item.textContent.length < 20)).length""")
    page.check(tall == 0, "no list has one word a line")
    page.shot("chosen-block")
    joined = next((id for id, thing in page.things.items() if "at" in thing), None)
    if joined:
        page.visit(joined)
        at = page.things[joined]["at"]
        page.check(page.one("#detail").get_attribute("data-open") == joined, "the address chooses what is within a row")
        page.check("chosen" in page.one(f"[id='{at}']").get_attribute("class"), "where it is drawn is marked")
    page.press(Keys.ESCAPE)
    page.check(page.run("return location.hash") == "", "closing takes it out of the address")
    page.visit(None)
    effects = page.run("return [...new Set([...document.querySelectorAll('.line')].map((line) => getComputedStyle(line).vectorEffect))]")
    page.check(effects in ([], ["non-scaling-stroke"]), f"lines keep their width: {effects}")


def chips(page):
    """What goes to the host is one chip for each capability, and one wire to it from each row; what is denied is counted."""
    rows = page.run("return [...document.querySelectorAll('.block.host .port')].map((row) => row.querySelector('.label').firstChild.textContent)")
    page.check(len(rows) == len(set(rows)), f"a chip for each capability: {rows}")
    pairs = page.run("return [...document.querySelectorAll('#wires .wire')].map((wire) => wire.dataset.from + ' ' + wire.dataset.to)")
    page.check(len(pairs) == len(set(pairs)), "one wire between two rows")
    held = {id for id, thing in page.things.items() if thing["kind"] == "wire that ends in an adapter"}
    counted = sum(int(badge.text.split()[0]) for badge in page.all(".block.adapter .badge.held text"))
    page.check(counted == len(held), f"{counted} of {len(held)} denied imports are counted on adapters")


def click_and_keys(page):
    things = json.loads(page.one("#data").get_attribute("textContent"))
    port = next(p for p in page.all(".port") if things["things"][p.get_attribute("data-id")]["wit"] is not None)
    id = port.get_attribute("data-id")
    wit = things["wit"][things["things"][id]["wit"]]
    while not page.run("return document.elementsFromPoint(...(() => { const b = arguments[0].querySelector('.target').getBoundingClientRect();"
                       "return [b.left + b.width / 2, b.top + b.height / 2]; })()).some((e) => arguments[0].contains(e))", port):
        raise AssertionError(f"{page.name}: {id} cannot be clicked")
    webdriver.ActionChains(page.driver).move_to_element(port.find_element(By.CSS_SELECTOR, ".target")).perform()
    page.check(page.one("#hint").get_attribute("textContent") != "", "pointing at a port says a word about it")
    webdriver.ActionChains(page.driver).click(port.find_element(By.CSS_SELECTOR, ".target")).perform()
    page.check(page.one("#detail").get_attribute("data-open") == id, "a click opens a port")
    page.check(page.one("#detail pre.wit").get_attribute("textContent") == wit, "a click shows the WIT")
    page.shot("port")
    page.press(Keys.ESCAPE)
    page.check(page.one("#detail").get_attribute("data-open") is None, "Escape closes")
    page.run("arguments[0].focus()", port)
    page.press(Keys.ENTER)
    page.check(page.one("#detail pre.wit").get_attribute("textContent") == wit, "Enter shows the WIT")
    page.press(Keys.ESCAPE)
    page.check(page.run("return document.activeElement.dataset.id") == id, "closing gives back the focus")
    before = page.run("return document.activeElement.closest('.block').id")
    page.press(Keys.ARROW_RIGHT)
    moved = page.run("return document.activeElement.closest('.block').id")
    page.press(Keys.ARROW_LEFT)
    back = page.run("return document.activeElement.closest('.block').id")
    page.check(len({before, moved, back}) > 1, "arrows move among blocks")
    stops = page.run("return [...document.querySelectorAll('.head, .port')].every((e) => e.tabIndex === 0 && e.getAttribute('aria-label'))")
    page.check(stops, "blocks and ports can be reached, and have labels")
    page.press("/")
    page.check(page.run("return document.activeElement.id") == "search", "`/` goes to the search")


def search(page):
    box = page.one("#search")
    name = page.run("return document.querySelector('#blocks .block:last-child .title').textContent")
    box.send_keys("no such name")
    page.check(len(page.all(".block.match")) == 0, "what does not match is dimmed")
    dimmed = page.run("document.getAnimations().forEach((a) => a.finish()); return getComputedStyle(document.querySelector('.block')).opacity")
    page.check(float(dimmed) < 0.5, f"blocks are dimmed to {dimmed}")
    page.press(Keys.ESCAPE)
    page.check(box.get_attribute("value") == "" and not page.all("#picture.searching"), "Escape ends the search")
    box.send_keys(name.split("…")[0])
    page.check(len(page.all(".block.match")) >= 1, f"`{name}` is found")
    page.shot("search")
    page.press(Keys.ESCAPE)


def zoom(page):
    view = lambda: [float(x) for x in page.run("return document.getElementById('picture').getAttribute('viewBox')").split()]
    page.one("#fit").click()
    whole = view()
    page.one("#zoom-in").click()
    page.check(view()[2] < whole[2], "the button zooms in")
    page.run("document.activeElement.blur()")
    page.press("-")
    page.press("-")
    page.check(view()[2] > whole[2] * 0.9, "keys zoom out")
    page.press("0")
    page.check(all(abs(a - b) < 0.01 for a, b in zip(view(), whole)), "0 fits again")
    canvas = page.one("#canvas")
    page.run("arguments[0].dispatchEvent(new WheelEvent('wheel', {deltaY: -100, clientX: 200, clientY: 300, cancelable: true}))", canvas)
    page.check(view()[2] < whole[2], "the wheel zooms")
    x = view()[0]
    webdriver.ActionChains(page.driver).move_to_element_with_offset(canvas, 0, 170).click_and_hold().move_by_offset(-60, 0).release().perform()
    page.check(view()[0] > x, "dragging pans")
    page.run("arguments[0].focus()", canvas)
    x = view()[0]
    page.press(Keys.ARROW_RIGHT)
    page.check(view()[0] > x, "arrows pan")
    page.one("#fit").click()
    page.check(abs(view()[2] - whole[2]) < 0.01, "the button fits")


def themes(page):
    colour = lambda: page.run("return getComputedStyle(document.body).backgroundColor")
    found = []
    for theme in ["light", "dark"]:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})
        page.shot(theme)
        found.append(colour())
        for pair in contrasts(page):
            page.check(pair[2] >= 4.5, f"{theme}: contrast of {pair}")
    page.check(found[0] != found[1], f"light and dark differ: {found}")
    page.one("#theme").click()
    page.check(colour() == found[0], "the button changes dark to light")
    page.one("#theme").click()
    page.check(colour() == found[1], "and back")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    page.run("delete document.documentElement.dataset.theme")


def contrasts(page):
    """The contrast of text with what is behind it, as WCAG has it."""
    pairs = [("text", "page"), ("text", "card"), ("soft", "page"), ("soft", "card"), ("text", "block"), ("soft", "block"), ("soft", "outside"),
             ("text", "adapter"), ("soft", "adapter"), ("held", "block"), ("held", "card"), ("accent", "card"), ("soft", "raised"), ("soft", "frame"), ("on-tint", "tint"), ("held", "adapter"), ("adapted", "card")]
    value = lambda name: page.run("return getComputedStyle(document.documentElement).getPropertyValue('--' + arguments[0]).trim()", name)

    def luminance(colour):
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for front, back in pairs:
        light, dark = sorted([luminance(value(front)), luminance(value(back))], reverse=True)
        yield front, back, (light + 0.05) / (dark + 0.05)


def host_wires(page):
    wires = [w for w in page.all("#wires .wire.host")]
    if not wires:
        return
    visible = lambda: page.run("return [...document.querySelectorAll('#wires .wire.host')].filter((w) => getComputedStyle(w).visibility === 'visible').length")
    box = page.one("#host-wires")
    page.run("document.activeElement.blur()")
    webdriver.ActionChains(page.driver).move_to_element(page.one("h1")).perform()
    page.check(visible() == (len(wires) if len(wires) <= 24 else 0), f"{visible()} of {len(wires)} wires to the host are shown")
    if len(wires) > 24:
        block = next(b for b in page.all(".block.program") if b.find_elements(By.CSS_SELECTOR, ".port.host"))
        page.run("arguments[0].querySelector('.head').focus()", block)
        page.check(0 < visible() < len(wires), "those of a block are shown when it has the focus")
        page.press(Keys.ENTER)
        page.shot("chosen")
        page.press(Keys.ESCAPE)
        page.one("#fit").click()
        box.click()
        page.check(visible() == len(wires), "all are shown when asked for")
        page.shot("all-wires")
        box.click()


def prints(page):
    pdf = base64.b64decode(page.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})["data"])
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    page.check(pages > 0, "it prints")
    if SHOTS:
        (SHOTS / f"{page.name}.pdf").write_bytes(pdf)


def tables(page):
    components = page.all("#tables table:nth-of-type(1) tbody")[0].find_elements(By.CSS_SELECTOR, "tr")
    found, own = drawn(page.inspection)
    page.check(len(components) == len(found) + own, "a row for each component")
    page.all("#tables [data-go]")[0].click()
    page.check(page.one("#detail").get_attribute("data-open") is not None, "a link in a table opens the block")
    page.press(Keys.ESCAPE)


def quiet(page):
    logs = [entry for entry in page.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    page.check(not logs, f"the console says {logs}")
    page.check(page.run("return window.alerts") == 0, "nothing from the component was run")
    page.check(page.run("return document.querySelectorAll('img, iframe, object, link, [style], [onerror]').length") == 0, "no markup of the component's")
    page.check(page.run("return performance.getEntriesByType('resource').length") == 0, "the page loads nothing")


def dot(name, component):
    text = weld("inspect", component, "--dot")
    svg = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True)
    assert svg.returncode == 0 and not svg.stderr, f"{name}: dot says {svg.stderr.decode()}"
    assert b"<script" not in svg.stdout and b"<img" not in svg.stdout, f"{name}: dot's picture has markup of the component's"


def mermaid(name, component):
    """Each line is of one of the forms that the documentation has, with every label between quotes."""
    node, label = r"b\d+[ie]?", r'"[^"<>`]*(?:<br/>[^"<>`]*)*"'
    forms = [r"flowchart LR", rf"{node}\[{label}\]", rf"{node}\(\[{label}\]\)", rf"subgraph {node}\[{label}\]", r"direction LR", r"end",
             rf"{node} (-->|-\.->)\|{label}\| {node}", r"classDef \w+ [\w:#,]+", rf"class {node}(,{node})* \w+"]
    for line in weld("inspect", component, "--mermaid").decode().splitlines():
        assert any(re.fullmatch(form, line.strip()) for form in forms), f"{name}: Mermaid has no such line: {line}"


def main():
    options = webdriver.ChromeOptions()
    for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1440,960", "--hide-scrollbars",
                     # A browser that looks for nothing elsewhere has nothing to say but what the page makes it say.
                     "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    window(driver, *WINDOW)
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, component in subjects(Path(folder)):
                file = Path(folder) / f"{name}.html"
                weld("inspect", component, "--html", file)
                dot(name, component)
                mermaid(name, component)
                page = Page(name, file, component, driver)
                for step in [blocks_and_wires, first_view, nothing_overlaps, wires_run_beside_blocks, wires_end_at_blocks, chips, choosing, click_and_keys, search, zoom, host_wires, themes,
                             tables, prints, quiet]:
                    step(page)
                print(f"{name}: {len(page.all('#blocks .block'))} blocks, {len(page.all('#wires .wire'))} wires")
    finally:
        driver.quit()


main()
