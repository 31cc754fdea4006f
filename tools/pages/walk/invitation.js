// `/invitation`

export async function* answers(scene) {
  const { browser } = scene;
  const ada = await scene.provenPerson("Ada", "Lovelace", "Analytical Engines");

  await scene.open(`${scene.url}/invitation`);
  await browser.find("[data-state=nothing]");
  await browser.fill("#link", "https://example.com/");
  await browser.click("[data-paste] button");
  await browser.find("#link-mistake", "link");
  yield { name: "invitation without a link" };

  await scene.invite(ada, "bob@example.com", "Bob", "Noyce");
  await scene.open(await scene.link("bob@example.com", "invitation"));
  await browser.find("[data-state=ready]");
  yield { name: "invitation" };
  await browser.click("[data-form=accept] button[type=submit]");
  await browser.find("#password-mistake", " ");
  yield { name: "invitation without a password" };
  await scene.submit("accept", { "#password": "the traitorous eight" }, "accepted");
  yield { name: "invitation accepted" };
  await scene.open(await scene.link("bob@example.com", "invitation"));
  await browser.find("[data-state=failed]");
  yield { name: "invitation that was answered" };

  await scene.invite(ada, "carol@example.com", "Carol", "Shaw");
  await scene.open(await scene.link("carol@example.com", "invitation"));
  await browser.click("[data-action=decline]");
  await browser.find("[data-state=declined]");
  yield { name: "invitation declined" };

  // Who has an account is asked for no password.
  const dorothy = await scene.provenPerson("Dorothy", "Vaughan", "West Computing");
  await scene.invite(ada, dorothy.email, "Dorothy", "Vaughan");
  await scene.open(await scene.link(dorothy.email, "invitation"));
  await browser.find("[data-state=ready]");
  yield { name: "invitation of a known person" };

  // Who was added is told, and may leave by the link.
  const edith = await scene.provenPerson("Edith", "Clarke", "Power Systems");
  const params = { path: { id: ada.accountId, userId: edith.id } };
  await ada.client.post("/api/accounts/{id}/users/{userId}", { params, body: { roles: ["viewer"] } });
  await scene.open(await scene.link(edith.email, "invitation"));
  await browser.find("[data-state=ready]");
  yield { name: "notice of a membership" };
  await browser.click("[data-action=decline]");
  await browser.find("[data-state=left]");
  yield { name: "membership left" };

  await scene.open(`${scene.url}/nowhere`);
  await browser.find("[data-state=missing]");
  yield { name: "page that does not exist" };
}
