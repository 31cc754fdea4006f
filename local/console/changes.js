// Changes as they happen: the events of the bus, each with the values before and after.

import { get } from "./api.js";
import { clockTime, el, empty, scroll } from "./dom.js";

const MOST = 200;

export class Changes {
  title = "Changes";

  constructor() {
    this.filter = el("input", { type: "search", placeholder: "Kind or id", "aria-label": "Filter changes", oninput: () => this.show() });
    this.found = el("div");
    this.events = [];
    this.root = el("div", {}, el("h1", {}, "Changes"),
      el("p", { class: "quiet" }, "What the service puts on the event bus, newest first. Events hold ids and no names."),
      el("div", { class: "tools" }, this.filter), this.found);
    this.news("events");
  }

  async news(what) {
    if (what !== "events") return;
    this.events = (await get("events")).filter((event) => event.source === "accounts");
    this.show();
  }

  show() {
    const word = this.filter.value.trim().toLowerCase();
    const wanted = this.events.filter((event) => words(event).includes(word)).slice(0, MOST);
    this.found.replaceChildren(wanted.length ? el("ul", { class: "list" }, wanted.map(row)) : empty("No change."));
  }
}

const words = ({ detail }) =>
  [detail.kind, detail.accountId, detail.actor?.id, detail.target?.id, detail.requestId].join(" ").toLowerCase();

function row({ detail }) {
  const { kind, accountId, actor, target, changes } = detail;
  const who = actor ? (actor.id ? `by ${actor.type} ${actor.id}` : `by the ${actor.type}`) : "by nobody signed in";
  const within = target?.type === "account" ? null : accountId;
  const about = [target && `${target.type} ${target.id}`, within && `account ${within}`, who].filter(Boolean).join(", ");
  const fields = Object.entries(changes ?? {});
  return el("li", {}, el("div", { class: "row" },
    el("strong", {}, kind), el("span", { class: "quiet" }, about), el("small", {}, clockTime(detail.at))),
    fields.length ? el("div", { class: "inside" }, scroll("Fields", el("table", {},
      el("thead", {}, el("tr", {}, ["Field", "Before", "After"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, fields.map(([field, { from, to }]) =>
        el("tr", {}, el("td", {}, field), el("td", {}, value(from)), el("td", {}, value(to)))))))) : "");
}

function value(one) {
  if (one === null || one === undefined) return el("span", { class: "quiet" }, "nothing");
  return el("code", {}, typeof one === "string" ? one : JSON.stringify(one));
}
