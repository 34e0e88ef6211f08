// The admin: ada may do everything, ed may do all with posts, vi may view them, bob is nobody there; one post "Title" and
// 10,000 more. Given: password, every (so many hostile strings go through a form at once).
import {
  assert, DESKTOP, given, hasHeaders, isFine, isFineInEachVariant, loads, naughty, open, PHONE, run, shoot, site, tabTo,
  weigh,
} from "./lib.mjs";

const admin = `${site}/admin/`;
const posts = `${admin}posts/post/`;

/** Logged in by the admin's own page, at an address there. */
async function enter(username, options = {}, next = "/admin/") {
  const page = await open(options);
  await page.goto(`${site}/admin/login/?next=${encodeURIComponent(next)}`);
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", given.password);
  await loads(page, () => page.click("main button"));
  assert.equal(page.url(), site + next);
  return page;
}

/** Makes a post, and gives the address of its form. */
async function create(page, title, content) {
  await page.goto(`${posts}add/`);
  await page.fill("[name=title]", title);
  await page.fill("[name=content]", content);
  await loads(page, () => page.click("[name=_continue]"));
  assert.match(page.url(), /\/change\/$/);
  return page.url();
}

const told = (page) => page.textContent(".messages");

/** Every page, by what it is called. */
const pages = {
  index: "/admin/",
  app: "/admin/auth/",
  list: "/admin/posts/post/",
  "list-search": "/admin/posts/post/?q=post+99&o=1",
  add: "/admin/posts/post/add/",
  change: "/admin/posts/post/1/change/",
  delete: "/admin/posts/post/1/delete/",
  history: "/admin/posts/post/1/history/",
  users: "/admin/auth/user/",
  "user-add": "/admin/auth/user/add/",
  user: "/admin/auth/user/2/change/",
  "user-password": "/admin/auth/user/2/password/",
  "user-delete": "/admin/auth/user/2/delete/",
  groups: "/admin/auth/group/",
  group: "/admin/auth/group/1/change/",
  log: "/admin/admin/logentry/",
  password: "/admin/password_change/",
  "logout": "/admin/logout/",
  missing: "/admin/no/such/",
};

async function writes(options) {
  const page = await enter("ed", options);
  await loads(page, () => page.click("main a:has-text('Add')"));
  // An error stands at its field, and what was typed is kept.
  await page.fill("[name=title]", "x".repeat(51));
  await page.fill("[name=content]", "kept\nline");
  assert.equal((await loads(page, () => page.click("[name=_save]"))).status(), 422);
  assert.match(await page.textContent("#form-title-errors"), /at most 50 characters/);
  assert.equal(await page.getAttribute("#form-title", "aria-invalid"), "true");
  assert.equal(await page.inputValue("[name=content]"), "kept\nline");
  await page.fill("[name=title]", "Written by ed");
  await loads(page, () => page.click("[name=_addanother]"));
  assert.equal(page.url(), `${posts}add/`);
  assert.match(await told(page), /was added successfully. You may add another post below/);
  await page.goto(`${posts}?q="Written by ed"`);
  await loads(page, () => page.click("tbody th a"));
  assert.equal(await page.inputValue("[name=content]"), "kept\nline");
  await page.fill("[name=title]", "Changed by ed");
  await loads(page, () => page.click("[name=_continue]"));
  assert.match(await told(page), /was changed successfully. You may edit it again below/);
  await loads(page, () => page.click("a:has-text('History')"));
  assert.match(await page.textContent("del"), /Written by ed/);
  assert.match(await page.textContent("ins"), /Changed by ed/);
  await page.goBack();
  await loads(page, () => page.click("a:has-text('Delete')"));
  await loads(page, () => page.click("button:has-text('Yes, delete')"));
  // Back in the list that it was opened from.
  assert.equal(page.url(), `${posts}?q=%22Written%20by%20ed%22`);
  assert.match(await told(page), /The post “Changed by ed” was deleted successfully/);
  await loads(page, () => page.click(".user button"));
  assert.match(await page.textContent("h1"), /Logged out/);
  await page.goto(posts);
  assert.match(page.url(), /\/admin\/login\//);
  if (options.script !== false) await isFine(page, "after the logout");
}

await run({
  async "an editor adds, changes and deletes a post"() {
    await writes({});
  },

  async "an editor does it without script, on a phone"() {
    await writes({ script: false, width: PHONE });
  },

  async "a viewer sees and finds no button, a stranger is led to the login"() {
    const page = await enter("vi");
    const links = await page.locator("main a").allTextContents();
    assert.ok(links.some((text) => /View/.test(text)) && !links.some((text) => /Add|Change/.test(text)), links.join());
    await page.goto(`${posts}1/change/`);
    assert.equal(await page.locator("main button, main textarea, main input:not([type=hidden])").count(), 0);
    assert.equal((await page.goto(`${posts}add/`)).status(), 403);
    await isFine(page, "403");
    await shoot(page, "admin-forbidden");
    assert.equal((await page.goto(`${admin}auth/user/`)).status(), 403);
    const stranger = await open();
    await stranger.goto(posts);
    await stranger.fill("[name=username]", "bob");
    await stranger.fill("[name=password]", given.password);
    await loads(stranger, () => stranger.click("main button"));
    assert.match(await stranger.textContent("[role=alert]"), /match a staff account/);
    await isFine(stranger, "login with an error");
    await shoot(stranger, "admin-login-error");
  },

  async "of two who edit one post the second sees both versions"() {
    const mine = await enter("ada");
    const theirs = await enter("ed");
    const address = await create(mine, "Both edit this", "At first.");
    await theirs.goto(address);
    await theirs.fill("[name=content]", "As ed has it.");
    await mine.fill("[name=content]", "As ada has it.");
    await loads(theirs, () => theirs.click("[name=_save]"));
    const refused = await loads(mine, () => mine.click("[name=_save]"));
    assert.equal(refused.status(), 409);
    const both = await mine.textContent(".compared");
    assert.ok(both.includes("As ed has it.") && both.includes("As ada has it."), both);
    assert.equal(await mine.inputValue("[name=content]"), "As ada has it.");
    await isFine(mine, "both versions");
    await shoot(mine, "admin-conflict");
    await mine.setViewportSize({ width: PHONE, height: 740 });
    await isFine(mine, "both versions on a phone");
    await shoot(mine, "admin-conflict-phone");
    await loads(mine, () => mine.click("[name=_save]"));
    await mine.goto(address);
    assert.equal(await mine.inputValue("[name=content]"), "As ada has it.");
  },

  async "what was typed is not left behind without a question"() {
    const page = await enter("ed", {}, "/admin/posts/post/1/change/");
    await page.fill("[name=content]", "something new");
    await loads(page, () => page.click("nav a:has-text('Posts')"));
    assert.equal(page.lastDialog, "beforeunload");
    page.lastDialog = undefined;
    await page.goto(`${posts}1/change/`);
    await loads(page, () => page.click("nav a:has-text('Posts')"));
    assert.equal(page.lastDialog, undefined);
  },

  async "10,000 posts are paged, ordered, searched and filtered"() {
    const page = await enter("ada", {}, "/admin/posts/post/");
    const titles = () => page.locator("tbody th a").allTextContents();
    assert.match(await page.textContent(".pager"), /10,00\d posts/);
    assert.equal((await titles()).length, 50);
    await loads(page, () => page.click(".pager a[aria-label='Next page']"));
    assert.match(page.url(), /\?p=2$/);
    await loads(page, () => page.click("thead a:has-text('Created at')"));
    assert.match(page.url(), /\?o=2$/);
    assert.equal(await page.getAttribute("thead th:has-text('Created at')", "aria-sort"), "ascending");
    assert.deepEqual((await titles()).slice(0, 2), ["Title", "Post 1"]);
    await loads(page, () => page.click("thead a:has-text('Created at')"));
    assert.equal(await page.getAttribute("thead th:has-text('Created at')", "aria-sort"), "descending");
    await page.fill("[name=q]", "Post 777");
    await loads(page, () => page.click("[role=search] button"));
    assert.match(await page.textContent(".pager"), /19 posts found/);
    await isFine(page, "a search");
    await page.click("summary");
    await loads(page, () => page.click("a:has-text('Today')"));
    assert.match(await page.textContent("main .empty"), /No posts match/);
    await isFine(page, "nothing found");
    await loads(page, () => page.click(".chips a:has-text('Created at: Today')"));
    assert.equal((await titles()).length, 19);
    await page.click("summary");
    await page.fill("[name=created_at__lt]", "2026-01-02");
    await isFine(page, "filters");
    await shoot(page, "admin-filters");
    await loads(page, () => page.click("button:has-text('Apply') >> nth=0"));
    assert.deepEqual(await titles(), ["Post 777"]);
    await loads(page, () => page.click("a:has-text('Show all') >> nth=0"));
    assert.match(await page.textContent(".pager"), /10,00\d posts/);
  },

  async "posts that are selected are deleted together"() {
    const page = await enter("ada");
    for (const title of ["Go 1", "Go 2"]) await create(page, title, "…");
    await page.goto(`${posts}?q=Go`);
    await page.check("[data-select-all]");
    assert.match(await page.textContent("[data-selected-count]"), /2 of 2 selected/);
    await loads(page, () => page.click("button:has-text('Delete selected')"));
    assert.match(await page.textContent("h1"), /Delete 2 posts\?/);
    await isFine(page, "the summary of a deletion");
    await shoot(page, "admin-delete-selected");
    await loads(page, () => page.click("button:has-text('Yes, delete')"));
    assert.match(await told(page), /Successfully deleted 2 posts/);
    assert.equal(page.url(), `${posts}?q=Go`);
  },

  async "all that match can be selected"() {
    const page = await enter("ada");
    const list = `${posts}?q=%22Post%2099%22`;
    for (const width of [DESKTOP, PHONE]) {
      await page.setViewportSize({ width, height: 740 });
      await page.goto(list);
      await page.check("[name=select_across]");
      assert.equal(await page.textContent("[data-selected-count]"), "All 111 posts selected");
      await isFine(page, "all selected");
      await shoot(page, `admin-select-all${width === PHONE ? "-phone" : ""}`);
      await loads(page, () => page.click("button:has-text('Delete selected')"));
      assert.match(await page.textContent("h1"), /Delete 111 posts\?/);
      await isFine(page, "the summary of a deletion of all");
      await shoot(page, `admin-delete-all${width === PHONE ? "-phone" : ""}`);
      await loads(page, () => page.click("a:has-text('No, take me back')"));
      assert.equal(page.url(), list);
    }
  },

  async "an account is made, given rights, and used"() {
    const page = await enter("ada", {}, "/admin/auth/user/add/");
    await page.fill("[name=username]", "zoe");
    await page.fill("[name=password1]", "12345678");
    await page.fill("[name=password2]", "12345678");
    assert.equal((await loads(page, () => page.click("[name=_save]"))).status(), 422);
    await isFine(page, "a weak password");
    assert.equal(await page.inputValue("[name=password1]"), "");
    await page.fill("[name=password1]", given.password);
    await page.fill("[name=password2]", given.password);
    await loads(page, () => page.click("[name=_save]"));
    assert.match(page.url(), /\/admin\/auth\/user\/\d+\/change\/$/);
    await page.check("[name=is_staff]");
    await page.fill("[data-filter='form-user_permissions-choices']", "view post");
    const left = page.locator("#form-user_permissions-choices .choice:visible");
    assert.deepEqual(await left.allInnerTexts(), ["posts | post | Can view post"]);
    await isFine(page, "an account's form");
    await left.locator("input").check();
    await loads(page, () => page.click("[name=_save]"));
    assert.match(await told(page), /The user “zoe” was changed successfully/);
    const zoe = await enter("zoe");
    await zoe.goto(posts);
    assert.equal(await zoe.locator("tbody tr").count(), 50);
    // Disabled, she is out at once.
    await page.goto(`${admin}auth/user/?q=zoe`);
    await loads(page, () => page.click("tbody th a"));
    await page.uncheck("[name=is_active]");
    await loads(page, () => page.click("[name=_save]"));
    await zoe.reload();
    assert.match(zoe.url(), /\/admin\/login\//);
  },

  async "all of it can be done by keys alone"() {
    const page = await open();
    await page.goto(`${site}/admin/login/`);
    // The browser moves the focus there once it has drawn the page, which on a busy machine is after `goto`.
    await page.waitForSelector("[name=username]:focus");
    await page.keyboard.type("ed");
    await page.keyboard.press("Tab");
    await page.keyboard.type(given.password);
    await loads(page, () => page.keyboard.press("Enter"));
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
    await page.keyboard.press("Enter");
    await tabTo(page, "main a[href$='/post/add/']");
    await loads(page, () => page.keyboard.press("Enter"));
    await tabTo(page, "[name=title]");
    await page.keyboard.type("By keys");
    await page.keyboard.press("Tab");
    await page.keyboard.type("All of it.");
    await tabTo(page, "[name=_save]");
    await loads(page, () => page.keyboard.press("Enter"));
    assert.match(await told(page), /“By keys” was added/);
    await tabTo(page, "summary");
    await page.keyboard.press("Enter");
    await tabTo(page, ".chips a[href*='o=1']");
    await loads(page, () => page.keyboard.press("Enter"));
    await page.goto(`${posts}?q="By keys"`);
    await tabTo(page, "[name=_selected_action]");
    await page.keyboard.press("Space");
    await tabTo(page, "[name=action]", "Shift+Tab");
    await loads(page, () => page.keyboard.press("Enter"));
    await tabTo(page, ".is-final");
    await loads(page, () => page.keyboard.press("Enter"));
    assert.match(await told(page), /Successfully deleted 1 post/);
    await tabTo(page, ".user button");
    await loads(page, () => page.keyboard.press("Enter"));
    assert.match(await page.textContent("h1"), /Logged out/);
  },

  async "every page is fine: in light and dark, at 360 and 1440 pixels"() {
    const login = await open();
    hasHeaders(await login.goto(`${site}/admin/login/`));
    await isFineInEachVariant(login, "admin-login");
    const page = await enter("ada");
    for (const [what, path] of Object.entries(pages)) {
      hasHeaders(await page.goto(site + path));
      await isFineInEachVariant(page, `admin-${what}`);
    }
  },

  async "a page weighs little"() {
    const page = await enter("ada");
    // The longest of lists: each of its links says where to come back to.
    const year = "/admin/posts/post/?created_at__gte=2026-01-01&created_at__lt=2027-01-01&q=post";
    for (const path of [year, ...Object.values(pages)]) {
      const weight = await weigh(page, site + path);
      assert.ok(weight < 60_000, `${path} weighs ${weight}`);
    }
  },

  async "no hostile string runs, and none is changed on the way"() {
    const page = await enter("ada");
    const clean = (text) => text.replaceAll("\0", "").replace(/\r\n?/g, "\n").trim();
    const made = [];
    // As contents, some in one; the first of them is the title, too.
    for (let at = 0; at < naughty.length; at += given.every) {
      const title = [...clean(naughty[at]).replaceAll("\n", " ")].slice(0, 50).join("").trim() || "-";
      const content = clean(naughty.slice(at, at + given.every).join("\n")) || "-";
      const address = await create(page, title, content);
      assert.equal(await page.inputValue("[name=title]"), title);
      assert.equal(await page.inputValue("[name=content]"), content);
      for (const other of ["delete", "history"]) await page.goto(address.replace("/change/", `/${other}/`));
      made.unshift({ title, content });
    }
    // The newest first, 50 on a page.
    for (let at = 0; at < made.length; at += 50) {
      await page.goto(`${posts}?p=${1 + at / 50}`);
      const titles = made.slice(at, at + 50).map(({ title }) => title);
      assert.deepEqual((await page.locator("tbody th").allTextContents()).slice(0, titles.length), titles);
    }
    // As a search, and as a name that is refused.
    for (const { content } of made) {
      await page.fill("[name=q]", content.slice(0, 500).replaceAll("\n", " "));
      await loads(page, () => page.click("[role=search] button"));
    }
    for (let at = 0; at < naughty.length; at += 40) {
      await page.goto(`${admin}auth/user/add/`);
      await page.evaluate(() => { document.querySelector("form.form").noValidate = true; });
      const name = clean(naughty.slice(at, at + 40).join(" ")).replaceAll("\n", " ");
      await page.fill("[name=username]", name);
      await loads(page, () => page.click("[name=_save]"));
      assert.equal(await page.inputValue("[name=username]"), name);
    }
    await page.goto(`${admin}admin/logentry/`);
    await page.goto(admin);
    assert.deepEqual(page.complaints, []);
    assert.equal(await page.locator("main script, main img, main iframe").count(), 0);
  },
});
