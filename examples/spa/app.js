// Sign-up, sign-in, accounts, members and invitations on `accounts-client`. Tabs share one sign-in.
import { createAccountsClient, isProblem, webStore } from "accounts-client";

const api = createAccountsClient({
  baseUrl: document.querySelector("meta[name=accounts-api]").content,
  store: webStore(),
  onChallenge: async (challenge) => {
    const code = prompt("The code of your authenticator");
    if (code !== null) await challenge.answer({ code });
  },
});

const main = document.querySelector("main");
const alertLine = document.querySelector("[role=alert]");

/** An element with properties and children. Text is never read as HTML. */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Runs `work`, and shows its refusal. */
async function attempt(work) {
  alertLine.textContent = "";
  try {
    await work();
  } catch (error) {
    if (isProblem(error, "UNAUTHENTICATED")) return show();
    const mistakes = isProblem(error) ? error.errors.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`) : [];
    alertLine.textContent = mistakes.length ? mistakes.join(" ") : (error.detail ?? "The service cannot be reached.");
  }
}

const button = (text, work) => element("button", { type: "button", textContent: text, onclick: () => attempt(work) });

/** A form of `fields`, each a label, a name and the input's properties. `submit` takes the values by name. */
function form(title, fields, submit) {
  const inputs = fields.map(([label, name, properties]) =>
    element("label", {}, label, element("input", { name, required: true, ...properties })),
  );
  const made = element("form", { ariaLabel: title }, ...inputs, element("button", { textContent: title }));
  made.onsubmit = (event) => {
    event.preventDefault();
    attempt(() => submit(Object.fromEntries(new FormData(made))));
  };
  return made;
}

const email = ["E-mail", "email", { type: "email", autocomplete: "username" }];
const password = (autocomplete) => ["Password", "password", { type: "password", autocomplete }];
const names = [["First name", "firstName", { autocomplete: "given-name" }], ["Last name", "lastName", { autocomplete: "family-name" }]];

function signedOut() {
  const country = ["Country", "country", { maxLength: 2, size: 2, placeholder: "GB" }];
  main.replaceChildren(
    element("h2", { textContent: "Sign in" }),
    form("Sign in", [email, password("current-password")], (credentials) => api.signIn(credentials)),
    element("h2", { textContent: "Sign up" }),
    form("Sign up", [email, password("new-password"), ...names, ["Organisation", "accountName"], country], async (body) => {
      await api.post("/api/accounts/signup", { body });
      await api.signIn({ email: body.email, password: body.password });
    }),
  );
}

async function signedIn() {
  const { data: me } = await api.get("/api/users/me");
  const accounts = [];
  for await (const account of api.items("/api/accounts", { params: { query: { $orderby: "name" } } })) {
    accounts.push(element("li", {}, account.name, button("Open", () => open(account.id))));
  }
  main.replaceChildren(
    element("p", {}, `Signed in as ${me.email}. `, button("Sign out", () => api.signOut())),
    element("h2", { textContent: "Accounts" }),
    element("ul", { id: "accounts" }, ...accounts),
    form("Create account", [["Name", "name"]], async (body) => {
      await api.post("/api/accounts", { body });
      await signedIn();
    }),
    ...(await invitations(me)),
  );
}

/** The person's own invitations. They are for verified addresses only. */
async function invitations(me) {
  if (!me.emailVerified) {
    const resend = button("Send the link again", () => api.post("/api/auth/verify-email/resend"));
    return [element("p", {}, "Your address is not verified yet. ", resend)];
  }
  const found = [];
  for await (const { accountId: id, accountName, inviterName } of api.items("/api/users/me/invitations")) {
    const answer = (word) => async () => {
      await api.post(`/api/users/me/invitations/{id}/${word}`, { params: { path: { id } } });
      await signedIn();
    };
    const text = `${inviterName ?? "A manager"} invites you to ${accountName}`;
    found.push(element("li", {}, text, button("Accept", answer("accept")), button("Decline", answer("decline"))));
  }
  return [element("h2", { textContent: "Invitations" }), element("ul", { id: "invitations" }, ...found)];
}

/** One account with its members. */
async function open(id) {
  const account = await api.get("/api/accounts/{id}", { params: { path: { id } } });
  const members = [];
  for await (const member of api.items("/api/accounts/{id}/users", { params: { path: { id } } })) {
    members.push(memberRow(id, member));
  }
  main.replaceChildren(
    button("All accounts", signedIn),
    element("h2", { textContent: account.data.name }),
    form("Describe", [["Description", "description", { value: account.data.description ?? "" }]], async (body) => {
      // Refused where somebody else has changed the account since it was shown.
      await api.put("/api/accounts/{id}", { params: { path: { id } }, body, ifMatch: account });
      await open(id);
    }),
    element("h3", { textContent: "Members" }),
    element("ul", { id: "members" }, ...members),
    form("Invite", [email, ...names], async (body) => {
      await api.post("/api/accounts/{id}/users", { params: { path: { id } }, body: { ...body, roles: ["user"] } });
      await open(id);
    }),
  );
}

function memberRow(id, member) {
  const params = { path: { id, userId: member.id } };
  const path = "/api/accounts/{id}/users/{userId}";
  const roles = element("select", { ariaLabel: `Role of ${member.email}`, disabled: member.owner });
  roles.append(...["viewer", "user", "manage", "admin"].map((role) => new Option(role, role, false, member.roles.includes(role))));
  roles.onchange = () => attempt(() => api.put(path, { params, body: { roles: [roles.value] } }));
  const resend = () => api.put("/api/accounts/{id}/users/{userId}/invite", { params });
  const remove = async () => {
    await api.delete(path, { params });
    await open(id);
  };
  const buttons = member.status === "invited" ? [button("Invite again", resend)] : [];
  if (!member.owner) buttons.push(button("Remove", remove));
  return element("li", {}, `${member.firstName ?? ""} ${member.lastName ?? ""} (${member.email}, ${member.status})`, roles, ...buttons);
}

async function show() {
  await ((await api.isSignedIn()) ? signedIn() : signedOut());
}

api.onSession(() => attempt(show));
attempt(show);
