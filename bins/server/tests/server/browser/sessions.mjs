// Sessions, forged requests and redirects in a real browser. Given: username, password.
import http from "node:http";
import { assert, given, open, run, site } from "./lib.mjs";

const { username, password } = given;

// Another site: the same machine under another name.
const evil = http.createServer((request, response) => {
  response.setHeader("Content-Type", "text/html");
  const target = new URL(request.url, "http://localhost").searchParams.get("target");
  response.end(`<!doctype html><a id="link" href="${site}/account/">read</a>
    <form id="form" method="post" action="${site}${target}">
    <input name="title" value="forged"><input name="content" value="forged">
    <input name="username" value="${username}"><input name="password" value="${password}"></form>`);
});
await new Promise((listening) => evil.listen(0, "127.0.0.1", listening));
const elsewhere = `http://localhost:${evil.address().port}`;

async function logIn(page, next = "/api/posts/") {
  await page.goto(`${site}/api-auth/login/?next=${encodeURIComponent(next)}`);
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  const [response] = await Promise.all([page.waitForNavigation(), page.click("button")]);
  return response;
}

// From a page without a policy of its own: our pages let no script ask for anything.
const call = async (page, method, path, headers = {}, body = undefined) => {
  const tab = await page.context().newPage();
  await tab.goto(`${site}/health/`);
  const status = await tab.evaluate(
    async ([method, path, headers, body]) => (await fetch(path, { method, headers, body })).status,
    [method, path, { "Content-Type": "application/json", ...headers }, body],
  );
  await tab.close();
  return status;
};

const cookie = async (context, name) => (await context.cookies(site)).find((cookie) => cookie.name === name);

await run({
  async "who logs in is led on, and scripts see one cookie of two"() {
    const page = await open();
    const context = page.context();
    await page.goto(`${site}/account/`);
    assert.match(await page.content(), /401/);
    await logIn(page);
    assert.equal(page.url(), `${site}/api/posts/`);
    const session = await cookie(context, "sessionid");
    assert.deepEqual([session.httpOnly, session.sameSite, session.path], [true, "Lax", "/"]);
    const days = (session.expires - Date.now() / 1000) / 86400;
    assert.ok(days > 13.9 && days <= 14, `${days} days`);
    const seen = await page.evaluate(() => document.cookie);
    assert.match(seen, /^csrftoken=[A-Za-z0-9]{64}$/);
  },

  async "a script of ours writes by the token that it reads"() {
    const page = await open();
    await logIn(page);
    const post = JSON.stringify({ title: "t", content: "c" });
    assert.equal(await call(page, "POST", "/api/posts/", {}, post), 403);
    const token = await page.evaluate(() => document.cookie.split("=")[1]);
    assert.equal(await call(page, "POST", "/api/posts/", { "X-CSRFToken": token }, post), 201);
    assert.equal(await call(page, "POST", "/api/posts/", { "X-CSRFToken": "x" }, post), 403);
  },

  async "a form on another site changes nothing, logs nobody in and nobody out"() {
    const page = await open();
    const context = page.context();
    await logIn(page);
    const before = await cookie(context, "sessionid");
    for (const [target, status] of [
      ["/api/posts/", 401], // SameSite: the session does not come along
      ["/api-auth/logout/", 403],
      ["/api-auth/login/", 403],
    ]) {
      await page.goto(`${elsewhere}/?target=${target}`);
      const submit = page.evaluate(() => document.getElementById("form").submit());
      const [response] = await Promise.all([page.waitForNavigation(), submit]);
      assert.equal(response.status(), status, target);
    }
    assert.equal((await cookie(context, "sessionid"))?.value, before.value);
    const other = await open();
    await other.goto(`${elsewhere}/?target=/api-auth/login/`);
    await Promise.all([
      other.waitForNavigation(),
      other.evaluate(() => document.getElementById("form").submit()),
    ]);
    assert.equal(await cookie(other.context(), "sessionid"), undefined);
  },

  async "a link from another site finds the session"() {
    const page = await open();
    await logIn(page);
    await page.goto(`${elsewhere}/?target=/`);
    const [response] = await Promise.all([page.waitForNavigation(), page.click("#link")]);
    assert.equal(response.status(), 200);
  },

  async "a login leads nowhere else"() {
    const page = await open();
    for (const next of [elsewhere, "//localhost/", "/\\localhost/", "\\\\localhost", "///localhost", "javascript:alert(1)", "\t//localhost"]) {
      await logIn(page, next);
      assert.equal(page.url(), `${site}/`, next);
    }
    await logIn(page, "/api/posts/?limit=1#x");
    assert.equal(page.url(), `${site}/api/posts/?limit=1#x`);
  },

  async "a wrong password says so and logs nobody in"() {
    const page = await open();
    const context = page.context();
    await page.goto(`${site}/api-auth/login/`);
    await page.fill("[name=username]", username);
    await page.fill("[name=password]", "wrong");
    const [response] = await Promise.all([page.waitForNavigation(), page.click("button")]);
    assert.equal(response.status(), 200);
    assert.match(await page.textContent("[role=alert]"), /don’t match/);
    assert.equal(await page.inputValue("[name=username]"), username);
    assert.equal(await page.inputValue("[name=password]"), "");
    assert.equal(await cookie(context, "sessionid"), undefined);
  },

  async "whoever logs out is nobody, and going back does not help"() {
    const page = await open();
    const context = page.context();
    await logIn(page);
    assert.equal(await call(page, "GET", "/account/"), 200);
    const { value } = await cookie(context, "sessionid");
    const token = await page.evaluate(() => document.cookie.split("=")[1]);
    assert.equal(await call(page, "POST", "/api-auth/logout/", { "X-CSRFToken": token }), 200);
    assert.equal(await cookie(context, "sessionid"), undefined);
    assert.equal(await call(page, "GET", "/account/"), 401);
    await context.addCookies([{ name: "sessionid", value, url: site }]);
    assert.equal(await call(page, "GET", "/account/"), 401);
    assert.equal(await cookie(context, "sessionid"), undefined, "a dead session's cookie is taken away");
  },

  async "two tabs share one session, and a second login ends the first"() {
    const page = await open();
    const context = page.context();
    await logIn(page);
    const tab = await context.newPage();
    await tab.goto(`${site}/account/`);
    assert.equal(await call(tab, "GET", "/account/"), 200);
    const first = await cookie(context, "sessionid");
    const token = await cookie(context, "csrftoken");
    await logIn(tab);
    assert.notEqual((await cookie(context, "sessionid")).value, first.value);
    assert.notEqual((await cookie(context, "csrftoken")).value, token.value);
    assert.equal(await call(page, "GET", "/account/"), 200);
  },
});
evil.close();
