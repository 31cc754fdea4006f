// The example in a browser, on the real stack.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { spa } from "../../../examples/spa/serve.js";
import { Browser } from "./browser.js";
import { Stack } from "./stack.js";

/** @type {Stack} */
let stack;
/** @type {Browser} */
let browser;
/** @type {import("node:http").Server} */
let server;
let page = "";

before(async () => {
  stack = await Stack.start();
  server = spa(stack.url).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  page = `http://127.0.0.1:${address.port}/`;
  browser = await Browser.start();
});
after(async () => {
  await browser?.stop();
  server?.closeAllConnections();
  server?.close();
  await stack?.stop();
});

/** @param {string} title @param {Record<string, string>} values */
async function submit(title, values) {
  const form = `form[aria-label="${title}"]`;
  for (const [name, value] of Object.entries(values)) {
    await browser.fill(`${form} [name=${name}]`, value);
  }
  await browser.click(`${form} button`);
}

test("Ada signs up and invites Grace, who accepts in another tab after Ada signed out", async () => {
  const grace = await stack.person();
  const token = await stack.mailedToken(grace.email, "erify");
  await grace.client.post("/api/auth/verify-email", { body: { token, password: grace.password } });

  await browser.open(page);
  const ada = { email: "ada@example.com", password: "a difference engine" };
  const more = { firstName: "Ada", lastName: "Lovelace", accountName: "Acme", country: "XX" };
  await submit("Sign up", { ...ada, ...more });
  await browser.find("[role=alert]", "country: ");
  await submit("Sign up", { country: "GB" });
  await browser.find("main p", "Signed in as ada@example.com");
  await browser.find("main p", "not verified yet");

  await submit("Create account", { name: "Globex" });
  await browser.find("#accounts li", "Globex");
  await browser.click("#accounts li:first-child button", "Open");
  await browser.find("h2", "Acme");
  await submit("Invite", { email: grace.email, firstName: "Grace", lastName: "Hopper" });
  await browser.find("#members li", "invited");
  await submit("Describe", { description: "Engines" });
  await browser.find("#members li", "Grace");
  assert.equal(await browser.run("return document.querySelector('[name=description]').value"), "Engines");

  // A second tab is signed in too, and notices that the first one signs out.
  const first = await browser.tab();
  const second = await browser.newTab();
  await browser.open(page);
  await browser.find("main p", "Signed in as ada@example.com");
  await browser.switchTo(first);
  await browser.click("button", "All accounts");
  await browser.click("button", "Sign out");
  await browser.find("h2", "Sign up");
  await browser.switchTo(second);
  await browser.find("h2", "Sign up");

  await submit("Sign in", { email: grace.email, password: "not the password" });
  await browser.find("[role=alert]", "wrong");
  await submit("Sign in", { email: grace.email, password: grace.password });
  await browser.find("#invitations li", "invites you to Acme");
  await browser.click("#invitations button", "Accept");
  await browser.click("#accounts li:nth-child(2) button", "Open");
  await browser.find("#members li", "ada@example.com, active");
  await browser.find("#members li", `${grace.email}, active`);
  await submit("Describe", { description: "Compilers" });
  await browser.find("[role=alert]", "roles");
  assert.deepEqual(await browser.complaints(), []);
});

test("a reload keeps the sign-in, and an expired token is refreshed", async () => {
  await stack.advance(901);
  await browser.open(page);
  await browser.find("main p", "Signed in as");
});
