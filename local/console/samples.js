// Every kind of mail, with the data of an example.

import { get } from "./api.js";
import { el, pre } from "./dom.js";
import { frame } from "./mailbox.js";

export class Samples {
  title = "Every mail";

  constructor([kind]) {
    this.list = el("ul", { class: "list" });
    this.mail = el("article", { class: "card" });
    this.root = el("div", {}, el("h1", {}, "Every kind of mail"),
      el("p", { class: "quiet" }, "With the data of an example, in the brand of the parameters. Nothing is sent."),
      el("div", { class: "split" }, this.list, this.mail));
    this.load(kind);
  }

  async load(kind) {
    const mails = await get("mails.json");
    this.list.replaceChildren(...mails.map((mail) => el("li", {},
      el("button", { class: "pick", type: "button", "data-kind": mail.kind, onclick: () => this.show(mail) },
        el("strong", {}, mail.subject), el("small", {}, mail.kind)))));
    this.show(mails.find((mail) => mail.kind === kind) ?? mails[0]);
  }

  show(mail) {
    for (const one of this.list.querySelectorAll("button")) {
      if (one.dataset.kind === mail.kind) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    this.mail.replaceChildren(el("h2", {}, mail.subject), el("p", { class: "quiet" }, mail.kind),
      frame(`mails/${encodeURIComponent(mail.kind)}/html`), el("h3", {}, "Text"), pre("The mail as text", mail.text));
  }
}
