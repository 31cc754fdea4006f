// People and accounts, found by a word.

import { get } from "./api.js";
import { badge, calm, el, empty, scroll, terms } from "./dom.js";

const STATUS = { active: "good", invited: "warn", suspended: "bad", deleted: "bad" };

export class Directory {
  title = "People and accounts";

  constructor([word = ""]) {
    const look = calm(() => this.load());
    this.word = el("input", { type: "search", value: word, placeholder: "Name, address or id", "aria-label": "Find people and accounts", oninput: look });
    this.found = el("div");
    this.root = el("div", {}, el("h1", {}, "People and accounts"), el("div", { class: "tools" }, this.word), this.found);
    this.load();
  }

  async news(what) {
    if (what === "events") await this.load();
  }

  async load() {
    const answer = await get(`directory?q=${encodeURIComponent(this.word.value)}`);
    const open = new Set([...this.found.querySelectorAll("details[open]")].map((one) => one.dataset.key));
    this.found.replaceChildren(
      part("People", answer.people, person), part("Accounts", answer.accounts, account),
      answer.complete ? "" : el("p", { class: "quiet" }, "The table is larger than what was read: some may be missing."));
    for (const one of this.found.querySelectorAll("details")) one.open = open.has(one.dataset.key);
  }
}

function part(title, { count, shown }, row) {
  const more = count > shown.length ? `, the newest ${shown.length}` : "";
  return el("section", {}, el("h2", {}, title, " ", el("small", {}, `${count}${more}`)),
    shown.length ? el("ul", { class: "list" }, shown.map((one) => el("li", {}, row(one)))) : empty("Nothing found."));
}

// Who is invited has names in the membership only: in their own item they are dashes.
const name = (one) => [one.firstName, one.lastName].filter((part) => part && part !== "-").join(" ");

function person(one) {
  return el("details", { "data-key": `person ${one.id}` },
    el("summary", {},
      el("span", { class: "path" }, el("strong", {}, name(one) || one.email), " ", name(one) ? one.email : ""),
      state(one),
      one.emailVerified ? badge("verified", "good") : badge("not verified", "warn"),
      el("span", { class: "end" }, count(one.accountCount, "account"))),
    el("div", { class: "inside" },
      terms([["User id", el("code", {}, String(one.id))], ["Country", one.country], ["Second factor", one.secondFactor ? "authenticator app" : "none"]]),
      memberships(one.accounts, (membership) => [membership.account.name ?? "a cleared account", membership.account.id], "Account")));
}

// Nobody but the invited has no names.
function state(one) {
  const status = name(one) ? one.status : "invited";
  return badge(status, STATUS[status]);
}

function account(one) {
  return el("details", { "data-key": `account ${one.id}` },
    el("summary", {},
      el("strong", { class: "path" }, one.name),
      badge(one.status, STATUS[one.status]),
      el("span", { class: "end" }, count(one.memberCount, "member"))),
    el("div", { class: "inside" },
      terms([["Account id", el("code", {}, String(one.id))], ["Description", one.description], ["Country", one.country]]),
      memberships(one.members, (member) => [name(member) ? `${name(member)}, ${member.email}` : member.email, member.id], "Member")));
}

function memberships(all, what, heading) {
  if (!all.length) return el("p", { class: "quiet" }, "None.");
  const rows = all.map((one) => {
    const [text, id] = what(one);
    return el("tr", {}, el("td", {}, text, " ", el("small", {}, String(id))),
      el("td", {}, one.owner ? "owner" : (one.roles ?? []).join(", ")),
      el("td", {}, badge(one.status, STATUS[one.status])));
  });
  return scroll("Memberships", el("table", {},
    el("thead", {}, el("tr", {}, [heading, "Roles", "Status"].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, rows)));
}

const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
