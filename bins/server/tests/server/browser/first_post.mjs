// From the first start by the set-up link to the first post in the admin. Given: link, username, password.
import { assert, given, isFine, loads, open, PHONE, run, site } from "./lib.mjs";

const { link, username, password } = given;

await run({
  async "from the link to the first post, on a phone and without script"() {
    const page = await open({ width: PHONE, script: false });
    await page.goto(site + link);
    await page.fill("[name=username]", username);
    await page.fill("[name=password]", password);
    await page.fill("[name=password_again]", password);
    await loads(page, () => page.click("main button"));
    assert.equal(page.url(), `${site}/admin/`);
    assert.match(await page.textContent(".messages"), /first administrator/);
    await loads(page, () => page.click("a:has-text('Add')"));
    assert.equal(page.url(), `${site}/admin/posts/post/add/`);
    await page.fill("[name=title]", "The first");
    await page.fill("[name=content]", "It begins.\n\nHere.");
    await loads(page, () => page.click("[name=_save]"));
    assert.match(await page.textContent(".messages"), /“The first” was added successfully/);
    assert.match(await page.textContent("table"), /The first/);
    const seen = await open();
    await seen.context().addCookies(await page.context().cookies());
    await seen.goto(`${site}/admin/`);
    await isFine(seen, "the index after the first post");
    assert.match(await seen.textContent("aside"), /The first/);
  },
});
