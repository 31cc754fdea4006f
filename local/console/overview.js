// What runs and where, and the links that wait.

import { get } from "./api.js";
import { duration, el, empty, scroll, terms } from "./dom.js";

export class Overview {
  title = "Overview";

  constructor() {
    this.about = el("div", { class: "card" });
    this.links = el("div");
    this.functions = el("div", { class: "card" });
    this.root = el("div", {},
      el("h1", {}, "What runs here"), this.about,
      el("h2", {}, "Mailed links that wait"), this.links,
      el("h2", {}, "Functions"), this.functions);
    this.load();
    this.wait();
  }

  async load() {
    const about = await get("about");
    this.about.replaceChildren(terms([
      ["API", el("code", {}, about.api)],
      ["AWS services", el("span", {}, el("code", {}, about.services), " DynamoDB, SES, Secrets Manager, EventBridge")],
      ["Table", el("code", {}, about.table)],
      ["Kept in", el("code", {}, about.data)],
      ["Version", about.version],
      ["Description", el("a", { href: "openapi.yaml" }, "openapi.yaml")],
    ]));
    const rows = about.functions.map((one) => el("tr", {},
      el("td", {}, one.name), el("td", {}, `${one.memory} MB`), el("td", {}, `${one.timeoutSeconds} s`)));
    this.functions.replaceChildren(scroll("Functions", el("table", {},
      el("thead", {}, el("tr", {}, ["Function", "Memory", "Time-out"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, rows))));
  }

  async news(what) {
    if (what !== "mails") await this.wait();
  }

  async wait() {
    const [links, { now }] = await Promise.all([get("links"), get("clock")]);
    const seconds = Date.parse(now) / 1000;
    const rows = links.slice(0, 20).map((link) => el("li", { class: "row" },
      el("strong", {}, link.purpose), el("span", {}, link.about),
      el("small", {}, `ends in ${duration(link.expiresAt - seconds)}`)));
    this.links.replaceChildren(rows.length ? el("ul", { class: "list" }, rows) : empty("No link waits."));
  }
}
