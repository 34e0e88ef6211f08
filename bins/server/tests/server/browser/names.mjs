// Names of accounts and groups that no form of ours takes, as other programs may have stored them. Given: password (ada's),
// names (each of an account and of a group), every (of the names every so many is opened).
import { assert, given, loads, open, run, site } from "./lib.mjs";

const admin = `${site}/admin/`;

await run({
  async "no hostile name that another program stored runs, and all are shown as they are"() {
    const page = await open();
    await page.goto(`${admin}login/`);
    await page.fill("[name=username]", "ada");
    await page.fill("[name=password]", given.password);
    await loads(page, () => page.click("main button"));
    for (const model of ["user", "group"]) {
      const shown = new Map();
      for (let at = 1; shown.size < given.names.length; at += 1) {
        await page.goto(`${admin}auth/${model}/?p=${at}`);
        assert.equal(await page.locator("main script, main img, main iframe").count(), 0);
        const rows = await page.$$eval("tbody th a", (links) => links.map((link) => [link.textContent, link.href]));
        assert.ok(rows.length > 0, `${shown.size} names of ${model}s are shown`);
        for (const [name, href] of rows) shown.set(name, href);
      }
      const some = given.names.filter((_, at) => at % given.every === 0);
      // Long ones are cut.
      const cut = (name) => [...shown.keys()].find((it) => it.endsWith("…") && name.startsWith(it.slice(0, -1)));
      const addressOf = (name) => shown.get(name) ?? shown.get(cut(name));
      for (const name of given.names) assert.ok(addressOf(name), `${model} ${JSON.stringify(name)}`);
      for (const name of some) {
        const address = addressOf(name);
        assert.equal((await page.goto(address)).status(), 200, JSON.stringify(name));
        assert.equal(await page.inputValue(`[name=${model === "user" ? "username" : "name"}]`), name);
        await page.goto(address.replace("/change/", "/delete/"));
        assert.equal(await page.locator("main script, main img, main iframe").count(), 0);
      }
    }
    assert.deepEqual(page.complaints, []);
  },
});
