// The API's description in RapiDoc, and a session of any person to try it with.

import { get, post } from "./api.js";
import { el } from "./dom.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const person = document.querySelector("#person");
const said = document.querySelector("#signed-in");
const narrow = matchMedia("(max-width: 48rem)");

const reference = el("rapi-doc", {
  "spec-url": "/_local/openapi.yaml",
  "server-url": location.origin,
  "default-api-server": location.origin,
  "load-fonts": "false",
  "regular-font": "system-ui, sans-serif",
  "mono-font": "ui-monospace, monospace",
  "show-header": "false",
  "allow-server-selection": "false",
  "allow-spec-url-load": "false",
  "allow-spec-file-load": "false",
  "allow-spec-file-download": "false",
  "render-style": narrow.matches ? "view" : "focused",
  "schema-style": "table",
  "use-path-in-nav-bar": "true",
  "show-method-in-nav-bar": "as-plain-text",
  "nav-item-spacing": "compact",
  "fill-request-fields-with-example": "false",
  "persist-auth": "false",
});

function paint() {
  const colours = dark.matches
    ? { theme: "dark", "bg-color": "#0f1218", "text-color": "#f3f4f6", "nav-bg-color": "#1a1f29", "primary-color": "#93b4ff" }
    : { theme: "light", "bg-color": "#ffffff", "text-color": "#1f2937", "nav-bg-color": "#f3f4f6", "primary-color": "#1d4ed8" };
  for (const [name, value] of Object.entries(colours)) reference.setAttribute(name, value);
}

async function people() {
  const { people } = await get("directory");
  const chosen = person.value;
  const options = people.shown.map((one) => el("option", { value: one.id }, one.email));
  person.replaceChildren(el("option", { value: "" }, "nobody"), ...options);
  person.value = chosen;
}

// A session that the local stack begins, and an access token for it by the API itself.
async function signIn(event) {
  event.preventDefault();
  try {
    if (!person.value) {
      reference.removeAllSecurityKeys();
      delete said.dataset.user;
      said.textContent = "Nobody is signed in.";
      return;
    }
    const { refreshToken } = await post("sessions", { userId: Number(person.value) });
    const { accessToken } = await post("/api/auth/refresh", { refreshToken });
    reference.setApiKey("bearer", accessToken);
    said.dataset.user = person.value;
    said.textContent = `Signed in as ${person.selectedOptions[0].textContent}, for 15 minutes.`;
  } catch (error) {
    said.textContent = error.message;
  }
}

paint();
dark.addEventListener("change", paint);
document.querySelector("#reference").append(reference);
document.querySelector("#sign-in").addEventListener("submit", signIn);
person.addEventListener("focus", () => people().catch(() => {}));
people().catch(() => {});
