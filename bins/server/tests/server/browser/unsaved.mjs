// Forms that meet an ended session, another login or a limit. Given: username (may do everything), other (writes posts),
// password.
import { assert, given, isFine, loads, logIn, open, PHONE, run, shoot, site } from "./lib.mjs";

const { username, other, password } = given;
const add = `${site}/admin/posts/post/add/`;
const list = `${site}/api/posts/`;
const TEXT = "First line\n<script>alert(1)</script> & \"quotes\"\n\n  the end";

/** Logged in by the API's page, which is good for the admin, too. */
async function enter(options = {}, next = "/api/posts/") {
  const page = await open(options);
  await logIn(page, { username, password, next });
  return page;
}

/** Ends the session in another tab. */
async function logOutElsewhere(page) {
  const tab = await page.context().newPage();
  await tab.goto(`${site}/api-auth/logout/`).catch(() => {});
  await tab.goto(list);
  await loads(tab, () => tab.click(".user button"));
  await tab.close();
}

/** Logs in again in another tab, as the same account or another. */
async function logInElsewhere(page, name = username) {
  const tab = await page.context().newPage();
  await logIn(tab, { username: name, password });
  await tab.close();
}

async function logInToSave(page) {
  await page.fill("[name=_username]", username);
  await page.fill("[name=_password]", password);
}

async function adminAfterLogOut(options, title, name) {
  const page = await enter(options, "/admin/posts/post/add/");
  await page.fill("[name=title]", title);
  await page.fill("[name=content]", TEXT);
  await logOutElsewhere(page);
  const asked = await loads(page, () => page.click("[name=_continue]"));
  assert.equal(asked.status(), 403);
  assert.match(await page.textContent("h1"), /Log in to save/);
  if (options.script !== false) await isFine(page, `${name}: log in to save`);
  await shoot(page, `${name}-log-in`);
  await page.click("summary");
  assert.equal(await page.textContent("pre >> nth=1"), TEXT);
  if (options.script !== false) await isFine(page, `${name}: what was typed`);
  // A wrong password loses nothing.
  await page.fill("[name=_username]", username);
  await page.fill("[name=_password]", "wrong");
  assert.equal((await loads(page, () => page.click("main button"))).status(), 403);
  assert.match(await page.textContent("[role=alert]"), /user name and password/);
  await logInToSave(page);
  const again = await loads(page, () => page.click("main button"));
  assert.equal(again.status(), 200);
  assert.equal(await page.inputValue("[name=content]"), TEXT);
  assert.match(await page.textContent(".messages"), /Your changes aren’t saved yet/);
  if (options.script !== false) await isFine(page, `${name}: the form again`);
  await shoot(page, `${name}-again`);
  await loads(page, () => page.click("[name=_continue]"));
  assert.match(await page.textContent(".messages"), /was added successfully/);
  assert.equal(await page.inputValue("[name=content]"), TEXT);
  assert.deepEqual(page.complaints, []);
}

async function apiAfterLogOut(options, title, name) {
  const page = await enter(options);
  await page.fill("#send-title", title);
  await page.fill("#send-content", TEXT);
  await logOutElsewhere(page);
  const asked = await loads(page, () => page.click("#send button"));
  assert.equal(asked.status(), 401);
  assert.equal(await page.inputValue("#send-content"), TEXT);
  if (options.script !== false) await isFine(page, `${name}: log in and send`);
  await shoot(page, `${name}-log-in`);
  await logInToSave(page);
  const made = await loads(page, () => page.click("#send button"));
  assert.equal(made.status(), 201);
  assert.equal(JSON.parse(await page.textContent("#body")).content, TEXT);
  assert.match(await page.textContent(".user"), new RegExp(username));
  assert.deepEqual(page.complaints, []);
}

await run({
  "the admin, after a logout in another tab": () => adminAfterLogOut({}, "Admin", "unsaved-admin"),
  "the admin, without script on a phone in the dark": () =>
    adminAfterLogOut({ script: false, width: PHONE, dark: true }, "Admin, phone", "unsaved-admin-phone-dark"),
  "the API, after a logout in another tab": () => apiAfterLogOut({}, "API", "unsaved-api"),
  "the API, without script on a phone in the dark": () =>
    apiAfterLogOut({ script: false, width: PHONE, dark: true }, "API, phone", "unsaved-api-phone-dark"),
  "the API, on a phone": () => apiAfterLogOut({ width: PHONE }, "API, phone, script", "unsaved-api-phone"),

  async "the admin, after another login in another tab"() {
    for (const name of [username, other]) {
      const page = await enter({}, "/admin/posts/post/add/");
      await page.fill("[name=title]", `After ${name}`);
      await page.fill("[name=content]", TEXT);
      await logInElsewhere(page, name);
      const again = await loads(page, () => page.click("[name=_continue]"));
      assert.equal(again.status(), 403);
      assert.equal(await page.inputValue("[name=content]"), TEXT);
      assert.match(await page.textContent(".messages"), /out of date/);
      await isFine(page, "a form that was out of date");
      await shoot(page, "unsaved-admin-out-of-date");
      // It is not left behind without a question.
      page.lastDialog = undefined;
      await page.reload();
      assert.equal(await page.inputValue("[name=content]"), TEXT, "a reload sends it again, and is refused again");
      await loads(page, () => page.click("[name=_continue]"));
      assert.match(await page.textContent(".messages"), /was added successfully/);
    }
  },

  async "the API, after another login in another tab"() {
    const page = await enter();
    await page.fill("#send-title", "Once more");
    await page.fill("#send-content", TEXT);
    await logInElsewhere(page);
    assert.equal((await loads(page, () => page.click("#send button"))).status(), 403);
    assert.match(await page.textContent("[role=alert]"), /out of date/);
    await isFine(page, "a form of the API that was out of date");
    await shoot(page, "unsaved-api-out-of-date");
    assert.equal((await loads(page, () => page.click("#send button"))).status(), 201);
  },

  async "all cookies are gone"() {
    const page = await enter({}, "/admin/posts/post/add/");
    await page.fill("[name=title]", "No cookies");
    await page.fill("[name=content]", TEXT);
    await page.context().clearCookies();
    assert.equal((await loads(page, () => page.click("[name=_continue]"))).status(), 403);
    await logInToSave(page);
    await loads(page, () => page.click("main button"));
    assert.equal(await page.inputValue("[name=content]"), TEXT);
    // The login's own form.
    await page.context().clearCookies();
    await page.goto(`${site}/api-auth/login/`);
    await page.context().clearCookies();
    await page.fill("[name=username]", username);
    await page.fill("[name=password]", password);
    assert.equal((await loads(page, () => page.click("main button"))).status(), 403);
    assert.match(await page.textContent("[role=alert]"), /out of date/);
    assert.equal(await page.inputValue("[name=username]"), username);
    await isFine(page, "a login that was out of date");
    await shoot(page, "log-in-out-of-date");
    await page.fill("[name=password]", password);
    await loads(page, () => page.click("main button"));
    assert.equal(page.url(), `${site}/`);
    assert.match(await page.textContent(".user"), new RegExp(username));
    await isFine(page, "the root, logged in");
    await shoot(page, "root-logged-in");
  },

  async "three megabytes are refused with the way back, and are still there"() {
    const page = await enter({}, "/admin/posts/post/add/");
    const long = "0123456789".repeat(300_000);
    await page.fill("[name=title]", "Long");
    await page.fill("[name=content]", long);
    assert.equal((await loads(page, () => page.click("[name=_continue]"))).status(), 413);
    assert.match(await page.textContent("main"), /larger than 2.5 MB/);
    await isFine(page, "too large");
    await shoot(page, "too-large");
    await loads(page, () => page.click("[data-back]"));
    assert.equal((await page.inputValue("[name=content]")).length, long.length);
    await page.goto(list);
    await page.fill("#send-title", "Long");
    await page.fill("#send-content", long);
    assert.equal((await loads(page, () => page.click("#send button"))).status(), 413);
    assert.match(await page.textContent(".messages"), /larger than 2.5 MB/);
    await isFine(page, "too large for the API");
  },
});
