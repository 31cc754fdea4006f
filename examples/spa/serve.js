// Serves the page on 127.0.0.1: `node serve.js [port] [address of the API]`.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const client = new URL("../../clients/typescript/", import.meta.url);
const types = new Map([["html", "text/html"], ["js", "text/javascript"], ["mjs", "text/javascript"], ["map", "application/json"]]);

/**
 * A server of the page, for the API at `api`. It does not listen yet.
 * @param {string} api
 */
export function spa(api) {
  return createServer(async (request, response) => {
    const file = place(new URL(request.url ?? "/", "http://localhost").pathname);
    try {
      let body = await readFile(file, "utf8");
      if (file.pathname.endsWith(".html")) body = body.replace("http://127.0.0.1:3000", api);
      response.setHeader("Content-Type", `${types.get(file.pathname.split(".").at(-1) ?? "")}; charset=utf-8`);
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
}

/**
 * The file behind a path. Each name is of one folder, so no path leads out of it.
 * @param {string} path
 */
function place(path) {
  const found = /^\/client\/([\w.-]+)$/.exec(path);
  if (found) return new URL(`dist/${found[1]}`, client);
  if (path === "/openapi-fetch.js") return new URL("node_modules/openapi-fetch/dist/index.mjs", client);
  return new URL(path === "/app.js" ? "app.js" : path === "/" ? "index.html" : "none", import.meta.url);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = "5173", api = "http://127.0.0.1:3000"] = process.argv.slice(2);
  spa(api).listen(Number(port), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${port}`));
}
