// A browser for the tests: takes one command a line (JSON) on standard input, answers one a line.
//
// It drives Debian's Chromium, draws APL with Amazon's own engine, lints it with Amazon's own
// linter and checks accessibility with axe. Nothing it opens may reach beyond this machine: what
// tries to is stopped and reported by `seen`. Time in a page passes only when `pass` says so.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const ENGINE = require.resolve("apl-viewhost-web");
const AXE = require.resolve("axe-core/axe.min.js");
const HERE = new Set(["127.0.0.1", "localhost", "[::1]"]);

const browser = await chromium.launch({
  executablePath: process.argv[2],
  args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
});
const SETTLE = 500; // milliseconds until a document is laid out
const START = Date.parse("2026-03-04T09:00:00Z");
// The engine asks for Alexa's fonts, which are not here; all of its text is set in one that is.
const DEVICE = `<style>body { margin: 0; background: #000; }
  * { font-family: "DejaVu Sans", sans-serif !important; }</style><div id="device"></div>`;

let page = null;
let seen = null;
let onDevice = false; // the page is a device, with the engine in it

async function newPage({ width, height, dark = false, reduced = false, touch = false }) {
  await page?.context().close();
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: reduced ? "reduce" : "no-preference",
    hasTouch: touch,
  });
  seen = { outside: [], errors: [] };
  await context.route("**", (route) => {
    const url = new URL(route.request().url());
    const inside = ["data:", "blob:"].includes(url.protocol);
    if (inside || (url.protocol === "http:" && HERE.has(url.hostname))) return route.continue();
    seen.outside.push(url.href);
    return route.abort();
  });
  page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  await page.clock.install({ time: START });
  await page.clock.pauseAt(START + 1000);
  onDevice = false;
}

const commands = {
  async open({ url, ...how }) {
    await newPage(how);
    await page.goto(url, { waitUntil: "load" });
  },

  /** Shows a RenderDocument directive on a device of this size; touches are kept in `sent`. */
  async show({ directive, width, height, round, mode, animation }) {
    if (!onDevice) {
      await newPage({ width, height });
      await page.setContent(DEVICE);
      await page.addScriptTag({ path: ENGINE });
      await page.evaluate(async () => {
        if (!window.Module.Content) await AplRenderer.initEngine(); // it is heard of only once
      });
      onDevice = true;
      await page.evaluate(showDirective, { directive, width, height }); // the first warms it up
      await page.clock.runFor(10 * SETTLE);
    }
    await page.setViewportSize({ width, height });
    await page.evaluate(showDirective, { directive, width, height, round, mode, animation });
    await page.clock.runFor(SETTLE);
  },

  /** Lets so many milliseconds go by in the page. */
  async pass({ ms }) {
    await page.clock.runFor(ms);
  },

  /** Touches what shows this text; says what the device would have sent. */
  async tap({ text, exact = true }) {
    const box = await page.getByText(text, { exact }).last().boundingBox({ timeout: 5000 });
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.clock.runFor(SETTLE);
    await page.mouse.down();
    await page.clock.runFor(SETTLE);
    await page.mouse.up();
    await page.clock.runFor(SETTLE);
    return page.evaluate(() => window.sent?.splice(0));
  },

  async click({ role, name }) {
    await page.getByRole(role, { name, exact: true }).last().click({ timeout: 5000 });
  },

  async press({ key }) {
    await page.keyboard.press(key);
  },

  async type({ text }) {
    await page.keyboard.type(text);
  },

  /** What a function, given as text, returns in the page. */
  async evaluate({ code }) {
    return page.evaluate(`(${code})()`);
  },

  /** Waits until a function returns true in the page: what comes over the wire takes real time. */
  async until({ code }) {
    for (let tries = 0; tries < 500; tries += 1) {
      if (await page.evaluate(`(${code})()`)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`it never came to this: ${code}`);
  },

  /** Shows some HTML by itself. */
  async set({ html, width, height = 800 }) {
    await newPage({ width, height });
    await page.setContent(html);
  },

  async shot({ path, whole = false }) {
    await page.screenshot({ path, fullPage: whole });
  },

  /** What axe finds against WCAG 2.2 AA, and against good practice. */
  async axe() {
    await page.evaluate(readFileSync(AXE, "utf8")); // as a script it would not be let in
    await page.evaluate(() => {
      window.violations = null;
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      axe.run(document, { runOnly: tags }).then((found) => (window.violations = found.violations));
    });
    for (let tries = 0; tries < 200; tries += 1) {
      await page.clock.runFor(50);
      const found = await page.evaluate(() =>
        window.violations?.map(({ id, help, nodes }) => ({
          id,
          help,
          where: nodes.map((node) => node.html.slice(0, 120)),
        })),
      );
      if (found) return found;
    }
    throw new Error("axe did not come to an end");
  },

  async seen() {
    return seen;
  },

  async lint({ document }) {
    const { StaticAplTemplateValidator } = require("apl-suggester");
    return new StaticAplTemplateValidator().validate(document);
  },
};

/** Runs in the page. */
function showDirective({ directive, width, height, round, mode, animation }) {
  window.sent = [];
  window.renderer?.destroy();
  document.getElementById("device").replaceChildren();
  const content = AplRenderer.Content.create(JSON.stringify(directive.document));
  for (const name of directive.document.mainTemplate.parameters) {
    content.addData(name, JSON.stringify(directive.datasources[name]));
  }
  const renderer = AplRenderer.default.create({
    content,
    view: document.getElementById("device"),
    environment: { agentName: "tests", agentVersion: "1.0", animationQuality: animation },
    viewport: { width, height, dpi: 160, isRound: Boolean(round) },
    mode: mode ?? "HUB",
    theme: "dark",
    utcTime: Date.now(),
    localTimeAdjustment: 0,
    onSendEvent: (event) => window.sent.push(event.arguments),
  });
  window.renderer = renderer;
  renderer.init();
}

for await (const line of createInterface({ input: process.stdin })) {
  const { op, ...how } = JSON.parse(line);
  try {
    const result = await commands[op](how);
    process.stdout.write(`${JSON.stringify({ result: result ?? null })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error?.message ?? error) })}\n`);
  }
}
await browser.close();
