// Requests to the console's own routes.

// The answer of a route as JSON; an error with the problem's sentence otherwise.
export async function get(path) {
  return read(await fetch(path, { headers: { accept: "application/json" } }));
}

// Sends `body` as JSON.
export async function post(path, body) {
  const headers = { "content-type": "application/json" };
  return read(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function remove(path) {
  return read(await fetch(path, { method: "DELETE" }));
}

async function read(response) {
  if (response.status === 204) return null;
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.detail ?? `The stack answers ${response.status}.`);
  return body;
}
