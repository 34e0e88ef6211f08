// Pages of other origins that ask the API. Given: port (that of the allowed origin, http://localhost:port), username, password.
import http from "node:http";
import { assert, given, open, run, site } from "./lib.mjs";

const app = http.createServer((_, response) => {
  response.setHeader("Content-Type", "text/html");
  response.end("<!doctype html><title>App</title>");
});
await new Promise((listening) => app.listen(given.port, listening));

/** What a front end does: obtain a token, write a post, read a refusal. */
async function visit(origin) {
  const page = await open();
  await page.goto(origin);
  return page.evaluate(async ({ site, username, password }) => {
    const json = { "Content-Type": "application/json" };
    const post = (path, headers, body) =>
      fetch(`${site}${path}`, { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(body) });
    try {
      const { token } = await (await post("/auth/obtain_token/", {}, { username, password })).json();
      const headers = { Authorization: `JWT ${token}` };
      const created = await post("/api/posts/", headers, { title: "From another origin", content: "CORS" });
      const { id } = await created.json();
      const deleted = await fetch(`${site}/api/posts/${id}/`, { method: "DELETE", headers });
      const refused = await fetch(`${site}/account/`);
      return {
        created: created.status,
        deleted: deleted.status,
        refused: [refused.status, (await refused.json()).detail],
        seen: refused.headers.get("X-Request-Id")?.length,
      };
    } catch (error) {
      return String(error);
    }
  }, { site, ...given });
}

try {
  await run({
    async "an allowed origin writes and reads, errors included"() {
      assert.deepEqual(await visit(`http://localhost:${given.port}/`), {
        created: 201,
        deleted: 204,
        refused: [401, "Authentication credentials were not provided."],
        seen: 16,
      });
    },

    async "another origin reads nothing"() {
      // The same page under another name of the machine.
      assert.equal(await visit(`http://127.0.0.1:${given.port}/`), "TypeError: Failed to fetch");
    },
  });
} finally {
  app.close();
}
