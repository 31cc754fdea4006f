// `/security`

export async function* security(scene) {
  const { browser } = scene;
  const press = async (action, state) => {
    await browser.click(`[data-action=${action}]`);
    await browser.find(`[data-state="${state}"]`);
  };
  const kathleen = await scene.provenPerson("Kathleen", "Booth", "Assembly");
  const credentials = { "#email": kathleen.email, "#current-password": kathleen.password };

  await scene.open(`${scene.url}/security`);
  await scene.submit("sign-in", { ...credentials, "#current-password": "not the password" }, "[role=alert]:not(:empty)");
  yield { name: "security, sign-in" };
  await scene.submit("sign-in", credentials, "overview");
  yield { name: "security without a second factor" };
  await press("password", "password");
  yield { name: "security, password" };
  await scene.submit("password", { "#present-password": kathleen.password, "#new-password": "contracted notation" }, "password-changed");
  yield { name: "security, password changed" };
  await browser.click("[data-state=password-changed] button");
  await press("email", "email");
  yield { name: "security, address" };
  await scene.submit("email", { "#new-email": "booth@example.com", "#email-password": "contracted notation" }, "email-asked");
  yield { name: "security, address asked for" };
  await browser.click("[data-state=email-asked] button");

  await press("enrol", "enrol");
  yield { name: "security, authenticator app" };
  const authenticator = scene.authenticator(await browser.run("return document.querySelector('[data-fill=secret]').textContent"));
  await scene.submit("enrol", { "#enrol-code": await authenticator.code() }, "codes");
  yield { name: "security, recovery codes" };
  await browser.click("[data-state=codes] button");
  await press("namePasskey", "passkey");
  yield { name: "security, name of a passkey" };
  await scene.submit("passkey", { "#passkey-name": "Laptop" }, "overview");
  yield { name: "security with second factors" };

  await press("signOut", "sign-in");
  await scene.submit("sign-in", { ...credentials, "#current-password": "contracted notation" }, "second-factor");
  yield { name: "security, passkey asked for" };
  await browser.click("[data-form=second-factor] [data-choose=totp]");
  await scene.submit("second-factor", { "#login-code": await authenticator.wrongCode() }, "[data-form=second-factor] [role=alert]:not(:empty)");
  yield { name: "security, code asked for" };
  await browser.click("[data-form=second-factor] [data-choose=recovery_code]");
  await browser.find("#login-recovery-code");
  yield { name: "security, recovery code asked for" };
  await browser.click("[data-form=second-factor] [data-choose=totp]");
  await scene.submit("second-factor", { "#login-code": await authenticator.code() }, "overview");
  await scene.stack.advance(11 * 60);
  await browser.click("[data-action=newCodes]");
  await browser.find("[data-state=again]");
  yield { name: "security, authentication again" };
}
