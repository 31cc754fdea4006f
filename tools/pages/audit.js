// Judges every page by axe-core (WCAG 2.2 A and AA, and axe's best practices), by day and by night, wide and narrow.
//
//     node tools/pages/audit.js [word of the stops' names]
//
// A finding that no exception names ends it with 1. So does an exception that was not needed, and a state of a page where the walk
// does not stop.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { EXCEPTIONS, UNREACHED } from "./exceptions.js";
import { LOOKS, look } from "./looks.js";
import { Scene } from "./scene.js";
import { PAGES, walk } from "./walk.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RUN = `
  const done = arguments[arguments.length - 1];
  const options = { resultTypes: ["violations"], iframes: false, rules: { "target-size": { enabled: true } } };
  axe.run(document, options).then(({ violations }) => done(violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary, html }) => ({ rule: id, help, target: target.flat().join(" "), html, why: failureSummary })))),
    (error) => done([{ rule: "axe", help: String(error), target: "", html: "", why: "" }]));
`;
const [word = ""] = process.argv.slice(2);

/** What axe finds on the present page. */
async function findings(browser) {
  if (!(await browser.run("return typeof axe === 'object'"))) await browser.run(`${AXE}; window.axe = axe;`);
  return browser.post("/execute/async", { script: RUN, args: [] });
}

/** The states that the service's pages have, as `page state`. */
async function states(scene) {
  const found = PAGES.map(async (page) => {
    const response = await fetch(`${scene.stack.url}/${page}`, { headers: { accept: "text/html" } });
    return [...(await response.text()).matchAll(/data-state="([^"]+)"/g)].map(([, state]) => `${page} ${state}`);
  });
  return (await Promise.all(found)).flat();
}

const SHOWN = `return [...document.querySelectorAll("[data-state]")].filter((e) => e.checkVisibility())
  .map((e) => location.pathname.slice(1) + " " + e.dataset.state)`;

const scene = await Scene.start();
const wrong = new Map();
const needed = new Set();
const seen = new Set();
let judged = 0;
let stops = 0;
try {
  for await (const stop of walk(scene)) {
    for (const state of await scene.browser.run(SHOWN)) seen.add(state);
    if (!stop.name.includes(word)) continue;
    stops += 1;
    for (const own of LOOKS.filter(({ screen }) => stop.narrow !== false || !screen.mobile)) {
      await look(scene.browser, own);
      await stop.again?.();
      judged += 1;
      for (const finding of await findings(scene.browser)) {
        const exception = EXCEPTIONS.find(
          ({ stops, rule, target }) => stops.test(stop.name) && rule === finding.rule && target.test(finding.target),
        );
        if (exception) needed.add(exception);
        else {
          const key = `${finding.rule} (${finding.help})\n  ${finding.target}\n  ${finding.html.slice(0, 200)}\n  ${finding.why.replaceAll("\n", "\n  ")}`;
          wrong.set(key, [...(wrong.get(key) ?? []), `${stop.name}, ${own.name}`]);
        }
      }
    }
    await look(scene.browser, LOOKS[0]);
  }
  if (!word) {
    const unseen = (await states(scene)).filter((state) => !seen.has(state) && !(state in UNREACHED));
    for (const state of unseen) wrong.set(`the walk does not stop at: ${state}`, []);
    for (const state of Object.keys(UNREACHED).filter((state) => seen.has(state))) wrong.set(`the walk does stop at: ${state}`, []);
    for (const one of EXCEPTIONS.filter((one) => !needed.has(one))) wrong.set(`not found any more: ${one.rule} ${one.target}`, []);
  }
} finally {
  await scene.stop();
}
for (const [what, where] of wrong) console.log([what, ...where.slice(0, 4).map((at) => `  at: ${at}`), where.length > 4 ? `  and ${where.length - 4} more` : "", ""].filter((line, place) => line || place).join("\n"));
console.log(`${stops} stops, ${judged} looks: ${wrong.size ? `${wrong.size} findings` : "nothing to mend"}, ${needed.size} exceptions`);
process.exitCode = wrong.size ? 1 : 0;
