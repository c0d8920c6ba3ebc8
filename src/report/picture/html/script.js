// The interaction of the page. Text from the component is only ever set as text, never as markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const get = (id) => document.getElementById(id);
  const root = document.documentElement;
  const [svg, canvas, hint, detail, search] = ["picture", "canvas", "hint", "detail", "search"].map(get);
  const wires = [...svg.querySelectorAll(".wire")];
  const blocks = [...svg.querySelectorAll(".block")];
  const whole = { width: Number(svg.dataset.width), height: Number(svg.dataset.height) };
  let view = { x: 0, y: 0, width: whole.width, height: whole.height };
  let chosen = null;
  let opener = null;
  // Whether nobody has moved or zoomed the picture since it was fitted to the window.
  let isFitted = true;

  // The bounds of the scale at first: the smallest text is readable, and the picture is not too large.
  const smallest = 11 / Number(svg.dataset.text) + 0.004;
  const largest = 1.35;
  // The ports of each row and the wires of each cable, by the identifier of the row or cable.
  const parts = new Map();
  for (const [id, thing] of Object.entries(data.things)) {
    if (thing.at) parts.set(thing.at, [...(parts.get(thing.at) || []), id]);
  }
  // No element has such an identifier, so the browser does not scroll to one.
  const address = (id) => "#at=" + id;
  const drawn = (id) => (data.things[id] && data.things[id].at) || id;

  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };
  const blockOf = (id) => id.replace(/[ieIE]\d+$/, "");
  const idOf = (target) => {
    const element = target.closest && target.closest("[data-id], .wire");
    return element ? element.dataset.id || element.id : null;
  };

  // The view: the part of the picture that is visible.
  const draw = () => {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    // At a small scale, only the large titles of blocks can be read.
    svg.classList.toggle("far", scale() < 0.5);
    // Rounding can take a pixel.
    document.body.classList.toggle("cut", view.width < whole.width - 1 || view.height < whole.height - 1);
  };
  const scale = () => Math.min(canvas.clientWidth / view.width, canvas.clientHeight / view.height) || 1;
  const put = (factor) => {
    const [width, height] = [(canvas.clientWidth || 1) / factor, (canvas.clientHeight || 1) / factor];
    view = { x: (whole.width - width) / 2, y: (whole.height - height) / 2, width, height };
    draw();
  };
  const all = () => Math.min(canvas.clientWidth / whole.width, canvas.clientHeight / whole.height) || 1;
  // Scales the picture to the window. If it does not fit at a readable scale, the view begins at the component's
  // exports.
  const fit = () => {
    put(Math.min(Math.max(all(), smallest), largest));
    const first = svg.querySelector(".block.exports");
    if (view.width < whole.width) view.x = 0;
    if (view.height < whole.height && first) {
      const box = first.querySelector(".body").getBBox();
      const y = Number(first.getAttribute("transform").match(/[-\d.]+/g)[1]) + box.height / 2;
      view.y = Math.min(Math.max(0, y - view.height / 2), whole.height - view.height);
    }
    isFitted = true;
    draw();
    if (chosen) show(get(drawn(chosen)));
    isFitted = true;
  };
  const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
    const now = scale();
    const next = Math.min(4, Math.max(0.02, now * factor));
    const ratio = now / next;
    view = {
      x: x - (x - view.x) * ratio,
      y: y - (y - view.y) * ratio,
      width: view.width * ratio,
      height: view.height * ratio,
    };
    isFitted = false;
    draw();
  };
  const pan = (x, y) => {
    view.x += x;
    view.y += y;
    isFitted = false;
    draw();
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      view.x + ((event.clientX - box.left) / box.width) * view.width,
      view.y + ((event.clientY - box.top) / box.height) * view.height,
    ];
  };
  const show = (element) => {
    const [box, frame] = [element.getBoundingClientRect(), canvas.getBoundingClientRect()];
    const isIn = (low, high, from, to) => (high - low > to - from ? low < to && high > from : low >= from && high <= to);
    const inside = isIn(box.left, box.right, frame.left, frame.right) && isIn(box.top, box.bottom, frame.top, frame.bottom);
    if (inside && scale() > 0.3) return;
    if (scale() < 0.7) zoom(0.9 / scale());
    const now = element.getBoundingClientRect();
    const factor = 1 / scale();
    pan(
      (now.left + now.width / 2 - frame.left - frame.width / 2) * factor,
      (now.top + now.height / 2 - frame.top - frame.height / 2) * factor,
    );
  };

  // The wires of a block or a port; a wire itself.
  const related = (id) => {
    if (id.startsWith("w")) return wires.filter((wire) => wire.id === id);
    const isBlock = blockOf(id) === id;
    const meets = (end) => (isBlock ? blockOf(end) === id : end === id);
    return wires.filter((wire) => meets(wire.dataset.from) || meets(wire.dataset.to));
  };
  const mark = (name, id) => {
    for (const mark of [name, name + "-end", name + "-block"]) {
      svg.querySelectorAll("." + mark).forEach((element) => element.classList.remove(mark));
    }
    if (!id) return;
    id = drawn(id);
    for (const wire of related(id)) {
      wire.classList.add(name);
      for (const end of [wire.dataset.from, wire.dataset.to]) {
        get(end).classList.add(name + "-end");
        get(blockOf(end)).classList.add(name + "-block");
      }
    }
    const element = get(id);
    if (element) element.classList.add(name);
    if (get(blockOf(id))) get(blockOf(id)).classList.add(name + "-block");
  };
  const near = (id) => {
    if (!searching()) mark("near", id);
  };

  // The panel: a hint about the thing under the pointer, and all details of the chosen thing.
  const word = (id) => {
    const thing = data.things[id];
    hint.replaceChildren();
    if (!thing) return;
    hint.append(make("b", thing.title), make("div", thing.kind));
    const fact = thing.lists.find(([name]) => name === "filled by" || name === "fills") || thing.lists[0];
    if (!fact) return;
    const [some, rest] = [fact[1].slice(0, 2), fact[1].length - 2];
    hint.append(make("div", `${fact[0]}: ${some.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`));
  };
  const empty = [...detail.childNodes];
  // The rights of a component come before its other details.
  const access = ["granted", "not passed on to the host", "has from the host", "reaches through others", "capabilities", "in it"];
  const listed = ([name, entries, ids]) => {
    const isGrants = name === "granted";
    const areWords = !ids.length && !isGrants && entries.every((entry) => entry.length <= 26);
    const list = make("ul", undefined, areWords ? "words" : isGrants ? "grants" : undefined);
    list.append(
      ...entries.map((entry, index) => {
        if (!ids.length) return make("li", entry);
        const [item, link] = [make("li"), make("a", entry)];
        link.href = "#" + ids[index];
        link.dataset.go = ids[index];
        item.append(link);
        return item;
      }),
    );
    return [make("h4", entries.length > 5 ? `${name} (${entries.length})` : name), list];
  };
  const open = (id, from) => {
    const thing = data.things[id];
    if (!thing) return;
    chosen = id;
    opener = from || get(drawn(id));
    const close = make("button", "×", "close");
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", shut);
    const facts = make("dl");
    for (const [name, value] of thing.facts) {
      facts.append(make("dt", name), make("dd", value, name === "sha256" ? "code" : undefined));
    }
    detail.replaceChildren(close, make("h3", thing.title), make("p", thing.kind, "kind"));
    const first = thing.lists.filter(([name]) => access.includes(name));
    first.forEach((list) => detail.append(...listed(list)));
    detail.append(facts);
    thing.lists.filter((list) => !first.includes(list)).forEach((list) => detail.append(...listed(list)));
    if (thing.wit !== null) detail.append(make("h4", "WIT"), make("pre", data.wit[thing.wit], "wit"));
    detail.scrollTop = 0;
    detail.dataset.open = id;
    document.body.classList.add("open");
    svg.classList.toggle("focus", true);
    mark("chosen", id);
    near(null);
    if (location.hash !== address(id)) history.replaceState(null, "", address(id));
  };
  const shut = () => {
    const back = opener;
    chosen = opener = null;
    delete detail.dataset.open;
    detail.replaceChildren(...empty);
    document.body.classList.remove("open");
    svg.classList.remove("focus");
    mark("chosen", null);
    near(null);
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    if (back && back.isConnected) (back.matches("[tabindex]") ? back : back.querySelector("[tabindex]") || canvas).focus();
  };

  // The search dims everything that does not match.
  const searching = () => search.value.trim() !== "";
  const textOf = (thing, ...lists) =>
    [thing.title, thing.kind, ...thing.facts.flat(), ...thing.lists.filter(([name]) => lists.includes(name)).flat(2)]
      .join("\n")
      .toLowerCase();
  const look = () => {
    const wanted = search.value.trim().toLowerCase();
    svg.classList.toggle("searching", wanted !== "");
    get("tables").classList.toggle("searching", wanted !== "");
    mark("match", null);
    mark("whole", null);
    mark("near", null);
    let found = 0;
    if (wanted !== "") {
      for (const block of blocks) {
        const own = data.things[block.id];
        const isWhole = textOf({ ...own, facts: [] }, ...access).includes(wanted);
        const ports = [...block.querySelectorAll(".port")].filter((port) => {
          const things = [port.id, ...(parts.get(port.id) || [])].map((id) => data.things[id]);
          return things.some((thing) => textOf({ ...thing, kind: "", facts: [] }, "capabilities").includes(wanted));
        });
        ports.forEach((port) => port.classList.add("match"));
        block.classList.toggle("match", isWhole || ports.length > 0);
        block.classList.toggle("whole", isWhole);
        found += block.classList.contains("match") ? 1 : 0;
        // Hidden wires to the host stay hidden: a search may match all of them.
        const isHidden = (wire) => wire.classList.contains("host") && document.body.classList.contains("quiet");
        const joined = ports.flatMap((port) => related(port.id)).filter((wire) => !isHidden(wire));
        joined.forEach((wire) => wire.classList.add("near"));
      }
      for (const row of document.querySelectorAll("#tables tbody tr")) {
        row.classList.toggle("match", row.textContent.toLowerCase().includes(wanted));
      }
    }
    get("found").textContent = wanted === "" ? "" : `${found} of ${blocks.length}`;
  };

  // Arrow keys go to the nearest block in their direction.
  const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const go = (from, [dx, dy]) => {
    const middle = (element) => {
      const box = element.querySelector(".body").getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(from);
    let best = null;
    for (const block of blocks) {
      if (block === from) continue;
      const [bx, by] = middle(block);
      const ahead = (bx - x) * dx + (by - y) * dy;
      const aside = Math.abs((bx - x) * dy) + Math.abs((by - y) * dx);
      if (ahead < 2) continue;
      const distance = ahead + 2.5 * aside;
      if (!best || distance < best.distance) best = { block, distance };
    }
    if (best) best.block.querySelector(".head").focus();
  };

  // Input events.
  // The last position of each pointer that is down. Two pointers move and zoom the picture at once.
  const fingers = new Map();
  let hasMoved = false;
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const step = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    zoom(Math.exp(-Math.max(-120, Math.min(120, step)) * 0.0022), ...at(event));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (!fingers.size) hasMoved = false;
    fingers.set(event.pointerId, event);
  });
  const span = () => {
    const [one, two] = [...fingers.values()];
    return two ? Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY) : 0;
  };
  window.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    if (!hasMoved && Math.hypot(dx, dy) < 4) return;
    hasMoved = true;
    canvas.classList.add("moving");
    const apart = span();
    fingers.set(event.pointerId, event);
    const factor = 1 / scale() / fingers.size;
    pan(-dx * factor, -dy * factor);
    if (apart > 0) {
      const [one, two] = [...fingers.values()].map(at);
      zoom(span() / apart, (one[0] + two[0]) / 2, (one[1] + two[1]) / 2);
    }
  });
  const drop = (event) => {
    fingers.delete(event.pointerId);
    canvas.classList.toggle("moving", fingers.size > 0);
  };
  window.addEventListener("pointerup", drop);
  window.addEventListener("pointercancel", drop);
  svg.addEventListener("click", (event) => {
    const id = idOf(event.target);
    if (hasMoved) return;
    if (id) open(id);
    else if (chosen) shut();
  });
  svg.addEventListener("pointerover", (event) => {
    const id = idOf(event.target);
    word(id);
    near(id);
  });
  svg.addEventListener("pointerleave", () => {
    word(null);
    near(null);
  });
  svg.addEventListener("focusin", (event) => {
    const id = idOf(event.target);
    word(id);
    near(id);
    if (event.target.matches(":focus-visible")) show(event.target);
  });
  svg.addEventListener("focusout", () => near(null));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    const isTyping = target === search;
    if (event.key === "Escape") {
      if (isTyping && search.value) {
        search.value = "";
        look();
      } else {
        shut();
      }
      return;
    }
    if (isTyping) return;
    const within = svg.contains(target) && target.closest("[data-id]");
    if (event.key === "/") {
      search.focus();
      search.select();
    } else if (event.key === "+" || event.key === "=") {
      zoom(1.25);
    } else if (event.key === "-") {
      zoom(0.8);
    } else if (event.key === "0") {
      fit();
    } else if (within && (event.key === "Enter" || event.key === " ")) {
      open(within.dataset.id);
    } else if (within && directions[event.key]) {
      go(get(blockOf(within.dataset.id)), directions[event.key]);
    } else if (target === canvas && directions[event.key]) {
      const [dx, dy] = directions[event.key];
      pan((dx * view.width) / 10, (dy * view.height) / 10);
    } else {
      return;
    }
    event.preventDefault();
  });
  search.addEventListener("input", look);
  get("zoom-in").addEventListener("click", () => zoom(1.25));
  get("zoom-out").addEventListener("click", () => zoom(0.8));
  get("fit").addEventListener("click", fit);
  get("whole").addEventListener("click", () => {
    put(Math.min(all(), largest));
    isFitted = false;
  });
  get("host-wires").addEventListener("change", (event) => document.body.classList.toggle("quiet", !event.target.checked));
  get("theme").addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    if (!link) return;
    event.preventDefault();
    const element = get(drawn(link.dataset.go));
    const isInPanel = detail.contains(link);
    open(link.dataset.go);
    if (!isInPanel) canvas.scrollIntoView({ block: "nearest" });
    if (element) show(element);
    if (isInPanel) detail.focus({ preventScroll: true });
    else if (element) (element.matches("[tabindex]") ? element : element.querySelector("[tabindex]") || canvas).focus({ preventScroll: true });
  });
  // The fragment of the address may name the chosen thing.
  const visit = () => {
    const id = location.hash.replace(/^#(at=)?/, "");
    if (!Object.hasOwn(data.things, id)) return;
    open(id);
    const element = get(drawn(id));
    if (element) show(element);
  };
  window.addEventListener("hashchange", visit);
  // Prints the whole picture, independently of the view.
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = view;
    view = { x: 0, y: 0, width: whole.width, height: whole.height };
    draw();
  });
  window.addEventListener("afterprint", () => {
    view = before || view;
    draw();
  });
  new ResizeObserver(() => {
    if (isFitted) fit();
    else {
      view.height = (view.width * canvas.clientHeight) / (canvas.clientWidth || 1);
      draw();
    }
  }).observe(canvas);

  canvas.classList.add("live");
  fit();
  visit();
})();
