// The mails that were caught.

import { get, remove } from "./api.js";
import { badge, calm, clockTime, el, empty, linked, pre, terms, time } from "./dom.js";

const MOST = 100;
const DELIVERY = { delivered: "good", bounced: "bad", complained: "bad", suppressed: "warn" };

export class Mailbox {
  title = "Mailbox";
  form = "Text";
  mails = [];

  constructor([id]) {
    this.chosen = id;
    const look = calm(() => this.load());
    this.filter = el("input", { type: "search", placeholder: "Recipient or subject", "aria-label": "Filter mails", oninput: look });
    const clear = el("button", { type: "button", id: "clear", onclick: () => this.clear() }, "Clear the mailbox");
    this.list = el("ul", { class: "list" });
    this.mail = el("article", { class: "card" });
    this.split = el("div", { class: "split" }, this.list, this.mail);
    this.none = empty("No mail. The service's mails arrive here a moment after the request.");
    this.root = el("div", {}, el("h1", {}, "Mailbox"), el("div", { class: "tools" }, this.filter, clear), this.none, this.split);
    this.load();
  }

  async news(what) {
    if (what === "mails") await this.load();
  }

  async load() {
    this.mails = await get(`mailbox.json?limit=${MOST}&q=${encodeURIComponent(this.filter.value)}`);
    this.none.hidden = this.mails.length > 0;
    this.split.hidden = !this.mails.length;
    const scrolled = this.list.scrollTop;
    const focused = document.activeElement?.dataset?.mail;
    this.list.replaceChildren(...this.mails.map((mail) => el("li", {}, this.pick(mail))));
    this.list.scrollTop = scrolled;
    if (focused) [...this.list.querySelectorAll("button")].find((one) => one.dataset.mail === focused)?.focus();
    const shown = this.mails.find((mail) => mail.id === this.chosen) ?? this.mails[0];
    if (shown && shown.id !== this.shown) this.show(shown);
  }

  pick(mail) {
    return el("button", { class: "pick", type: "button", "data-mail": mail.id, onclick: () => this.choose(mail) },
      el("strong", {}, mail.subject), el("span", {}, mail.to), el("small", {}, clockTime(mail.sentAt)));
  }

  choose(mail) {
    this.chosen = mail.id;
    this.show(mail);
  }

  show(mail) {
    this.shown = mail.id;
    for (const one of this.list.querySelectorAll("button")) {
      if (one.dataset.mail === mail.id) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    const forms = ["Text", "HTML", "Source"].map((name) => el("button",
      { type: "button", "data-form": name, "aria-pressed": String(name === this.form), onclick: () => { this.form = name; this.show(mail); } }, name));
    this.mail.replaceChildren(
      el("h2", {}, mail.subject),
      el("p", { class: "quiet" }, `to ${mail.to}, ${time(mail.sentAt)} UTC `, badge(mail.delivery, DELIVERY[mail.delivery])),
      el("div", { class: "tools" }, forms),
      body(mail, this.form));
  }

  async clear() {
    await remove("mailbox");
    this.chosen = this.shown = undefined;
    await this.load();
  }
}

function body(mail, form) {
  if (form === "HTML") return frame(`mailbox/${encodeURIComponent(mail.id)}/html`);
  if (form === "Text") return pre("The mail as text", linked(mail.text ?? "This mail has no text."));
  const tags = Object.entries(mail.tags ?? {}).map(([name, value]) => `${name}=${value}`);
  return el("div", {}, terms([
    ["From", mail.from], ["To", mail.to], ["Reply-To", mail.replyTo], ["Subject", mail.subject], ["Date", mail.sentAt],
    ["Message id", el("code", {}, mail.id)], ["Configuration set", mail.configurationSet], ["Tags", tags.join(", ")],
  ]), el("h3", {}, "HTML"), pre("The source of the HTML", mail.html ?? "none"));
}

// A mail is not ours to trust: its frame runs nothing, and opens links beside the console.
export const frame = (src) => el("iframe",
  { src, title: "The mail as HTML", sandbox: "allow-popups allow-popups-to-escape-sandbox", loading: "lazy" });
