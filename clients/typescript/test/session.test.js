import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { createAccountsClient, memoryStore } from "../dist/index.js";
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

const refresh = "/api/auth/refresh";
const me = "/api/users/me";

/** A signed-in person whose requests go through the proxy, and their store. */
async function signedIn() {
  const store = memoryStore();
  const person = await stack.signedIn({ baseUrl: proxy.url, store });
  return { ...person, store };
}

test("16 callers share one refresh", async () => {
  const { client, id } = await signedIn();
  await stack.advance(901);
  const answers = await Promise.all(Array.from({ length: 16 }, () => client.get(me)));
  assert.deepEqual(new Set(answers.map((answer) => answer.data.id)), new Set([id]));
  assert.equal(proxy.count(refresh), 1);
});

test("16 clients of one store share one refresh", async () => {
  const { store } = await signedIn();
  await stack.advance(901);
  const clients = Array.from({ length: 16 }, () => createAccountsClient({ baseUrl: proxy.url, store }));
  await Promise.all(clients.map((client) => client.get(me)));
  assert.equal(proxy.count(refresh), 1);
});

test("an access token that is about to expire is refreshed before it is sent", async () => {
  const { client, store } = await signedIn();
  const session = await store.read();
  assert(session);
  await store.write({ ...session, expiresAt: Date.now() + 29_000 });
  const tokens = await Promise.all([client.accessToken(), client.accessToken(), client.accessToken()]);
  assert.equal(new Set(tokens).size, 1);
  assert.notEqual(tokens[0], session.accessToken);
  assert.equal(proxy.count(refresh), 1);
});

test("a refresh whose answer is lost is repeated with the same token, and gets the pair that was lost", async () => {
  const { client, store } = await signedIn();
  await stack.advance(901);
  proxy.fate = ({ path }) => (path === refresh && proxy.count(refresh) <= 2 ? "lose answer" : undefined);
  await client.get(me);
  const sent = proxy.all(refresh).map((request) => request.body);
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent).size, 1);

  // The store has the pair of the answer that came: the next refresh sends it, and the session goes on.
  const next = (await store.read())?.refreshToken;
  await stack.advance(901);
  await client.get(me);
  assert.deepEqual(proxy.all(refresh).slice(3).map((request) => request.body), [JSON.stringify({ refreshToken: next })]);
});

test("a service that cannot be reached signs nobody out", async () => {
  const { client, id } = await signedIn();
  await stack.advance(901);
  proxy.fate = ({ path }) => (path === refresh ? problem(503, "UNAVAILABLE") : undefined);
  await assert.rejects(client.get(me), { code: "UNAVAILABLE" });
  proxy.fate = ({ path }) => (path === refresh ? "lose request" : undefined);
  await assert.rejects(client.get(me), TypeError);
  proxy.fate = () => undefined;
  assert.equal((await client.get(me)).data.id, id);
});

test("16 callers share a refresh that fails", async () => {
  const { client } = await signedIn();
  await stack.advance(901);
  proxy.fate = ({ path }) => (path === refresh ? problem(503, "UNAVAILABLE") : undefined);
  const refused = await Promise.allSettled(Array.from({ length: 16 }, () => client.get(me)));
  assert.deepEqual(new Set(refused.map((answer) => answer.status)), new Set(["rejected"]));
  assert.equal(proxy.count(refresh), 5);
});

test("without a lock, a late answer never takes the place of newer tokens", async () => {
  const { client: other, store } = await signedIn();
  const client = createAccountsClient({ baseUrl: proxy.url, store: { ...store, lock: (work) => work() } });
  await stack.advance(901);
  let release = () => {};
  const released = new Promise((resolve) => (release = () => resolve(undefined)));
  proxy.fate = async (request) => {
    if (request.path !== refresh || proxy.count(refresh) > 1) {
      return undefined;
    }
    const answer = await proxy.forward(request);
    await released;
    return { status: answer.status, body: await answer.json(), headers: { "Content-Type": "application/json" } };
  };
  const late = client.get(me);
  while (proxy.count(refresh) < 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (let round = 0; round < 2; round += 1) {
    const session = await store.read();
    assert(session);
    await store.write({ ...session, expiresAt: 0 });
    await other.accessToken();
  }
  const newest = await store.read();
  release();
  await late;
  assert.deepEqual(await store.read(), newest);
  assert.equal(proxy.count(refresh), 3);
});

test("a session that was ended elsewhere signs out, once", async () => {
  const { client, email, password } = await signedIn();
  const changes = /** @type {boolean[]} */ ([]);
  client.onSession((signedIn) => changes.push(signedIn));
  const elsewhere = createAccountsClient({ baseUrl: stack.url });
  await elsewhere.signIn({ email, password });
  for await (const session of elsewhere.items("/api/users/me/sessions")) {
    if (session.current === false) {
      await elsewhere.delete("/api/users/me/sessions/{id}", { params: { path: { id: String(session.id) } } });
    }
  }
  const refused = await Promise.allSettled([client.get(me), client.get(me), client.get(me)]);
  for (const answer of refused) {
    assert.equal(answer.status === "rejected" && answer.reason.code, "UNAUTHENTICATED");
  }
  assert.equal(await client.isSignedIn(), false);
  assert.deepEqual(changes, [false]);
  assert.equal(proxy.count(refresh), 1);
});

test("signing out during a refresh ends the session here and at the service", async () => {
  const { client, store } = await signedIn();
  await stack.advance(901);
  const ends = /** @type {Promise<void>[]} */ ([]);
  proxy.fate = async ({ path }) => {
    if (path === refresh) {
      ends.push(client.signOut());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return undefined;
  };
  await client.get(me).catch(() => undefined);
  await Promise.all(ends);
  assert.equal(ends.length, 1);
  assert.equal(await store.read(), null);
  assert.equal(await client.isSignedIn(), false);
  const { refreshToken } = JSON.parse(String(proxy.all("/api/auth/logout")[0]?.body));
  const again = client.post("/api/auth/refresh", { body: { refreshToken } });
  await assert.rejects(again, { code: "UNAUTHENTICATED" });
});

test("signing out forgets the tokens though the service cannot be reached", async () => {
  const { client, store } = await signedIn();
  proxy.fate = () => "lose request";
  await assert.rejects(client.signOut(), TypeError);
  assert.equal(await store.read(), null);
});

test("a new sign-in ends the session before", async () => {
  const { client, email, password } = await signedIn();
  const headers = { Authorization: `Bearer ${await client.accessToken()}` };
  await client.signIn({ email, password });
  assert.equal((await client.get("/api/users/me/sessions")).data.count, 1);
  await assert.rejects(client.get(me, { headers }), { code: "UNAUTHENTICATED" });
});

test("a request of one person is never repeated as another", async () => {
  const { client } = await signedIn();
  const other = await stack.person();
  await stack.advance(901);
  proxy.fate = async ({ path, method }) => {
    if (path === "/api/accounts" && method === "POST" && proxy.count("/api/accounts") === 1) {
      await client.signIn({ email: other.email, password: other.password });
    }
    return undefined;
  };
  await assert.rejects(client.post("/api/accounts", { body: { name: "Whose" } }), { code: "UNAUTHENTICATED" });
  assert.equal(proxy.count("/api/accounts"), 1);
  assert.equal((await client.get(me)).data.id, other.id);
});

test("tokens of another kind of sign-in begin a session", async () => {
  const { email, password } = await stack.person();
  const body = { email, password };
  const client = createAccountsClient({ baseUrl: stack.url });
  const { data } = await client.post("/api/auth/login", { body });
  assert.equal(await client.isSignedIn(), false);
  await client.signInWith(data);
  assert.equal((await client.get(me)).data.email, email);
});
