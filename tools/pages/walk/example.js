// `examples/spa`

export async function* example(scene) {
  const { browser } = scene;
  const submit = async (title, values, button = "button") => {
    for (const [name, value] of Object.entries(values)) await browser.fill(`form[aria-label="${title}"] [name=${name}]`, value);
    await browser.click(`form[aria-label="${title}"] ${button}`);
  };
  const lise = await scene.provenPerson("Lise", "Meitner", "Fission");
  const mary = await scene.provenPerson("Mary", "Jackson", "Wind Tunnels");
  await scene.invite(mary, lise.email, "Lise", "Meitner");

  await scene.open(scene.spa);
  await submit("Sign in", { email: lise.email, password: "not the password" });
  await browser.find("[role=alert]", "wrong");
  yield { name: "example, sign-in" };
  await submit("Sign in", { email: lise.email, password: lise.password });
  await browser.find("#invitations li");
  yield { name: "example, accounts" };
  await browser.click("#accounts button", "Open");
  await submit("Invite", { email: "nina@example.com", firstName: "Nina", lastName: "Simone" });
  await browser.find("#members li", "invited");
  yield { name: "example, members" };
  await browser.click("button", "All accounts");
  await browser.click("button", "Sign out");
  await browser.find("h2", "Sign up");
}
