// From the first start to the first post. Given: link, username, password.
import { assert, given, hasHeaders, isFine, loads, naughty, open, PHONE, run, shoot, site } from "./lib.mjs";

const { link, username, password } = given;

await run({
  async "hostile names come back as text"() {
    const page = await open();
    await page.goto(site + link);
    for (let at = 0; at < naughty.length; at += 25) {
      const name = naughty.slice(at, at + 25).join(" ").replace(/[\0\r\n]/g, "");
      await page.fill("[name=username]", name);
      await page.fill("[name=password]", "a");
      await page.fill("[name=password_again]", "b");
      await page.evaluate(() => { document.querySelector("form").noValidate = true; });
      await loads(page, () => page.click("main button"));
      assert.equal(await page.inputValue("[name=username]"), name);
    }
    assert.deepEqual(page.complaints, []);
    assert.equal(await page.locator("main script, main img, main iframe").count(), 0);
  },

  async "from the link to the first post, without script"() {
    const look = await open({ width: PHONE });
    hasHeaders(await look.goto(site + link), { referrer: "no-referrer" });
    await isFine(look, "set-up");
    await shoot(look, "set-up-phone");
    const dark = await open({ dark: true });
    await dark.goto(site + link);
    await isFine(dark, "set-up in the dark");
    await shoot(dark, "set-up-dark");
    await dark.fill("[name=username]", "a b");
    await dark.fill("[name=password]", "12345678");
    await dark.fill("[name=password_again]", "12345678");
    await loads(dark, () => dark.click("main button"));
    await isFine(dark, "set-up with errors");
    await shoot(dark, "set-up-errors-dark");
    assert.equal(await dark.inputValue("[name=password]"), "");

    const page = await open({ script: false });
    await page.goto(site + link);
    await page.fill("[name=username]", username);
    await page.fill("[name=email]", "ann@example.com");
    await page.fill("[name=password]", password);
    await page.fill("[name=password_again]", password);
    await loads(page, () => page.click("main button"));
    assert.equal(page.url(), `${site}/admin/`);
    assert.match(await page.textContent(".messages"), /first administrator/);
    // The link has ended.
    assert.equal((await page.goto(site + link)).status(), 410);
    assert.match(await page.textContent("h1"), /has been used/);
    await page.goto(`${site}/api/posts/`);
    assert.match(await page.textContent(".user"), new RegExp(username));
    await page.fill("#send-title", "The first");
    await page.fill("#send-content", "It begins.\n\nHere.");
    const made = await loads(page, () => page.click("#send button"));
    assert.equal(made.status(), 201);
    assert.match(await page.textContent("#body"), /"title": "The first"/);
    assert.match(await page.textContent("#body"), /"content": "It begins\.\\n\\nHere\."/);
    await loads(page, () => page.click("#body a"));
    assert.equal(page.url(), `${site}/api/posts/1/`);
    assert.deepEqual(page.complaints, []);
  },
});
