// Shows the view that the address names, and tells it what changed.

import { get } from "./api.js";
import { Clock } from "./clock.js";
import { Changes } from "./changes.js";
import { Directory } from "./directory.js";
import { Mailbox } from "./mailbox.js";
import { Overview } from "./overview.js";
import { Requests } from "./requests.js";
import { Samples } from "./samples.js";

// How often the stack is asked whether there is news, in milliseconds.
const PERIOD = 1000;
const VIEWS = { overview: Overview, requests: Requests, mailbox: Mailbox, directory: Directory, changes: Changes, samples: Samples };

const main = document.querySelector("main");
const clock = new Clock(document.querySelector("#clock"));
let view = null;
let known = {};

function show() {
  const [, name = "overview", ...rest] = location.hash.split("/");
  const chosen = VIEWS[name] ? name : "overview";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#/${chosen}`) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "center" });
    } else link.removeAttribute("aria-current");
  }
  view = new VIEWS[chosen](rest.map(decodeURIComponent));
  main.replaceChildren(view.root);
  document.title = `${view.title}: Accounts, on this machine`;
}

async function look() {
  try {
    const revisions = await get("revisions");
    document.querySelector("#offline").hidden = true;
    clock.update(revisions);
    for (const what of ["requests", "mails", "events", "offsetSeconds"]) {
      if (known[what] !== revisions[what]) await view.news?.(what);
    }
    known = revisions;
  } catch {
    document.querySelector("#offline").hidden = false;
  }
}

async function follow() {
  if (!document.hidden) await look();
  setTimeout(follow, PERIOD);
}

window.addEventListener("hashchange", () => {
  show();
  main.focus();
});
clock.onmove = look;
if (!location.hash) history.replaceState(null, "", "#/overview");
show();
follow();
