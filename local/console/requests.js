// Requests as they happen, with the DynamoDB calls behind them.

import { get } from "./api.js";
import { clockTime, el, empty, scroll, terms } from "./dom.js";

// The most rows on the page.
const MOST = 200;

export class Requests {
  title = "Requests";
  last = 0;

  constructor() {
    this.filter = el("input", { type: "search", placeholder: "Path, code or status", "aria-label": "Filter requests", oninput: () => this.sift() });
    this.list = el("ul", { class: "list", hidden: true });
    this.none = empty("No request yet. Send one to the API, or try it in the API reference.");
    this.root = el("div", {}, el("h1", {}, "Requests"), el("div", { class: "tools" }, this.filter), this.none, this.list);
    this.news("requests");
  }

  async news(what) {
    if (what !== "requests" || this.asking) return;
    this.asking = true;
    try {
      const { requests, last } = await get(`requests?after=${this.last}`);
      this.last = last;
      this.list.prepend(...requests.slice(-MOST).reverse().map(row));
      while (this.list.children.length > MOST) this.list.lastChild.remove();
      this.sift();
    } finally {
      this.asking = false;
    }
  }

  sift() {
    const word = this.filter.value.trim().toLowerCase();
    for (const item of this.list.children) item.hidden = !item.dataset.words.includes(word);
    this.list.hidden = !this.list.children.length;
    this.none.hidden = !this.list.hidden;
  }
}

const units = ({ read, write }) => [read && `${read} read`, write && `${write} write`].filter(Boolean).join(", ");

function row(request) {
  const kind = request.status < 400 ? "good" : request.status < 500 ? "warn" : "bad";
  const spent = request.units ? units(request.units) : "";
  const { method, path, query, status, code } = request;
  const words = `${method} ${path}?${query ?? ""} ${status} ${code ?? ""}`.toLowerCase();
  return el("li", { "data-words": words, "data-route": `${method} ${path}` }, el("details", {},
    el("summary", {},
      el("span", { class: "method" }, method),
      el("span", { class: "path" }, path, query ? el("small", {}, `?${decoded(query)}`) : null),
      el("span", { class: kind }, `${status}${code ? ` ${code}` : ""}`),
      el("span", { class: "end" }, [spent && `${spent} units`, `${request.milliseconds} ms`, clockTime(request.at)].filter(Boolean).join(" · "))),
    el("div", { class: "inside" },
      terms([
        ["Route", request.route && `${method} ${request.route}`],
        ["Function", request.function],
        ["Caller", request.userId ? `user ${request.userId}` : "nobody signed in"],
        ["Request id", el("code", {}, request.requestId)],
      ]),
      request.units === null ? null : calls(request.calls))));
}

function calls(made) {
  if (!made.length) return el("p", { class: "quiet" }, "No call of DynamoDB.");
  const rows = made.map((call) => el("tr", {},
    el("td", {}, call.operation, call.error ? el("span", { class: "condition warn" }, call.error) : null),
    el("td", {}, call.items.map(touched)),
    el("td", { class: "short" }, units(call.units) || "0"),
    el("td", { class: "short" }, `${call.milliseconds} ms`)));
  return scroll("Calls of DynamoDB", el("table", {},
    el("thead", {}, el("tr", {}, ["Call", "Items", "Units", "Time"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows)));
}

const touched = (item) => el("div", { class: "key" },
  `${item.action} ${item.index ? `${item.index}: ` : ""}${item.key}`,
  item.condition ? el("span", { class: "condition" }, `if ${item.condition}`) : null);

function decoded(query) {
  try {
    return decodeURIComponent(query.replaceAll("+", " "));
  } catch {
    return query;
  }
}
