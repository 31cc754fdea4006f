import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { problem, Proxy } from "./proxy.js";
import { Stack } from "./stack.js";

/** @type {Stack} */
let stack;
/** @type {Proxy} */
let proxy;
before(async () => {
  stack = await Stack.start();
});
after(() => stack.stop());
beforeEach(async () => {
  proxy = await Proxy.start(stack.url);
});
afterEach(() => proxy.stop());

const accounts = "/api/accounts";

test("an account is created once though the answers are lost", async () => {
  const { client, email } = await stack.signedIn({ baseUrl: proxy.url });
  proxy.fate = ({ method }) => (method === "POST" && proxy.count(accounts) <= 2 ? "lose answer" : undefined);
  const name = `${email} once`;
  const { data, response } = await client.post(accounts, { body: { name } });
  const keys = proxy.all(accounts).map((request) => request.headers["idempotency-key"]);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
  assert.equal(response.headers.get("idempotent-replayed"), "true");
  const list = await client.get(accounts, { params: { query: { $filter: `name eq '${name}'` } } });
  assert.deepEqual(list.data.value.map((account) => account.id), [data.id]);
});

test("two creations have two keys, and a key of your own is kept", async () => {
  const { client, email } = await stack.signedIn({ baseUrl: proxy.url });
  await client.post(accounts, { body: { name: `${email} 1` } });
  await client.post(accounts, { body: { name: `${email} 2` } });
  await client.post(accounts, { body: { name: `${email} 3` }, headers: { "Idempotency-Key": "own" } });
  await client.post(accounts, { body: { name: `${email} 4` }, params: { header: { "Idempotency-Key": "own too" } } });
  const keys = proxy.all(accounts).map((request) => request.headers["idempotency-key"]);
  assert.equal(new Set(keys).size, 4);
  assert.deepEqual(keys.slice(2), ["own", "own too"]);
});

test("a change whose answer is lost is not repeated", async () => {
  const { client, accountId } = await stack.signedIn({ baseUrl: proxy.url });
  proxy.fate = ({ method }) => (method === "PUT" ? "lose answer" : undefined);
  const params = { path: { id: accountId } };
  await assert.rejects(client.put("/api/accounts/{id}", { params, body: { description: "x" } }), TypeError);
  assert.equal(proxy.count(`/api/accounts/${accountId}`), 1);
});

test("a change that lost against another writer is repeated", async () => {
  const { client, accountId } = await stack.signedIn({ baseUrl: proxy.url });
  const path = `/api/accounts/${accountId}`;
  proxy.fate = ({ method }) => (method === "PUT" && proxy.count(path) === 1 ? problem(409, "CONFLICT") : undefined);
  const params = { path: { id: accountId } };
  const { data } = await client.put("/api/accounts/{id}", { params, body: { description: "x" } });
  assert.equal(data.description, "x");
  assert.equal(proxy.count(path), 2);
});

test("other conflicts are answers", async () => {
  const { client, email } = await stack.signedIn({ baseUrl: proxy.url });
  await assert.rejects(client.post(accounts, { body: { name: `Account ${email}` } }), { code: "ACCOUNT_ALREADY_EXISTS" });
  assert.equal(proxy.count(accounts), 1);
});

test("a read is repeated until the attempts are used up", async () => {
  const { client } = await stack.signedIn({ baseUrl: proxy.url, retry: { attempts: 3 } });
  proxy.fate = () => problem(503, "UNAVAILABLE");
  await assert.rejects(client.get("/api/users/me"), { code: "UNAVAILABLE" });
  assert.equal(proxy.count("/api/users/me"), 3);
});

test("`Retry-After` is waited for, and an answer at once where it is too long", async () => {
  const { client } = await stack.signedIn({ baseUrl: proxy.url });
  proxy.fate = ({ path }) =>
    path === "/api/users/me" && proxy.count(path) === 1
      ? problem(429, "TOO_MANY_REQUESTS", {}, { "Retry-After": "1", "Access-Control-Expose-Headers": "Retry-After" })
      : undefined;
  const start = Date.now();
  await client.get("/api/users/me");
  assert(Date.now() - start >= 1000);

  proxy.fate = () => problem(429, "TOO_MANY_REQUESTS", {}, { "Retry-After": "900" });
  await assert.rejects(client.get("/api/users/me"), { code: "TOO_MANY_REQUESTS", retryAfter: 900 });
  assert.equal(proxy.count("/api/users/me"), 3);
});

test("an aborted request waits no longer", async () => {
  const { client } = await stack.signedIn({ baseUrl: proxy.url });
  proxy.fate = () => problem(503, "UNAVAILABLE", {}, { "Retry-After": "9" });
  const start = Date.now();
  await assert.rejects(client.get("/api/users/me", { signal: AbortSignal.timeout(300) }), { name: "TimeoutError" });
  assert(Date.now() - start < 5000);
  assert.equal(proxy.count("/api/users/me"), 1);
});
