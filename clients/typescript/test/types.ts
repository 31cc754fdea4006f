// Compiled, never run: what the types allow and what they refuse.
import { createAccountsClient, isProblem, type ProblemCode } from "../dist/index.js";

export async function uses(): Promise<void> {
  const client = createAccountsClient({ baseUrl: "" });
  const params = { path: { id: 1 } };
  const read = await client.get("/api/accounts/{id}", { params });
  const name: string = read.data.name;
  const country: string | null = read.data.country;
  await client.put("/api/accounts/{id}", { params, body: { name, country }, ifMatch: read });
  const nothing: undefined = (await client.post("/api/auth/logout", { body: { refreshToken: "" } })).data;
  await client.get("/api/accounts");

  // @ts-expect-error: no such path
  await client.get("/api/account");
  // @ts-expect-error: no such method of this path
  await client.patch("/api/accounts/{id}", { params });
  // @ts-expect-error: the path has a variable
  await client.get("/api/accounts/{id}");
  // @ts-expect-error: no such member
  await client.put("/api/accounts/{id}", { params, body: { title: name } });
  // @ts-expect-error: no such option
  await client.put("/api/accounts/{id}", { params, body: { name }, ifmatch: read });
  // @ts-expect-error: no such query option
  await client.get("/api/accounts", { params: { query: { filter: "" } } });
  // @ts-expect-error: not a list
  client.items("/api/users/me");

  for await (const member of client.items("/api/accounts/{id}/users", { params })) {
    const roles: ("viewer" | "user" | "manage" | "admin")[] | undefined = member.roles;
    void roles;
  }
  try {
    await client.signOut();
  } catch (error) {
    if (isProblem(error, "CONFLICT", "TOO_MANY_REQUESTS")) {
      const code: "CONFLICT" | "TOO_MANY_REQUESTS" = error.code;
      void code;
    }
    // @ts-expect-error: no such code
    isProblem(error, "CONFLICTS");
  }
  const codes: ProblemCode[] = ["ACCOUNT_NOT_FOUND", "SECOND_FACTOR_REQUIRED"];
  void [nothing, codes];
}
