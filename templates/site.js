/* The script of the site: sorts and searches tables, reads maps out, weighs and compares.
   Pages are complete without it; what it adds is hidden until it runs. It asks nobody for anything:
   figures lie in the page or in a file beside it, and what a reader chooses stays in the address. */
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const missing = "–";

  /** Make an element: attributes, then children, which are elements or plain text. */
  function make(name, attributes = {}, ...children) {
    const svg = ["svg", "line", "circle", "rect", "path", "text", "g", "use", "defs", "title"];
    const made = svg.includes(name)
      ? document.createElementNS("http://www.w3.org/2000/svg", name)
      : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== null) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  /* Words: messages stand here in English; a page in another language has a file WORDS beside it,
     with its translations, its signs and its plural forms. */
  const words = { tag: "en-GB", said: {}, signs: [".", ",", "−"], percent: ["", "\u00a0%"], ...window.WORDS };
  const noted = (message) => message; // it is said by a name
  const ordinals = { one: noted("{n}st"), two: noted("{n}nd"), few: noted("{n}rd"), other: noted("{n}th") };
  const filled = (text, given) => text.replace(/\{(\w+)\}/g, (whole, name) => given[name] ?? whole);
  const say = (message, given = {}) => filled(words.said[message] || message, given);

  function counted(n, one, many, given = {}) {
    const forms = words.said[one];
    const text = forms ? forms[new Intl.PluralRules(words.tag).select(n)] : n === 1 ? one : many;
    return filled(text, { n: count(n), ...given });
  }

  /** Write a number with a fixed count of decimals, in the signs of the language. */
  function fixed(value, places) {
    const [decimal, group, minus] = words.signs;
    const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
    const signs = { ".": decimal, ",": group, "-": minus };
    return value.toLocaleString("en", digits).replace(/[.,-]/g, (sign) => signs[sign]);
  }

  const count = (n) => (n % 1 ? fixed(n, 1) : fixed(n, 0));
  const percent = (n) => `${words.percent[0]}${count(n)}${words.percent[1]}`;
  const span = (low, high) => (document.dir === "rtl" ? `\u2066${low}–${high}\u2069` : `${low}–${high}`);

  function ordinal(n) {
    if (n % 1) return count(n);
    const form = new Intl.PluralRules(words.tag, { type: "ordinal" }).select(n);
    return say(ordinals[form] || ordinals.other, { n: count(n) });
  }

  const listing = (items) => new Intl.ListFormat(words.tag, { type: "conjunction" }).format(items);

  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  /* What the reader has chosen is kept behind the # of the address, so that it can be cited. */
  const address = {
    read: () => new URLSearchParams(location.hash.slice(1)),
    write(parts) {
      const text = Object.entries(parts)
        .filter(([, value]) => value)
        .map(([key, value]) => `${key}=${encodeURIComponent(value).replace(/%2C/g, ",").replace(/%3A/g, ":")}`)
        .join("&");
      if (text === location.hash.slice(1)) return;
      history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
    },
  };

  function copying(button) {
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        button.textContent = say("Link copied");
      } catch {
        button.textContent = say("Copy it from the address bar");
      }
    });
  }

  /* Tables. */

  /** Read a number that is written in the signs of the language. */
  function figure(text) {
    const [decimal, group, minus] = words.signs;
    return Number(text.replace(/[\u2066\u2069\u200e\u200f]/g, "").replaceAll(group, "").replace(decimal, ".").replace(minus, "-"));
  }

  /** Read a cell as something to sort by: data-v, else a number, else its text. */
  function valueOf(cell) {
    if (!cell) return NaN;
    if (cell.dataset.v !== undefined) return cell.dataset.v === "" ? NaN : Number(cell.dataset.v);
    const text = cell.textContent.trim();
    if (cell.tagName === "TH") return folded(text);
    return text === "" || text === missing ? NaN : figure(text);
  }

  /** Compare two values; what is missing comes last whichever way the column runs. */
  function compared(a, b, down) {
    const gone = (x) => typeof x === "number" && Number.isNaN(x);
    if (gone(a) || gone(b)) return gone(a) - gone(b);
    const order = typeof a === "string" ? a.localeCompare(b) : a - b;
    return down ? -order : order;
  }

  /** Turn the heads of a table into buttons; `chosen` is told of the key and its usual direction. */
  function heads(table, chosen) {
    for (const head of all("th[data-key]", table.tHead)) {
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => chosen(head.dataset.key, "down" in head.dataset));
    }
  }

  function mark(table, key, down) {
    for (const head of all("th[data-key]", table.tHead)) {
      if (head.dataset.key === key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  /** Make a table sortable that has nothing else to it. */
  function sortable(table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    let state = { key: "", down: false };
    heads(table, (key, usual) => {
      state = { key, down: state.key === key ? !state.down : usual };
      const place = table.tHead.querySelector(`[data-key="${key}"]`).cellIndex;
      const values = new Map(rows.map((row) => [row, valueOf(row.cells[place])]));
      body.append(...[...rows].sort((a, b) => compared(values.get(a), values.get(b), state.down)));
      mark(table, state.key, state.down);
    });
  }

  /* The map reads out the row of the table that belongs to a shape. */
  function readout(table, others, told) {
    const place = byId("read");
    const columns = all("th[data-read]", table.tHead).map((head) => [head.textContent.trim(), head.cellIndex]);
    const shapes = new Map();
    for (const shape of all(".world [data-c]")) {
      const code = shape.dataset.c;
      shapes.set(code, [...(shapes.get(code) || []), shape]);
    }
    const rows = new Map(all("tr[data-c]", table).map((row) => [row.dataset.c, row]));

    function show(code) {
      for (const old of all(".world .on, tr.on")) old.classList.remove("on");
      for (const shape of shapes.get(code) || []) shape.classList.add("on");
      const row = rows.get(code);
      if (!place) {
        row?.classList.add("on");
        return;
      }
      if (!row) {
        place.replaceChildren(make("b", {}, others[code] || ""), make("span", {}, others[code] ? say("No score") : ""));
        return;
      }
      row.classList.add("on");
      const name = row.querySelector("th");
      const lines = columns.map(([head, at]) => make("span", {}, `${head}: ${row.cells[at].textContent.trim() || missing}`));
      const link = name.querySelector("a");
      if (link) lines.push(make("span", {}, make("a", { href: link.getAttribute("href") }, say("Open its page"))));
      place.replaceChildren(make("b", {}, name.textContent.trim()), ...lines);
    }

    if (place) place.textContent = say("Point at the map, or find it in the table.");
    for (const [code, parts] of shapes) {
      for (const shape of parts) {
        shape.addEventListener("pointerenter", () => show(code));
        shape.addEventListener("click", () => told(code));
      }
    }
    return show;
  }

  /* Ranks on a line, by the same rule as when the page was made. */
  const steps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000];

  function axisOf(bands, of) {
    const first = Math.max(1, Math.min(...bands.map((b) => b[0])) - 1);
    const last = Math.max(first + 1, Math.min(of, Math.max(...bands.map((b) => b[1])) + 1));
    const step = steps.find((s) => (last - first) / s <= 6) || 1000;
    const ticks = first === 1 && step > 1 ? [1] : [];
    for (let v = first; v <= last; v++) if (v % step === 0) ticks.push(v);
    return { first, last, ticks, at: (rank) => `${(3 + ((rank - first) / (last - first)) * 94).toFixed(1)}%` };
  }

  /* The ranking. */

  function ranking() {
    const data = window.RANKING;
    const table = byId("table");
    const body = table.tBodies[0];
    const found = new Map(all("tr[data-c]", body).map((row) => [row.dataset.c, row]));
    const entries = data.units.map(([code, rank, low, high, groups, children], k) => {
      const row = found.get(code);
      const name = row.querySelector("th").textContent.trim();
      const drawn = row.querySelector(".bands svg");
      const parts = drawn && { drawn, use: drawn.querySelector("use"), lines: all("line", drawn), dot: drawn.querySelector("circle") };
      const cell = row.querySelector(".own-rank");
      return { k, code, row, cell, name, plain: folded(`${name} ${code}`), rank, low, high, groups, children, ...parts };
    });
    let blocks = []; // rows that share an axis, with it and the row that shows it
    const bands = data.bands;
    const usual = { q: "", g: "", key: "r", down: false, c: "" };
    const state = { ...usual, weights: null };
    const firstAxis = body.querySelector(".axis");
    for (const old of all(".axis", body)) old.remove(); // they are made anew with each order

    const columns = Object.fromEntries(all("th[data-key]", table.tHead).map((h) => [h.dataset.key, h.cellIndex]));
    const valued = {};
    function values(key) {
      if (key === "y") return entries.map((e) => e.own ?? NaN);
      valued[key] ||= entries.map((e) => valueOf(e.row.cells[columns[key]]));
      return valued[key];
    }

    /** Pick and order the rows that the reader wants to see. */
    function wanted() {
      const text = folded(state.q.trim());
      const value = values(state.key);
      return entries
        .filter((e) => (!state.g || e.groups.includes(state.g)) && e.plain.includes(text))
        .sort((a, b) => compared(value[a.k], value[b.k], state.down) || a.k - b.k);
    }

    /** Cut an axis to the ranks of a block of rows, the reader's own included. */
    function axisFor(block) {
      return axisOf(block.map((e) => {
        const own = state.weights && e.own ? e.own : e.low;
        return [Math.min(e.low, own), Math.max(e.high, own)];
      }), data.of);
    }

    /** Place bands and dots of a block of rows on its axis, where they are not on it yet. */
    function place(block, axis, number) {
      const on = `${axis.first} ${axis.last} ${number}`;
      for (const e of block) {
        if (e.on === on) continue;
        e.on = on;
        e.use.setAttribute("href", `#a${number}`);
        for (const line of e.lines) {
          line.setAttribute("x1", axis.at(e.low));
          line.setAttribute("x2", axis.at(e.high));
        }
        e.dot.setAttribute("cx", axis.at(e.rank));
      }
    }

    /** Place the diamonds of a block of rows on its axis. */
    function placeOwn(block, axis) {
      for (const e of block) if (e.mine) e.mine.setAttribute("x", axis.at(e.own || e.rank));
    }

    function axisRow(axis, number) {
      const row = firstAxis.cloneNode(true);
      const lines = axis.ticks.map((v) => make("line", { x1: axis.at(v), x2: axis.at(v), y2: "100%" }));
      const texts = axis.ticks.map((v) => make("text", { x: axis.at(v), y: 11 }, count(v)));
      const defs = make("defs", {}, make("g", { id: `a${number}`, class: "grid" }, ...lines));
      row.querySelector("svg").replaceChildren(defs, ...texts);
      return row;
    }

    /** Lay the rows out in their order, each block under its axis. */
    function lay(rows) {
      const published = state.key === "r" && !state.down && rows.length === entries.length;
      const shown = new Set(rows);
      for (const e of entries) {
        if (e.row.hidden === shown.has(e)) e.row.hidden = !shown.has(e);
        e.row.classList.toggle("opens", published && Boolean(data.opens[e.k]));
      }
      const drawn = bands ? rows.filter((e) => e.low) : [];
      const size = published ? data.block : Math.max(drawn.length, 1);
      for (const block of blocks) block.head.remove();
      blocks = [];
      const order = [];
      for (let i = 0; i < drawn.length; i += size) {
        const rowsOf = drawn.slice(i, i + size);
        const axis = axisFor(rowsOf);
        const head = axisRow(axis, i);
        place(rowsOf, axis, i);
        placeOwn(rowsOf, axis);
        blocks.push({ rows: rowsOf, axis, head, number: i });
        order.push(head, ...rowsOf.map((e) => e.row));
      }
      order.push(...rows.filter((e) => !bands || !e.low).map((e) => e.row));
      moved(order);
    }

    /** Bring rows into their order, touching as few of them as can be. */
    function moved(order) {
      let next = body.firstElementChild;
      for (const row of order) {
        if (row === next) next = next.nextElementSibling;
        else body.insertBefore(row, next);
      }
    }

    function keep() {
      address.write({
        q: state.q, g: state.g, c: state.c,
        s: state.key === "r" && !state.down ? "" : (state.down ? "-" : "") + state.key,
        w: state.weights ? state.weights.join(",") : "",
      });
    }

    function draw() {
      const rows = wanted();
      lay(rows);
      byId("count").value = say("{n} of {of} {places}", { n: count(rows.length), of: count(entries.length), places: data.nouns[1] });
      mark(table, state.key, state.down);
      byId("order").value = state.key;
      keep();
    }

    function order(key, down) {
      Object.assign(state, { key, down });
      draw();
    }

    /* Weights of the reader's own. */

    const own = byId("own");
    const sliders = own ? all("input", own) : [];

    /** Score one row at some weights: a weighted power mean of what is there. */
    function scored(children, weights) {
      const { p, floor, shift, zeros } = data.weighing;
      let total = 0;
      let sum = 0;
      children.forEach((value, j) => {
        let x = value ?? (zeros ? 0 : null);
        if (x === null || !weights[j]) return;
        if (floor !== null) x = Math.max(x, floor);
        x += shift;
        total += weights[j];
        sum += weights[j] * (p === 0 ? Math.log(x) : x ** p);
      });
      if (!total) return NaN;
      return (p === 0 ? Math.exp(sum / total) : (sum / total) ** (1 / p)) - shift;
    }

    function rankBy(weights) {
      const scores = entries.map((e) => (e.rank ? scored(e.children, weights) : NaN));
      const sorted = scores.filter((s) => !Number.isNaN(s)).sort((a, b) => b - a);
      const first = new Map();
      sorted.forEach((s, i) => first.has(s) || first.set(s, i + 1));
      entries.forEach((e, k) => { e.own = first.get(scores[k]) ?? null; });
    }

    function verdict(shares) {
      const ranked = entries.filter((e) => e.rank && e.own);
      if (!ranked.length) return say("Give at least one of them some weight.");
      const away = shares.reduce((sum, s, j) => sum + Math.abs(s - data.weighing.given[j]), 0) / 2;
      const moved = (e) => Math.abs(e.own - e.rank);
      const most = ranked.reduce((a, b) => (moved(b) > moved(a) ? b : a));
      const inside = ranked.filter((e) => (bands ? e.own >= e.low && e.own <= e.high : e.own === e.rank)).length;
      const given = { n: count(inside), of: count(ranked.length), places: data.nouns[1] };
      const stay = bands
        ? say("With your weights {n} of {of} {places} stay inside their published interval.", given)
        : say("With your weights {n} of {of} {places} stay at their published rank.", given);
      const ends = { name: most.name, from: count(most.rank), to: count(most.own) };
      const move = moved(most) ? [say("The largest move is {name}, from {from} to {to}.", ends)] : [];
      const share = Math.round(100 * away);
      const elsewhere = share
        ? say("{share} of the weight lies elsewhere than in the published ranking.", { share: percent(share) })
        : say("Under {share} of the weight lies elsewhere than in the published ranking.", { share: percent(1) });
      return [stay, ...move, elsewhere].join(" ");
    }

    const published = say("These are the published weights. Move a slider to see what your view of them would change.");

    /** Give every row a diamond. */
    function diamonds() {
      for (const e of entries) {
        if (!e.drawn) continue;
        e.mine = make("svg", { class: "mine", overflow: "visible", width: 1, height: 1 },
          make("path", { d: "M-5 0L0-5L5 0L0 5Z" }));
        e.drawn.append(e.mine);
      }
    }

    function weigh() {
      const raw = sliders.map((s) => Number(s.value));
      const total = raw.reduce((a, b) => a + b, 0);
      const shares = raw.map((x) => (total ? x / total : 0));
      const start = sliders.map((s) => Number(s.defaultValue));
      const sum = start.reduce((a, b) => a + b, 0);
      const same = shares.every((s, j) => Math.abs(s - start[j] / sum) < 1e-9);
      sliders.forEach((s, j) => {
        const share = percent(Math.round(100 * shares[j]));
        s.closest("label").querySelector("output").value = share;
        s.setAttribute("aria-valuetext", share);
      });
      const was = state.weights;
      state.weights = same ? null : raw;
      document.body.classList.toggle("weighed", !same);
      byId("by-own").hidden = same;
      byId("order").querySelector("[value=y]").hidden = same;
      if (same) {
        byId("verdict").textContent = published;
        for (const e of entries) {
          e.mine?.remove();
          e.own = e.mine = null;
        }
        if (state.key === "y") state.key = "r";
        return draw();
      }
      if (!was) diamonds();
      rankBy(shares);
      for (const e of entries) {
        const text = e.own ? count(e.own) : missing;
        if (e.cell.textContent !== text) e.cell.textContent = text;
      }
      byId("verdict").textContent = verdict(shares);
      if (state.key === "y" || !bands) draw();
      else again();
    }

    /** Cut the axes of the blocks that stand anew, without moving a row. */
    function again() {
      for (const block of blocks) {
        const axis = axisFor(block.rows);
        if (axis.first !== block.axis.first || axis.last !== block.axis.last) {
          const head = axisRow(axis, block.number);
          block.head.replaceWith(head);
          place(block.rows, axis, block.number);
          Object.assign(block, { axis, head });
        }
        placeOwn(block.rows, axis);
      }
    }

    /* Controls. */

    const select = byId("order");
    for (const head of all("th[data-key]", table.tHead)) {
      select.append(make("option", { value: head.dataset.key }, head.textContent.trim()));
    }
    select.append(make("option", { value: "y", hidden: "" }, say("Your weights")));
    const usually = (key) => "down" in (table.tHead.querySelector(`[data-key="${key}"]`)?.dataset || {});
    heads(table, (key, down) => order(key, state.key === key ? !state.down : down));
    select.addEventListener("change", () => order(select.value, usually(select.value)));
    byId("find").addEventListener("input", (event) => { state.q = event.target.value; draw(); });
    byId("group")?.addEventListener("change", (event) => { state.g = event.target.value; draw(); });
    byId("controls").addEventListener("submit", (event) => event.preventDefault());
    byId("controls").hidden = false;
    const show = readout(table, data.left, (code) => { state.c = code; keep(); });
    for (const slider of sliders) {
      slider.addEventListener("input", weigh);
      slider.addEventListener("change", keep);
    }
    if (own) {
      own.hidden = false;
      byId("by-own").addEventListener("click", () => state.weights && order("y", false));
      byId("reset").addEventListener("click", () => {
        for (const s of sliders) s.value = s.defaultValue;
        weigh();
        keep();
      });
      copying(byId("copy"));
    }

    /** Take everything from the address. */
    function restore() {
      const asked = address.read();
      state.q = asked.get("q") || "";
      state.g = asked.get("g") || "";
      state.c = asked.get("c") || "";
      const sort = asked.get("s") || "r";
      const weights = (asked.get("w") || "").split(",").map(Number);
      const fit = own && weights.length === sliders.length && weights.every((x) => x >= 0 && x <= 100);
      sliders.forEach((s, j) => { s.value = fit ? weights[j] : s.defaultValue; });
      if (fit) own.open = true;
      byId("find").value = state.q;
      if (byId("group")) {
        byId("group").value = state.g;
        if (byId("group").value !== state.g) state.g = byId("group").value = "";
      }
      const key = sort.replace(/^-/, "");
      state.key = key in columns || (key === "y" && fit) ? key : "r";
      state.down = sort.startsWith("-");
      if (own) weigh();
      draw();
      if (state.c) show(state.c);
    }
    addEventListener("hashchange", restore);
    restore();
  }

  /* Comparing countries of the reader's choice. */

  function compare() {
    const data = window.COMPARE;
    const [one, many] = data.nouns;
    const most = 8;
    const few = 8; // indicators that are shown at first
    const units = data.units.map(([code, name, rank, low, high, score, pillars, indicators, page], k) =>
      ({ k, code, name, rank, low, high, score, pillars, indicators, page }));
    const byCode = new Map(units.map((u) => [u.code, u]));
    const medianOf = (values) => {
      const known = values.filter((v) => v !== null).sort((a, b) => a - b);
      const half = known.length >> 1;
      return !known.length ? null : known.length % 2 ? known[half] : (known[half - 1] + known[half]) / 2;
    };
    const written = (value, scale) => {
      if (value === null) return missing;
      return fixed(value, scale[2]);
    };
    let chosen = [];
    let everything = false;

    /** Share of versions, in per cent, in which one is ahead of another; null if that is not known. */
    function ahead(a, b) {
      if (!data.ahead) return null;
      if (a.k > b.k) return 100 - ahead(b, a);
      const at = 2 * (b.k - a.k - 1);
      return parseInt(data.ahead[a.k].slice(at, at + 2), 36);
    }

    const linked = (u) => (u.page ? make("a", { href: `countries/${u.code}.html` }, u.name) : u.name);
    const called = (u) => data.called[u.code] || u.name; // the name inside a sentence
    const named = (list) => listing(list.map(called));

    function lead(me, others) {
      const name = capital(called(me));
      if (!me.rank) return say("{name} has no rank.", { name });
      const place = { name, rank: ordinal(me.rank), of: count(data.of) };
      const text = me.low
        ? say("{name} is {rank} of {of}, 90\u00a0% interval {interval}.", { ...place, interval: span(me.low, me.high) })
        : say("{name} is {rank} of {of}.", place);
      if (!data.ahead) return text;
      const groups = [[noted("clearly ahead of {names}"), (p) => p >= 95], [noted("clearly behind {names}"), (p) => p <= 5],
        [noted("in no clear order with {names}"), (p) => p > 5 && p < 95]];
      const parts = groups.map(([message, holds]) => [message, others.filter((u) => holds(ahead(me, u)))])
        .filter(([, found]) => found.length).map(([message, found]) => say(message, { names: named(found) }));
      const relations = parts.join(say("; "));
      const relation = say("It is {relations}.", { relations });
      return parts.length ? `${text} ${relation}` : text;
    }

    function finding(me, others) {
      if (!others.length) return say("Ranks");
      if (!data.ahead) return say("Ranks of {names}", { names: named([me, ...others]) });
      const level = others.filter((u) => ahead(me, u) > 5 && ahead(me, u) < 95);
      const name = capital(called(me));
      return level.length
        ? say("{name} is tied with {names}", { name, names: named(level) })
        : say("{name} is in a clear order with every {place} here", { name, place: one });
    }

    const head = (...cells) => make("thead", {}, make("tr", {}, ...cells));
    const column = (text, kind = null, colour = null) => make("th", { scope: "col", class: kind },
      ...(colour ? [make("span", { class: `sw ${colour}` })] : []), text);
    const rowHead = (u, me) => make("th", { scope: "row", class: u === me ? "l me" : "l" }, linked(u));

    function ranks(ordered, me) {
      const bands = ordered.filter((u) => u.low);
      const heads = [column(say("Rank")), column(capital(one), "l")];
      if (bands.length) heads.push(column(say("90\u00a0% range"), "range"), column(say("Rank and range"), "l bands"));
      heads.push(column(say("Score")));
      const axis = axisOf(bands.length ? bands.map((u) => [u.low, u.high]) : [[1, data.of]], data.of);
      const top = make("tr", { class: "axis" }, make("td"), make("td", { class: "l" }), make("td", { class: "range" }),
        make("td", { class: "bands" }, make("svg", { "aria-hidden": "true" },
          make("defs", {}, make("g", { id: "a0", class: "grid" },
            ...axis.ticks.map((v) => make("line", { x1: axis.at(v), x2: axis.at(v), y2: "100%" })))),
          ...axis.ticks.map((v) => make("text", { x: axis.at(v), y: 11 }, count(v))))), make("td"));
      const rows = ordered.map((u) => {
        const cells = [make("td", {}, u.rank ? count(u.rank) : missing), rowHead(u, me)];
        if (bands.length) {
          const ends = { x1: axis.at(u.low), x2: axis.at(u.high) };
          cells.push(make("td", { class: "range" }, u.low ? span(u.low, u.high) : missing),
            make("td", { class: "bands" }, ...(u.low ? [make("svg", { "aria-hidden": "true" },
              make("use", { href: "#a0" }), make("line", { class: "e", ...ends }), make("line", { class: "b", ...ends }),
              make("circle", { cx: axis.at(u.rank), r: u === me ? 4 : 3.4 }))] : [])));
        }
        return make("tr", { class: u === me ? "on" : null }, ...cells, make("td", {}, u.score));
      });
      byId("ranks").replaceChildren(head(...heads), make("tbody", {}, ...(bands.length ? [top] : []), ...rows));
    }

    function matrix(ordered) {
      const place = byId("matrix");
      if (!place) return;
      const cell = (a, b) => {
        if (a === b) return make("td", { class: "self" }, "·");
        const p = ahead(a, b);
        const kind = p >= 95 ? "clear" : p <= 5 ? "behind" : "open";
        const text = p >= 99 ? ">98" : p <= 1 ? "<2" : String(p);
        return make("td", { class: kind }, p === 100 || p === 0 ? String(p) : text);
      };
      const heads = ordered.map((u) => make("th", { scope: "col" }, make("abbr", { title: u.name }, u.code)));
      const rows = ordered.map((u) => make("tr", {}, make("th", { scope: "row" }, u.name), ...ordered.map((v) => cell(u, v))));
      place.replaceChildren(head(make("td"), ...heads), make("tbody", {}, ...rows));
    }

    /** Draw a score on the line from the lowest to the highest of all, with the median of the set. */
    function strip(value, j, middle, colour) {
      const [low, high] = data.scale;
      const at = (v) => `${(4 + ((v - low) / (high - low)) * 92).toFixed(1)}%`;
      const known = units.map((u) => u.pillars[j]).filter((v) => v !== null);
      const ends = { x1: at(Math.min(...known)), x2: at(Math.max(...known)), y1: "50%", y2: "50%" };
      const parts = [make("line", { class: "whole", ...ends })];
      if (middle !== null) parts.push(make("line", { class: "middle", x1: at(middle), x2: at(middle), y1: 2, y2: 18 }));
      if (value !== null) parts.push(make("circle", { class: colour, cx: at(value), cy: "50%", r: 5 }));
      return make("svg", { class: "strip", "aria-hidden": "true" }, ...parts);
    }

    function pillars(ordered, me) {
      const middles = data.pillars.map((_, j) => medianOf(ordered.map((u) => u.pillars[j])));
      const heads = data.pillars.map(([name, colour]) => make("th", { scope: "col", class: "l" }, make("span", { class: `sw ${colour}` }), name));
      const rows = ordered.map((u) => make("tr", {}, rowHead(u, me), make("td", {}, u.score),
        ...data.pillars.map(([, colour], j) => make("td", { class: "l part" },
          make("span", { class: "num" }, written(u.pillars[j], data.scale)), strip(u.pillars[j], j, middles[j], colour)))));
      byId("pillars").replaceChildren(head(column(capital(one), "l"), column(say("Score")), ...heads), make("tbody", {}, ...rows));
      const gaps = data.pillars.map((_, j) => (me.pillars[j] === null ? NaN : me.pillars[j] - middles[j]));
      const known = gaps.filter((g) => !Number.isNaN(g));
      const name = (gap) => data.pillars[gaps.indexOf(gap)][0];
      byId("pillars-finding").textContent = ordered.length > 1 && known.length > 1
        ? say("Against this set {name} is strongest in {most}, weakest in {least}",
          { name: called(me), most: name(Math.max(...known)), least: name(Math.min(...known)) })
        : say("Pillars");
    }

    function indicators(ordered, me) {
      const spread = (j) => {
        const known = ordered.map((u) => u.indicators[j]).filter((v) => v !== null);
        return known.length > 1 ? Math.max(...known) - Math.min(...known) : -1;
      };
      const lines = data.indicators.map((indicator, j) => ({ indicator, j, wide: spread(j) })).sort((a, b) => b.wide - a.wide);
      const [low, high] = data.fine;
      const rows = (everything ? lines : lines.slice(0, few)).map(({ indicator: [code, name, unit, colour], j }) => {
        const best = Math.max(...ordered.map((u) => u.indicators[j] ?? -Infinity));
        const cells = ordered.map((u) => {
          const value = u.indicators[j];
          if (value === null) return make("td", { class: "na" }, missing);
          const wide = `${((value - low) / (high - low) * 100).toFixed(1)}%`;
          return make("td", { class: value === best ? "best" : null }, written(value, data.fine),
            make("svg", { class: "bar", "aria-hidden": "true" }, make("rect", { width: "100%", height: 3 }), make("rect", { class: colour, width: wide, height: 3 })));
        });
        return make("tr", {}, make("th", { scope: "row", class: "l" }, make("span", { class: `sw ${colour}` }),
          make("a", { href: `indicators/${code}.html` }, name)), make("td", { class: "l unit" }, unit), ...cells);
      });
      byId("indicators").replaceChildren(head(column(say("Indicator"), "l"), column(say("Unit of the value"), "l unit"),
        ...ordered.map((u) => column(u.name, u === me ? "me" : null))), make("tbody", {}, ...rows));
      byId("more").textContent = everything ? say("Show the first {n}", { n: few }) : say("Show all {n}", { n: lines.length });
      byId("more").hidden = lines.length <= few;
    }

    function chips() {
      byId("chips").replaceChildren(...chosen.map((u, i) => make("li", { class: i ? null : "me" },
        i ? make("button", { type: "button", "data-first": u.code, title: say("Compare the others with {name}", { name: called(u) }) }, u.name) : make("span", {}, u.name),
        ...(chosen.length > 1 ? [make("button", { type: "button", "data-away": u.code, "aria-label": say("Take {name} away", { name: u.name }) }, "×")] : []))));
    }

    function draw() {
      const [me, ...others] = chosen;
      const ordered = [...chosen].sort((a, b) => a.k - b.k);
      byId("lead").textContent = lead(me, others);
      byId("ranks-finding").textContent = finding(me, others);
      chips();
      ranks(ordered, me);
      matrix(ordered);
      pillars(ordered, me);
      indicators(ordered, me);
      address.write({ c: chosen.map((u) => u.code).join(",") });
    }

    function add(text) {
      const wanted = folded(text.trim());
      const found = units.find((u) => folded(u.name) === wanted || u.code.toLowerCase() === wanted) ||
        (wanted && units.find((u) => folded(u.name).startsWith(wanted)));
      const said = byId("said");
      if (!found) said.textContent = say("No ranked {place} is called “{name}”.", { place: one, name: text.trim() });
      else if (chosen.includes(found)) said.textContent = say("{name} is here already.", { name: found.name });
      else if (chosen.length === most) said.textContent = say("{n} {places} are here; take one away first.", { n: most, places: many });
      else {
        chosen.push(found);
        said.textContent = say("{name} added.", { name: found.name });
        byId("add").value = "";
        draw();
      }
    }

    /** Compare the first with a group: with all of it, or with those nearest to the first in rank. */
    function together({ target }) {
      const [me] = chosen;
      const others = (data.groups[target.value] || []).map((code) => byCode.get(code)).filter((u) => u !== me);
      if (!others.length) return;
      const near = [...others].sort((a, b) => Math.abs(a.k - me.k) - Math.abs(b.k - me.k)).slice(0, most - 1);
      const group = target.selectedOptions[0].textContent;
      chosen = [me, ...near.sort((a, b) => a.k - b.k)];
      byId("said").textContent = near.length === others.length
        ? counted(others.length, "{name} beside the {n} {place} of “{group}”.", "{name} beside the {n} {places} of “{group}”.",
          { name: capital(called(me)), group, place: one, places: many })
        : say("{name} beside the {n} nearest in rank of {of} {places} of “{group}”.",
          { name: capital(called(me)), n: count(near.length), of: count(others.length), places: many, group });
      target.value = "";
      draw();
    }

    function restore() {
      const asked = (address.read().get("c") || "").split(",").map((code) => byCode.get(code)).filter(Boolean);
      chosen = [...new Set(asked.length ? asked : units.slice(0, 3))].slice(0, most);
      draw();
    }

    byId("adding").addEventListener("submit", (event) => { event.preventDefault(); add(byId("add").value); });
    byId("chips").addEventListener("click", ({ target }) => {
      const { away, first } = target.dataset;
      if (away) chosen = chosen.filter((u) => u.code !== away);
      else if (first) chosen = [byCode.get(first), ...chosen.filter((u) => u.code !== first)];
      else return;
      draw();
      byId("add").focus();
    });
    byId("group")?.addEventListener("change", together);
    byId("more").addEventListener("click", () => { everything = !everything; draw(); });
    copying(byId("copy"));
    addEventListener("hashchange", restore);
    byId("compare").hidden = false;
    restore();
  }

  /* Pages of one indicator, and others with a map and a table. */

  function indicator() {
    const table = byId("table");
    if (table) readout(table, {}, () => {});
  }

  const pages = { ranking, compare, indicator };
  for (const table of all("table.sortable:not(.rank)")) sortable(table);
  pages[document.body.dataset.page]?.();
})();
