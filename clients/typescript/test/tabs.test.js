// Several tabs of one origin in Chromium: one sign-in, one refresh.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { spa } from "../../../examples/spa/serve.js";
import { Browser } from "./browser.js";
import { Proxy } from "./proxy.js";
import { Stack } from "./stack.js";

/** @type {Stack} */
let stack;
/** @type {Proxy} */
let proxy;
/** @type {Browser} */
let browser;
/** @type {import("node:http").Server} */
let server;
let page = "";

before(async () => {
  stack = await Stack.start();
  proxy = await Proxy.start(stack.url);
  server = spa(proxy.url).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  page = `http://127.0.0.1:${address.port}/`;
  browser = await Browser.start();
});
after(async () => {
  await browser?.stop();
  server?.closeAllConnections();
  server?.close();
  await proxy?.stop();
  await stack?.stop();
});

const refresh = "/api/auth/refresh";

/** Opens a tab with a client in `window.client`, whose page shows nothing of its own. */
async function openTab() {
  const tab = await browser.newTab();
  await browser.open(`${page}client/index.js`);
  await browser.run(
    `document.documentElement.innerHTML = "";
     const map = document.createElement("script");
     map.type = "importmap";
     map.textContent = JSON.stringify({ imports: { "openapi-fetch": "/openapi-fetch.js" } });
     document.documentElement.append(map);
     return import("/client/index.js").then((accounts) => {
       window.client = accounts.createAccountsClient({ baseUrl: arguments[0], store: accounts.webStore() });
     });`,
    proxy.url,
  );
  return tab;
}

/**
 * Begins five calls in each of `tabs`, and answers the ids or codes once all are there.
 * @param {string[]} tabs
 */
async function callFromAll(tabs) {
  // All begin at one time, because a command to a tab takes longer than a refresh.
  const start = Date.now() + 1500;
  for (const tab of tabs) {
    await browser.switchTo(tab);
    await browser.run(
      `window.calls = new Promise((go) => setTimeout(go, arguments[0] - Date.now())).then(() => Promise.all(
         Array.from({ length: 5 }, () => client.get("/api/users/me").then((a) => a.data.id, (e) => e.code ?? String(e)))));`,
      start,
    );
  }
  const answers = [];
  for (const tab of tabs) {
    await browser.switchTo(tab);
    answers.push(...(await browser.run("return window.calls")));
  }
  return answers;
}

test("20 callers in four tabs share one refresh, ten times in a row", async () => {
  const { email, password, id } = await stack.person();
  const tabs = [await openTab(), await openTab(), await openTab(), await openTab()];
  await browser.run("return client.signIn(arguments[0])", { email, password });
  for (let round = 1; round <= 10; round += 1) {
    await stack.advance(901);
    const answers = await callFromAll(tabs);
    assert.deepEqual(answers, Array.from({ length: 20 }, () => id), `round ${round}`);
    assert.equal(proxy.count(refresh), round);
  }
});

test("without Web Locks tabs may refresh twice, and nobody is signed out", async () => {
  const { email, password, id } = await stack.person();
  const tabs = [await openTab(), await openTab(), await openTab()];
  for (const tab of tabs) {
    await browser.switchTo(tab);
    await browser.run("Object.defineProperty(navigator, 'locks', { value: undefined })");
  }
  await browser.run("return client.signIn(arguments[0])", { email, password });
  for (let round = 1; round <= 3; round += 1) {
    await stack.advance(901);
    assert.deepEqual(await callFromAll(tabs), Array.from({ length: 15 }, () => id), `round ${round}`);
  }
});

test("a tab hears of a sign-in and of a sign-out in another", async () => {
  const { email, password } = await stack.person();
  const listener = await openTab();
  await browser.run("return client.signOut()");
  await browser.run("window.heard = []; client.onSession((signedIn) => heard.push(signedIn))");
  await openTab();
  await browser.run("return client.signIn(arguments[0])", { email, password });
  await browser.run("return client.signOut()");
  await browser.switchTo(listener);
  for (let tries = 0; tries < 100 && (await browser.run("return heard.length")) < 2; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const heard = await browser.run("return heard");
  assert.equal(heard.at(-1), false);
  assert.equal(await browser.run("return client.isSignedIn()"), false);
});
