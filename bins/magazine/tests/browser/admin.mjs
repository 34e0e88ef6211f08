// The admin of a project's own models: every kind of field, relations, deletions. Given: password, of the superuser ada.
import { assert, given, hasHeaders, isFine, isFineInEachVariant, loads, open, PHONE, run, site } from "./lib.mjs";

const magazine = `${site}/admin/magazine/`;
const told = (page) => page.textContent("[role=status]");

async function enter(options = {}) {
  const page = await open(options);
  await page.goto(`${site}/admin/login/`);
  await page.fill("[name=username]", "ada");
  await page.fill("[name=password]", given.password);
  await loads(page, () => page.click("main button"));
  return page;
}

/** Fills fields by their names: texts are typed, lists are chosen from by their labels, booleans are checked. */
async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`main [name=${name}]`);
    if (Array.isArray(value)) {
      for (const label of value) await page.getByLabel(label, { exact: true }).check();
    } else if (typeof value === "boolean") {
      await field.setChecked(value);
    } else if ((await field.evaluate((element) => element.tagName)) === "SELECT") {
      await field.selectOption({ label: value });
    } else {
      await field.fill(value);
    }
  }
}

/** Sends the form, and gives the answer. */
const save = (page, button = "_save") => loads(page, () => page.click(`[name=${button}]`));

async function add(page, model, values) {
  await page.goto(`${magazine}${model}/add/`);
  await fill(page, values);
  await save(page);
  assert.match(await told(page), /was added successfully/);
}

const values = {
  title: "Of “all” kinds", slug: "of-all-kinds", body: "One\nTwo", publish_date: "2026-02-03", embargo: "2026-02-03T09:05",
  position: "-7", reading_minutes: "4", price: "12.50", rating: "4.25", source: "https://example.com/?a=1&b=2",
  contact: "desk@example.com",
};

/** Adds what articles refer to, once. */
async function relations(page) {
  await page.goto(`${magazine}section/?q=`);
  if ((await page.locator("tbody tr").count()) > 0) return;
  await add(page, "section", { name: "News", slug: "news" });
  await add(page, "section", { name: "Local", slug: "local", parent: "News" });
  for (const name of ["rust", "web"]) await add(page, "tag", { name });
}

/** Writes an article with a value of each kind, and reads it again. */
async function writes(options, slug) {
  const page = await enter(options);
  await relations(page);
  await page.goto(`${magazine}article/add/`);
  const all = { ...values, title: `${values.title} ${slug}`, slug };
  await fill(page, { ...all, author: "ada", section: "Local", tags: ["rust", "web"], status: "Published", featured: true });
  await fill(page, { position: "101", price: "1.234" });
  assert.equal((await save(page)).status(), 422);
  assert.match(await page.textContent("#form-position-errors"), /less than or equal to 100/);
  assert.match(await page.textContent("#form-price-errors"), /no more than 2 decimal places/);
  if (options.script !== false) await isFine(page, "an article with errors");
  await fill(page, { position: all.position, price: all.price });
  await save(page, "_continue");
  assert.match(await told(page), /was added successfully/);
  for (const [name, value] of Object.entries(all)) assert.equal(await page.inputValue(`[name=${name}]`), value, name);
  assert.equal(await page.locator("[name=section] option:checked").textContent(), "Local");
  assert.equal(await page.locator("[name=status] option:checked").textContent(), "Published");
  assert.equal(await page.locator("[name=tags]:checked").count(), 2);
  assert.ok(await page.isChecked("[name=featured]"));
  await fill(page, { section: "---------", featured: false, publish_date: "" });
  await page.getByLabel("web", { exact: true }).uncheck();
  await save(page, "_continue");
  await loads(page, () => page.click("a:has-text('History')"));
  const history = await page.textContent("main");
  for (const changed of ["Section", "Featured", "Publish date", "Tags"]) assert.ok(history.includes(changed), changed);
}

await run({
  async "an article with a value of every kind is written and read"() {
    await writes({}, "one");
  },

  async "so it is without script, on a phone"() {
    await writes({ script: false, width: PHONE }, "two");
  },

  async "what a model forbids is said at its field"() {
    const page = await enter();
    await relations(page);
    await page.goto(`${magazine}tag/add/`);
    await fill(page, { name: "Rust!" });
    assert.equal((await save(page)).status(), 422);
    assert.match(await page.textContent("#form-name-errors"), /Lower-case letters, digits and hyphens only/);
    await fill(page, { name: "rust" });
    assert.equal((await save(page)).status(), 422);
    assert.match(await page.textContent("#form-name-errors"), /already exists/);
  },

  async "articles are listed by their columns, filtered, ordered and found"() {
    const page = await enter();
    await relations(page);
    for (const [title, section, status] of [["Beta", "News", "Draft"], ["Alpha", "Local", "Archived"]]) {
      const slug = title.toLowerCase();
      await add(page, "article", { ...values, title, slug, author: "ada", section, status });
    }
    const titles = () => page.locator("tbody th a").allTextContents();
    await page.goto(`${magazine}article/?q=two`);
    assert.deepEqual(await page.locator("thead th a").allTextContents(), ["Title", "Section", "Status", "Featured", "Publish date"]);
    await page.click("summary");
    await loads(page, () => page.click("a:has-text('Archived')"));
    assert.deepEqual(await titles(), ["Alpha"]);
    assert.equal(await page.locator("tbody td", { hasText: "Local" }).count(), 1);
    await page.goto(`${magazine}article/?section__isnull=False`);
    await loads(page, () => page.click("thead a:has-text('Section')"));
    const found = await titles();
    assert.ok(found.indexOf("Alpha") < found.indexOf("Beta"), found.join());
    await isFine(page, "a list of articles");
  },

  async "what others refer to is kept, and an article goes with its comments"() {
    const page = await enter();
    await relations(page);
    await add(page, "article", { ...values, title: "Commented", slug: "commented", author: "ada" });
    await add(page, "comment", { article: "Commented", author: "ada", text: "Well said." });
    await page.goto(`${magazine}section/?q=`);
    await loads(page, () => page.click("tbody th a:text-is('News')"));
    await loads(page, () => page.click("a:has-text('Delete')"));
    assert.match(await page.textContent("main"), /Local/);
    assert.equal(await page.locator("button:has-text('Yes, delete')").count(), 0);
    await isFine(page, "a section that cannot be deleted");
    await page.goto(`${magazine}article/?q=Commented`);
    await loads(page, () => page.click("tbody th a"));
    await loads(page, () => page.click("a:has-text('Delete')"));
    assert.match(await page.textContent("main"), /Well said\./);
    await isFine(page, "the deletion of an article with a comment");
    await loads(page, () => page.click("button:has-text('Yes, delete')"));
    assert.match(await told(page), /The article “Commented” was deleted successfully/);
    await page.goto(`${magazine}comment/`);
    assert.equal(await page.locator("tbody tr").count(), 0);
  },

  async "pages of a project's models are fine: in light and dark, at 360 and 1440 pixels"() {
    const page = await enter();
    await relations(page);
    for (const path of ["article/", "article/add/"]) {
      hasHeaders(await page.goto(magazine + path));
      await isFineInEachVariant(page, `magazine ${path}`);
    }
  },
});
