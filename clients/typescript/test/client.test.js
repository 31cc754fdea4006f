import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createAccountsClient, isProblem, ProblemError } from "../dist/index.js";
import { Proxy } from "./proxy.js";
import { Stack } from "./stack.js";

/** @type {Stack} */
let stack;
before(async () => {
  stack = await Stack.start();
});
after(() => stack.stop());

test("a person signs up, signs in and is who they are", async () => {
  const { client, email, id } = await stack.signedIn();
  const { data } = await client.get("/api/users/me");
  assert.equal(data.email, email);
  assert.equal(data.id, id);
  assert.equal(data.memberships[0]?.owner, true);
});

test("a refusal is an error with its code, status, mistakes and request id", async () => {
  const { client } = await stack.signedIn();
  const refused = client.post("/api/accounts", { body: { name: "12345", country: "XX" } });
  await assert.rejects(refused, (error) => {
    assert(error instanceof ProblemError);
    assert.equal(error.code, "VALIDATION_FAILED");
    assert.equal(error.status, 400);
    assert.deepEqual(error.errors.map((mistake) => mistake.pointer).sort(), ["/country", "/name"]);
    assert.match(String(error.requestId), /^[0-9a-f-]{36}$/);
    return isProblem(error) && isProblem(error, "CONFLICT", "VALIDATION_FAILED") && !isProblem(error, "CONFLICT");
  });
});

test("a wrong password is no reason to refresh", async () => {
  const { client, email } = await stack.signedIn();
  await assert.rejects(client.signIn({ email, password: "something else" }), { code: "INVALID_CREDENTIALS" });
  assert.equal(await client.isSignedIn(), true);
});

test("what is signed out is unauthenticated, and public operations work", async () => {
  const client = createAccountsClient({ baseUrl: stack.url });
  assert.equal(await client.isSignedIn(), false);
  assert.equal(await client.accessToken(), null);
  await assert.rejects(client.get("/api/users/me"), { code: "UNAUTHENTICATED", status: 401 });
  await client.post("/api/auth/password/forgot", { body: { email: "nobody@example.com" } });
});

test("an answer that is no problem document is unreadable", async () => {
  const proxy = await Proxy.start(stack.url);
  proxy.fate = () => ({ status: 418, headers: { "Content-Type": "text/html" } });
  const client = createAccountsClient({ baseUrl: proxy.url });
  await assert.rejects(client.get("/.well-known/jwks.json"), { code: "UNREADABLE", status: 418 });
  await proxy.stop();
});

test("a change starts from the version that was read", async () => {
  const { client, accountId } = await stack.signedIn();
  const params = { path: { id: accountId } };
  const read = await client.get("/api/accounts/{id}", { params });
  assert.match(String(read.etag), /^"/);
  const changed = await client.put("/api/accounts/{id}", { params, body: { description: "One" }, ifMatch: read });
  assert.notEqual(changed.etag, read.etag);
  const late = client.put("/api/accounts/{id}", { params, body: { description: "Two" }, ifMatch: read });
  await assert.rejects(late, { code: "PRECONDITION_FAILED" });
  await client.put("/api/accounts/{id}", { params, body: { description: "Three" }, ifMatch: String(changed.etag) });
  assert.equal((await client.get("/api/accounts/{id}", { params })).data.description, "Three");
});

test("a list is read page by page, at the client's own address", async () => {
  const { client: direct, email, password } = await stack.signedIn();
  for (const name of ["b", "c", "d", "e"]) {
    await direct.post("/api/accounts", { body: { name: `${email} ${name}` } });
  }
  // The service writes its own address into `nextLink`, which is not the proxy's.
  const proxy = await Proxy.start(stack.url);
  const client = createAccountsClient({ baseUrl: proxy.url });
  await client.signIn({ email, password });
  const query = { $top: 2, $orderby: "name desc", $select: "id,name", $filter: "status eq 'active'" };
  const names = [];
  for await (const account of client.items("/api/accounts", { params: { query } })) {
    names.push(account.name?.at(-1));
  }
  assert.deepEqual(names, ["e", "d", "c", "b", "m"]);
  assert.equal(proxy.count("/api/accounts"), 3);

  const counts = [];
  for await (const page of client.pages("/api/accounts", { params: { query } })) {
    counts.push([page.value.length, page.count]);
    if (counts.length === 2) {
      break;
    }
  }
  assert.deepEqual(counts, [[2, 5], [2, 5]]);
  assert.equal(proxy.count("/api/accounts"), 5, "a page that is not wanted is not asked for");
  await proxy.stop();
});

test("an invited person accepts, and is a member", async () => {
  const { client, accountId } = await stack.signedIn();
  const body = { email: "grace@example.com", firstName: "Grace", lastName: "Hopper", roles: [/** @type {const} */ ("user")] };
  const invited = await client.post("/api/accounts/{id}/users", { params: { path: { id: accountId } }, body });
  assert.equal(invited.data.status, "invited");
  const token = await stack.mailedToken("grace@example.com", "invit");

  const grace = createAccountsClient({ baseUrl: stack.url });
  const lookup = await grace.post("/api/invitations/lookup", { body: { token } });
  assert.equal(lookup.data.passwordRequired, true);
  await grace.post("/api/invitations/accept", { body: { token, password: "nanoseconds of wire" } });
  await grace.signIn({ email: "grace@example.com", password: "nanoseconds of wire" });
  const members = [];
  for await (const member of grace.items("/api/accounts/{id}/users", { params: { path: { id: accountId } } })) {
    members.push(member.firstName);
  }
  assert.deepEqual(members, ["Ada", "Grace"]);
});

test("an answer without a body has no data", async () => {
  const { client } = await stack.signedIn();
  const answer = await client.delete("/api/users/me/sessions/{id}", {
    params: { path: { id: await otherSession(client) } },
  });
  assert.equal(answer.data, undefined);
  assert.equal(answer.etag, null);
  assert.equal(answer.response.status, 204);
});

test("a token of your own is sent as it is", async () => {
  const { client } = await stack.signedIn();
  const other = await stack.signedIn();
  const headers = { Authorization: `Bearer ${await client.accessToken()}` };
  const { data } = await other.client.get("/api/users/me", { headers });
  assert.notEqual(data.id, other.id);
});

/**
 * The id of a second session of the same person.
 * @param {import("../dist/index.js").AccountsClient} client
 */
async function otherSession(client) {
  const { data } = await client.get("/api/users/me");
  await createAccountsClient({ baseUrl: stack.url }).signIn({ email: data.email, password: "a difference engine" });
  const sessions = (await client.get("/api/users/me/sessions")).data.value;
  return String(sessions.find((session) => session.current === false)?.id);
}
