// The browsable API. Given: username (may do everything), reader (may only read), password, token.
import {
  assert, given, hasHeaders, isFineInEachVariant, loads, logIn, naughty, open, PHONE, run, site, tabTo, weigh,
} from "./lib.mjs";

const { username, reader, password, token } = given;
const list = `${site}/api/posts/`;

/** Logged in, at the list. */
async function enter(options = {}, name = username, next = "/api/posts/") {
  const page = await open(options);
  await logIn(page, { username: name, password, next });
  return page;
}

/** Makes a post by the form, and gives its address. */
async function create(page, title, content) {
  await page.goto(list);
  await page.fill("#send-title", title);
  await page.fill("#send-content", content);
  const response = await loads(page, () => page.click("#send button"));
  assert.equal(response.status(), 201);
  return page.getAttribute("#body a", "href");
}

/** Opens the part of the page with a form, as one does by a click. */
const unfold = (page, label) => page.click(`summary:has-text("${label}")`);

const shown = async (page) => JSON.parse(await page.textContent("#body"));

async function fromLogInToDelete(options) {
  const page = await open(options);
  const strange = await page.goto(list);
  assert.equal(strange.status(), 401);
  hasHeaders(strange);
  await loads(page, () => page.click("main a:has-text('Log in')"));
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  await loads(page, () => page.click("main button"));
  assert.equal(page.url(), list);
  // An error stands at its field, and what was typed is kept.
  await page.fill("#send-title", "x".repeat(51));
  await page.fill("#send-content", "  kept");
  const refused = await loads(page, () => page.click("#send button"));
  assert.equal(refused.status(), 400);
  assert.match(await page.textContent("#send-title-errors"), /no more than 50 characters/);
  assert.equal(await page.getAttribute("#send-title", "aria-invalid"), "true");
  assert.equal(await page.inputValue("#send-content"), "  kept");
  await page.fill("#send-title", "Short");
  const made = await loads(page, () => page.click("#send button"));
  assert.equal(made.status(), 201);
  const { id } = await shown(page);
  await loads(page, () => page.click("#body a"));
  assert.equal(page.url(), `${list}${id}/`);
  // PUT by the form.
  assert.equal(await page.inputValue("#send-title"), "Short");
  await page.fill("#send-content", "one\ntwo");
  assert.equal((await loads(page, () => page.click("#send button"))).status(), 200);
  assert.equal((await shown(page)).content, "one\ntwo");
  assert.match(await page.textContent("#answer"), /^PUT/);
  // PATCH by raw data; what is no JSON comes back with the reason.
  await unfold(page, "raw data");
  await page.fill("#raw-_content", '{"title": "Patched"');
  const broken = await loads(page, () => page.click("#raw button:has-text('PATCH')"));
  assert.equal(broken.status(), 400);
  assert.match(await page.textContent("#raw .errors"), /JSON parse error/);
  assert.equal(await page.inputValue("#raw-_content"), '{"title": "Patched"');
  await page.fill("#raw-_content", '{"title": "Patched"}');
  assert.equal((await loads(page, () => page.click("#raw button:has-text('PATCH')"))).status(), 200);
  assert.deepEqual([(await shown(page)).title, (await shown(page)).content], ["Patched", "one\ntwo"]);
  await page.fill("#raw-_content", "x", { force: true }).catch(() => unfold(page, "raw data"));
  await page.fill("#raw-_content-type, #raw-_content_type", "text/plain");
  assert.equal((await loads(page, () => page.click("#raw button:has-text('PATCH')"))).status(), 415);
  // OPTIONS, then DELETE.
  await loads(page, () => page.click("#options button"));
  assert.equal((await shown(page)).actions.PUT.title.max_length, 50);
  await loads(page, () => page.click(".page-head a:has-text('GET')"));
  await unfold(page, "DELETE");
  const gone = await loads(page, () => page.click("#delete button"));
  assert.equal(gone.status(), 200);
  assert.match(await page.textContent(".card-head .badge"), /204 No Content/);
  assert.equal((await page.goto(`${list}${id}/`)).status(), 404);
  await loads(page, () => page.click(".user button"));
  assert.equal((await page.goto(list)).status(), 401);
  assert.deepEqual(page.complaints, []);
}

await run({
  "from the login to create, error, update and delete": () => fromLogInToDelete({}),
  "the same without script": () => fromLogInToDelete({ script: false }),
  "the same on a phone": () => fromLogInToDelete({ width: PHONE }),

  async "every page is fine at both widths, in light and dark"() {
    const visit = async (page, name, path, act = () => {}) => {
      const response = await page.goto(site + path);
      hasHeaders(response);
      await act();
      await isFineInEachVariant(page, name);
    };
    const stranger = await open();
    await visit(stranger, "root", "/");
    await visit(stranger, "not-found", "/nothing/here/");
    await visit(stranger, "api-stranger", "/api/posts/");
    await visit(stranger, "token-endpoint", "/api/auth/obtain_token/");
    await visit(stranger, "paste-token", "/api-auth/token/?next=/api/posts/");
    await visit(stranger, "log-in", "/api-auth/login/?next=/api/posts/");
    await visit(stranger, "log-in-error", "/api-auth/login/", async () => {
      await stranger.fill("[name=username]", username);
      await stranger.fill("[name=password]", "wrong");
      hasHeaders(await loads(stranger, () => stranger.click("main button")));
    });
    const page = await enter();
    await visit(page, "api-list", "/api/posts/");
    await visit(page, "api-list-pages", "/api/posts/?limit=3&offset=3&ordering=-created_at");
    await visit(page, "api-list-filtered", "/api/posts/?search=post&title__icontains=o&limit=3");
    await visit(page, "api-filter-error", "/api/posts/?created_at__gte=yesterday");
    await visit(page, "api-detail", "/api/posts/1/");
    await visit(page, "api-raw", "/api/posts/1/", () => unfold(page, "raw data"));
    await visit(page, "api-delete", "/api/posts/1/", () => unfold(page, "DELETE"));
    await visit(page, "api-curl", "/api/posts/1/", () => unfold(page, "curl"));
    await visit(page, "api-account", "/api/account/");
    await visit(page, "api-options", "/api/posts/", () => loads(page, () => page.click("#options button")));
    await visit(page, "api-error", "/api/posts/", async () => {
      await page.fill("#send-title", "A title that is much longer than fifty characters, alas");
      await loads(page, () => page.click("#send button"));
    });
    await visit(page, "api-created", "/api/posts/", async () => {
      await page.fill("#send-title", "Hello");
      await page.fill("#send-content", "World");
      await loads(page, () => page.click("#send button"));
    });
    const limited = await enter({}, reader);
    await visit(limited, "api-reader", "/api/posts/1/");
    assert.equal(await limited.locator("#send, #raw, #delete").count(), 0, "who may only read is offered nothing else");
  },

  async "all of it by the keyboard"() {
    const page = await open();
    await page.goto(`${site}/api-auth/login/?next=/api/posts/`);
    // Once the browser has drawn the page.
    await page.waitForSelector("[name=username]:focus");
    await page.keyboard.type(username);
    await tabTo(page, "[name=password]");
    await page.keyboard.type(password);
    await loads(page, () => page.keyboard.press("Enter"));
    assert.equal(page.url(), list);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
    await page.keyboard.press("Enter");
    await tabTo(page, "#send-title");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
    assert.equal(outline, "3px", "one sees where the focus is");
    await page.keyboard.type("x".repeat(51));
    await tabTo(page, "#send-content");
    await page.keyboard.type("By keys");
    await tabTo(page, "#send button");
    await loads(page, () => page.keyboard.press("Enter"));
    assert.match(await page.evaluate(() => document.activeElement.className), /errors/, "the errors come first");
    await tabTo(page, ".errors a");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "send-title");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Keys");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".badge:has-text('201')");
    await tabTo(page, "#body a");
    await loads(page, () => page.keyboard.press("Enter"));
    await tabTo(page, "summary:has-text('DELETE')".replace(":has-text('DELETE')", ""));
    while (!/DELETE/.test(await page.evaluate(() => document.activeElement.textContent))) await tabTo(page, "summary");
    await page.keyboard.press("Enter");
    await tabTo(page, "#delete button");
    await loads(page, () => page.keyboard.press("Enter"));
    assert.match(await page.textContent(".card-head .badge"), /204/);
  },

  async "pages, order, search and filters by clicks"() {
    const page = await enter();
    await page.goto(`${list}?limit=2`);
    const ids = async () => (await shown(page)).results.map(({ id }) => id);
    const first = await ids();
    await loads(page, () => page.click(".pager a[aria-label='Next page']"));
    assert.notDeepEqual(await ids(), first);
    await loads(page, () => page.click("#body a:has-text('previous'), #body a.s >> nth=0"));
    await loads(page, () => page.click(".chips a:has-text('id')"));
    await loads(page, () => page.click(".chips a:has-text('id')"));
    assert.match(page.url(), /ordering=-id/);
    const down = await ids();
    assert.ok(down[0] > down[1], `${down}`);
    await page.fill("#search", "Post 1");
    await loads(page, () => page.keyboard.press("Enter"));
    assert.ok((await shown(page)).results.every(({ title, content }) => `${title} ${content}`.includes("1")));
    assert.match(page.url(), /ordering=-id/);
    await unfold(page, "Filters");
    await page.fill("#filter-title", "Post 1");
    await loads(page, () => page.click("#filter button"));
    assert.deepEqual((await shown(page)).results.map(({ title }) => title), ["Post 1"]);
    await loads(page, () => page.click("#filter a:has-text('Clear')"));
    assert.ok((await shown(page)).count > 1);
  },

  async "a pasted token stands for a login on pages, and nowhere else"() {
    for (const script of [true, false]) {
      const page = await open({ script });
      await page.goto(list);
      await loads(page, () => page.click("main a:has-text('Use a token')"));
      await page.fill("[name=token]", "eyJ0.x.y");
      await loads(page, () => page.click("main button"));
      assert.match(await page.textContent(".errors"), /decoding/);
      assert.equal(await page.inputValue("[name=token]"), "");
      await page.fill("[name=token]", token);
      await loads(page, () => page.click("main button"));
      assert.equal(page.url(), list);
      assert.match(await page.textContent(".messages"), new RegExp(username));
      assert.match(await page.textContent(".user"), new RegExp(username));
      const [cookie] = (await page.context().cookies(site)).filter(({ name }) => name === "presspass_token");
      assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Strict"]);
      const address = await create(page, "By a token", "x");
      await page.goto(site + address);
      await page.fill("#send-title", "Put by a token");
      assert.equal((await loads(page, () => page.click("#send button"))).status(), 200);
      if (script) {
        const fetched = (accept) =>
          page.evaluate(async ([at, accept]) => (await fetch(at, { headers: { accept } })).status, [list, accept]);
        // The page's own policy lets no script ask for anything; a page without one does.
        const plain = await page.context().newPage();
        await plain.goto(`${site}/health/`);
        for (const accept of ["application/json", "text/html"]) {
          const status = await plain.evaluate(
            async ([at, accept]) => (await fetch(at, { headers: { accept } })).status, [list, accept],
          );
          assert.equal(status, 401, accept);
        }
        await assert.rejects(fetched("application/json"));
        page.complaints.length = 0;
      }
      assert.doesNotMatch(await page.textContent("#curl"), /eyJ/);
      await loads(page, () => page.click(".user button"));
      assert.equal((await page.goto(list)).status(), 401);
    }
  },

  async "who leaves with something unsaved is asked"() {
    const page = await enter();
    await page.fill("#send-title", "unsaved");
    await page.reload();
    assert.equal(page.lastDialog, "beforeunload");
    page.lastDialog = undefined;
    await page.fill("#send-title", "a");
    await page.fill("#send-title", "");
    await page.reload();
    assert.equal(page.lastDialog, undefined, "nothing is unsaved");
  },

  async "a page is light, and asks nobody else"() {
    const page = await enter();
    for (const path of ["/", "/api/posts/", "/api/posts/?limit=20", "/api/posts/1/", "/api-auth/login/", "/nothing/"]) {
      const weight = await weigh(page, site + path);
      console.error(`${path}: ${weight} bytes`);
      assert.ok(weight < 60_000, `${path}: ${weight} bytes`);
    }
    assert.deepEqual(page.complaints, []);
  },

  async "485 hostile strings run no script, and none is lost"() {
    assert.equal(naughty.length, 485);
    const page = await enter();
    const unchanged = async (made, name) => {
      // Through the form of the post and back, nothing changes.
      await page.goto(`${list}${made.id}/`);
      assert.deepEqual([(await shown(page)).title, (await shown(page)).content], [made.title, made.content], name);
      assert.equal((await loads(page, () => page.click("#send button"))).status(), 200, name);
      assert.deepEqual([(await shown(page)).title, (await shown(page)).content], [made.title, made.content], name);
    };
    // As contents, some in one, and the first as the title, typed into the form. Blanks at the ends and U+0000 the API
    // does not keep.
    for (let at = 0; at < naughty.length; at += 25) {
      const content = `> ${naughty.slice(at, at + 25).join("\n").replaceAll("\0", "").replace(/\r\n?/g, "\n")} <`;
      await page.goto(list);
      await page.fill("#send-title", `> ${[...naughty[at].replace(/[\0\r\n]/g, " ")].slice(0, 46).join("")} <`);
      await page.fill("#send-content", content);
      assert.equal((await loads(page, () => page.click("#send button"))).status(), 201);
      const made = await shown(page);
      assert.equal(made.content, content);
      await unchanged(made, `from ${at}`);
    }
    // As titles, each for itself, as far as 50 characters go: in a list, and in forms.
    const titles = naughty.map((text) => [...text].slice(0, 50).join("").replaceAll("\0", ""));
    const context = page.context();
    const token = { Authorization: given.token };
    const made = [];
    for (const title of titles) {
      const answer = await context.request.post(list, { headers: token, data: { title, content: title } });
      if (answer.status() === 201) made.push(await answer.json());
      else assert.match(await answer.text(), /blank/, title);
    }
    assert.ok(made.length > 470, `${made.length}`);
    const first = made[0].id;
    for (let at = 0; at < made.length; at += 100) {
      await page.goto(`${list}?ordering=id&limit=100&created_at__gte=${made[0].created_at}&offset=${at}`);
      const { results } = await shown(page);
      assert.deepEqual(results.map(({ title }) => title), made.slice(at, at + 100).map(({ title }) => title), `${first}`);
      assert.equal(await page.locator("#body script, #body img, #body iframe, #body [onclick]").count(), 0);
    }
    for (const post of made.filter((_, index) => index % given.every === 0)) await unchanged(post, post.title);
    // As searches and filters, which come back into their fields.
    for (const text of titles.filter((_, index) => index % given.every === 0)) {
      const query = new URLSearchParams({ search: text, title__icontains: text, limit: 1 });
      await page.goto(`${list}?${query}`);
      assert.equal(await page.inputValue("#search"), text.replace(/[\r\n]/g, ""));
    }
    assert.deepEqual(page.complaints, []);
    assert.equal(await page.evaluate(() => document.querySelectorAll("script").length), 1);
  },
});
