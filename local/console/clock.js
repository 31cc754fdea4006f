// The stack's clock, and buttons that move it.

import { get, post } from "./api.js";
import { duration, el, time } from "./dom.js";

const STEPS = [["1 hour", 3600], ["1 day", 86400]];

export class Clock {
  onmove = () => {};

  constructor(root) {
    this.time = el("time");
    this.offset = el("small");
    const buttons = STEPS.map(([name, seconds]) =>
      el("button", { type: "button", "data-seconds": seconds, onclick: () => this.advance(seconds) }, `+ ${name}`));
    this.next = el("button", { type: "button", id: "next-link", onclick: () => this.expire() }, "Expire the next link");
    this.said = el("small", { role: "status" });
    root.append(this.time, this.offset, ...buttons, this.next, this.said);
  }

  update({ now, offsetSeconds }) {
    this.time.textContent = `${time(now)} UTC`;
    this.offset.textContent = offsetSeconds ? `${duration(offsetSeconds)} ahead` : "";
  }

  async advance(seconds) {
    await post("clock", { advanceSeconds: seconds });
    this.said.textContent = "";
    await this.onmove();
  }

  // Moves to the second in which the first of the mailed links that still work ends.
  async expire() {
    const [link] = await get("links");
    if (!link) {
      this.said.textContent = "No link waits.";
      return;
    }
    const { now } = await get("clock");
    await this.advance(Math.max(1, link.expiresAt - Math.floor(Date.parse(now) / 1000)));
    this.said.textContent = `Expired: ${link.purpose}, ${link.about}`;
  }
}
