// `/verify-email`, `/change-email`, `/reset-password` and `/ownership`

export async function* addresses(scene) {
  const { browser } = scene;
  const frances = await scene.person("Frances", "Allen", "Compilers");

  await scene.open(`${scene.url}/verify-email`);
  await browser.find("[data-state=nothing]");
  yield { name: "verification without a link" };
  const link = await scene.link(frances.email, "verify-email");
  await scene.open(link);
  await scene.submit("verify", { "#current-password": "not the password" }, "[role=alert]:not(:empty)");
  yield { name: "verification with a wrong password" };
  await browser.click("[data-action=disown]");
  await browser.find("[data-state=disown]");
  yield { name: "verification disowned" };
  await scene.submit("disown", { "#password": "another difference engine" }, "disowned");
  yield { name: "verification disowned, done" };
  await scene.open(link);
  await scene.submit("verify", { "#current-password": frances.password }, "failed");
  yield { name: "verification that is over" };

  const grace = await scene.person("Grace", "Hopper", "Flow-Matic");
  await scene.open(await scene.link(grace.email, "verify-email"));
  await scene.submit("verify", { "#current-password": grace.password }, "done");
  yield { name: "verification done" };

  await scene.open(`${scene.url}/change-email`);
  await browser.find("[data-state=nothing]");
  yield { name: "change of the address without a link" };
  const body = { email: "hopper@example.com", password: grace.password };
  await grace.client.post("/api/users/me/email", { body });
  const confirmation = await scene.link("hopper@example.com", "change-email");
  await scene.open(confirmation);
  await browser.find("[data-state=ready]");
  yield { name: "change of the address" };
  await scene.submit("change", { "#current-password": grace.password }, "done");
  yield { name: "change of the address done" };
  await scene.open(await scene.link(grace.email, "change-email", "was changed"));
  await browser.find("[data-state=undo]");
  yield { name: "change of the address to undo" };
  await scene.submit("undo", {}, "undone");
  yield { name: "change of the address undone" };
  await scene.open(confirmation);
  await scene.submit("change", { "#current-password": grace.password }, "failed");
  yield { name: "change of the address that is over" };
}

export async function* passwords(scene) {
  const { browser } = scene;
  const hedy = await scene.provenPerson("Hedy", "Lamarr", "Frequency Hopping");
  await scene.open(`${scene.url}/reset-password`);
  await browser.find("[data-state=ask]");
  yield { name: "password forgotten" };
  await scene.submit("forgot", { "#email": hedy.email }, "asked");
  yield { name: "password forgotten, asked" };
  const link = await scene.link(hedy.email, "reset-password");
  await scene.open(link);
  await browser.click("[data-form=reset] button[type=submit]");
  await browser.find("#password-mistake", " ");
  yield { name: "password reset" };
  await scene.submit("reset", { "#password": "secret communication" }, "done");
  yield { name: "password reset done" };
  await scene.open(link);
  await scene.submit("reset", { "#password": "secret communication" }, "failed");
  yield { name: "password reset that is over" };
}

export async function* transfers(scene) {
  const { browser } = scene;
  const ida = await scene.provenPerson("Ida", "Rhodes", "Code Pages");
  const joan = await scene.provenPerson("Joan", "Clarke", "Banburismus");
  const params = { path: { id: ida.accountId } };
  await ida.client.post("/api/accounts/{id}/users/{userId}", { params: { path: { id: ida.accountId, userId: joan.id } }, body: { roles: ["admin"] } });
  const offer = () => ida.client.put("/api/accounts/{id}/owner", { params, body: { userId: joan.id } });
  const page = `${scene.url}/ownership#account=${ida.accountId}`;
  const credentials = { "#email": joan.email, "#current-password": joan.password };

  await scene.open(`${scene.url}/ownership`);
  await browser.find("[data-state=nothing]");
  yield { name: "ownership without a link" };
  await offer();
  await scene.open(page);
  await scene.submit("sign-in", credentials, "offer");
  yield { name: "ownership offered" };
  await browser.click("[data-action=declineOffer]");
  await browser.find("[data-state=declined]");
  yield { name: "ownership declined" };
  await scene.open(page);
  await browser.find("[data-state=sign-in]");
  yield { name: "ownership, sign-in" };
  await scene.submit("sign-in", credentials, "offer");
  await scene.submit("offer", {}, "failed");
  yield { name: "ownership that is not offered" };
  await offer();
  await scene.open(page);
  await scene.submit("sign-in", credentials, "offer");
  await scene.submit("offer", {}, "accepted");
  yield { name: "ownership accepted" };
}
