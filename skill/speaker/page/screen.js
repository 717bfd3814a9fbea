// The screen of the speaker: shows what the reply's document for an Echo Show would show, from the
// same data. The picture is the very vector graphic of that document, drawn as SVG.

const DOCUMENT = "Alexa.Presentation.APL.RenderDocument";
const SVG = "http://www.w3.org/2000/svg";
const RING = 2 * Math.PI * 42;
const [AT, LASTS, START, END, SAYS, COUNT, DONE, SIDE] = [0, 1, 2, 3, 4, 5, 6, 7]; // of a beat

const at = (id) => document.getElementById(id);
const clamped = (share) => Math.min(1, Math.max(0, share));

export class Screen {
  #scene = null;
  #picture = null;
  #shownAt = 0;
  #beat = -1;
  #over = false;
  #touch;

  /** `touch(means, label)` is called when a button is touched. */
  constructor(touch) {
    this.#touch = touch;
  }

  get hasButtons() {
    return Boolean(this.#scene?.buttons.length);
  }

  /** Shows what a response has for a screen; nothing where it has nothing. */
  show(response) {
    const directive = response?.response.directives?.find(({ type }) => type === DOCUMENT);
    this.#scene = directive?.datasources.scene ?? null;
    this.#picture = null;
    this.#shownAt = performance.now();
    this.#over = false;
    this.#beat = -1;
    at("screen").hidden = !this.#scene;
    if (!this.#scene) return;
    const scene = this.#scene;
    at("screen").dataset.kind = scene.kind;
    at("screen").dataset.level = scene.level;
    at("screen-title").textContent = scene.title;
    write("screen-foot", scene.foot);
    write("screen-large", this.#counts ? "" : scene.large);
    if (scene.level === "emergency") at("screen-large").replaceChildren(telephone(scene.large));
    at("screen-lines").replaceChildren(...scene.lines.map(line));
    at("screen-lines").hidden = !scene.lines.length;
    at("counter").hidden = !this.#counts && !scene.seconds;
    this.#offer(scene.buttons);
    write("screen-typed", "");
    if (scene.keypad) this.#count(scene);
    this.#draw(directive.document);
    this.frame(0);
  }

  clear() {
    this.show(null);
  }

  /** Moves on to so many seconds into the reply. */
  frame(seconds) {
    const scene = this.#scene;
    if (scene?.seconds) this.#countDown(scene.seconds - (performance.now() - this.#shownAt) / 1000);
    if (!this.#picture) return;
    if (!scene.beats.length) return this.#picture.move(scene.still);
    const last = scene.beats.at(-1);
    const total = last[AT] + last[LASTS];
    const looped = ((performance.now() - this.#shownAt) / 1000) % total;
    if (scene.loops && !moves()) return this.#picture.move(scene.still);
    this.#follow(scene.loops ? looped : Math.min(seconds, total), total);
  }

  #follow(seconds, total) {
    const { beats } = this.#scene;
    const number = Math.max(0, beats.findLastIndex((beat) => beat[AT] <= seconds));
    const beat = beats[number];
    const share = moves() ? clamped((seconds - beat[AT]) / beat[LASTS]) : 1;
    const eased = this.#scene.rounds ? share : share * share * (3 - 2 * share);
    this.#picture.move(beat[START] + (beat[END] - beat[START]) * eased);
    if (!this.#counts) return;
    if (number !== this.#beat) this.#say(beat, number);
    this.#ring(seconds / total);
    if (!this.#scene.of) at("counter-number").textContent = clock(total - seconds);
    if (seconds >= total && !this.#over) this.#finish();
  }

  #say(beat, number) {
    this.#beat = number;
    write("screen-large", beat[COUNT] ? `${beat[SAYS]} ${beat[COUNT]}` : beat[SAYS]);
    at("counter-number").textContent = beat[DONE];
    at("counter-of").textContent = this.#scene.of ? `/ ${this.#scene.of}` : "";
    at("counter-side").textContent = beat[SIDE];
  }

  #finish() {
    this.#over = true;
    write("screen-large", this.#scene.large);
    this.#offer(this.#scene.after);
  }

  #countDown(seconds) {
    at("counter-number").textContent = clock(Math.max(0, seconds));
    at("counter-of").textContent = at("counter-side").textContent = "";
    this.#ring(clamped(seconds / this.#scene.seconds));
  }

  #ring(share) {
    at("ring-share").setAttribute("stroke-dashoffset", RING * (1 - clamped(share)));
  }

  get #counts() {
    return Boolean(this.#scene?.beats?.length) && !this.#scene.loops;
  }

  #offer(buttons) {
    at("touch").hidden = !buttons.length;
    at("touch").dataset.many = buttons.length > 6;
    at("touch").replaceChildren(
      ...buttons.map(({ label, means }) => key(label, () => this.#touch(means, label))),
    );
  }

  /** Ten digits for a number that is too large for a button each, before the other buttons. */
  #count({ keypad, done, delete: remove }) {
    let typed = 0;
    const send = key(done, () => this.#touch([...keypad.means, String(typed)], String(typed)));
    const show = (number) => {
      if (number > keypad.most) return;
      typed = number;
      write("screen-typed", typed || "_");
      send.disabled = !typed;
    };
    const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0].map((n) => key(n, () => show(typed * 10 + n)));
    const rows = document.createElement("div");
    rows.className = "digits";
    rows.append(...digits);
    at("touch").prepend(rows, send, key(remove, () => show(Math.floor(typed / 10))));
    show(0);
  }

  #draw({ graphics }) {
    const scene = this.#scene;
    const graphic = graphics?.figure ?? graphics?.chart;
    at("picture").hidden = !graphic;
    if (!graphic) return at("picture").replaceChildren();
    const svg = picture(graphic);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", described(scene));
    at("picture").replaceChildren(svg);
    if (graphics.figure) this.#picture = new Picture(svg, graphic, scene.keys, scene.rounds);
  }
}

/** A figure that moves between its keys: 2.5 is half way from the third to the fourth. */
class Picture {
  #parts;

  constructor(svg, graphic, keys, rounds) {
    this.keys = keys;
    this.rounds = rounds;
    const paths = [...svg.querySelectorAll("path")];
    this.#parts = graphic.items
      .map((item, number) => [paths[number], pieces(item.pathData)])
      .filter(([, way]) => way.some((piece) => typeof piece === "number"));
  }

  move(moment) {
    const last = this.keys.length - 1;
    const here = this.rounds ? moment % last : moment;
    const key = Math.min(Math.floor(here), last - 1);
    const [a, b, u] = [this.keys[key], this.keys[key + 1], here - key];
    for (const [path, way] of this.#parts) {
      const d = way.map((part) => (typeof part === "number" ? a[part] + (b[part] - a[part]) * u : part));
      path.setAttribute("d", d.join(""));
    }
  }
}

/** The constant pieces of a path, and which number of a key goes between them. */
function pieces(pathData) {
  return pathData
    .split(/\$\{a\[(\d+)\][^}]*\}/)
    .map((piece, place) => (place % 2 ? Number(piece) : piece));
}

/** An AVG as SVG: paths and texts, which are all that ours have. */
function picture(graphic) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${graphic.width} ${graphic.height}`);
  for (const item of graphic.items) {
    const node = document.createElementNS(SVG, item.type);
    const given = {
      d: item.pathData?.includes("$") ? "" : item.pathData,
      x: item.x,
      y: item.y,
      fill: item.fill ?? "none",
      stroke: item.stroke,
      "stroke-width": item.strokeWidth,
      "stroke-linecap": item.strokeLineCap,
      "stroke-linejoin": item.strokeLineJoin,
      "font-size": item.fontSize,
      "text-anchor": item.textAnchor,
    };
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined) node.setAttribute(name, value);
    }
    node.textContent = item.text ?? "";
    svg.append(node);
  }
  return svg;
}

/** What the picture shows, for whoever cannot see it; how it is done is in the words. */
function described({ kind, title, points }) {
  if (kind !== "chart") return `${title}: somebody doing the exercise`;
  return points.map(([, score]) => score).join(", ");
}

function key(label, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", press);
  return button;
}

/** A number that a phone dials when it is touched; the page itself calls nobody. */
function telephone(number) {
  const link = document.createElement("a");
  link.href = `tel:${number.replaceAll(/\D/g, "")}`;
  link.textContent = number;
  return link;
}

function line(text) {
  const item = document.createElement("li");
  item.textContent = text.replace(/^• /, "");
  return item;
}

function write(id, text) {
  at(id).textContent = text;
  at(id).hidden = !text;
}

function clock(seconds) {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function moves() {
  return at("moving").checked;
}
