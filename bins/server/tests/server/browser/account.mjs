// The pages of the account of the caller. Given: username, password, next (another password).
import { assert, given, isFine, loads, logIn, open, PHONE, run, shoot, site } from "./lib.mjs";

const { username, password, next } = given;
const account = `${site}/api/account/`;

async function makeKey(page, name) {
  await page.goto(`${account}api_keys/`);
  await page.fill("#send-name", name);
  await page.fill("#send-scopes", "*");
  await page.fill("#send-current_password", password);
  const made = await loads(page, () => page.click("#send button"));
  assert.equal(made.status(), 201);
  const key = await page.textContent("#secret");
  assert.match(key, /^pp_\w{49}$/);
  return key;
}

async function keysWithoutScript(options) {
  const page = await open({ ...options, script: false });
  await logIn(page, { username, password, next: "/api/account/" });
  await loads(page, () => page.click(".page-head a:has-text('API keys')"));
  const key = await makeKey(page, "without script");
  await loads(page, () => page.click(".page-head a:has-text('GET')"));
  assert.ok(!(await page.content()).includes(key), "a key is shown once");
  await loads(page, () => page.click("#body a >> nth=0"));
  await loads(page, () => page.click("#delete button"));
  assert.match(await page.textContent(".messages"), /was revoked/);
  assert.deepEqual(page.complaints, []);
}

await run({
  async "a key is made and copied"() {
    const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await logIn(page, { username, password, next: "/api/account/" });
    assert.match(await page.textContent(".user"), new RegExp(username));
    await isFine(page, "the account");
    const key = await makeKey(page, "laptop");
    await isFine(page, "a new key");
    await shoot(page, "api-key-created");
    await page.click("[data-copy=secret]");
    await page.waitForSelector("[data-copy=secret]:has-text('Copied')");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
    await page.goto(`${account}api_keys/`);
    await isFine(page, "the keys");
  },

  "keys come and go without script": () => keysWithoutScript({}),
  "keys come and go without script, on a phone": () => keysWithoutScript({ width: PHONE }),

  async "on a phone, in the dark, a new key fits"() {
    const page = await open({ width: PHONE, dark: true });
    await logIn(page, { username, password, next: "/api/account/" });
    await isFine(page, "the account on a phone");
    await makeKey(page, "phone");
    await isFine(page, "a new key on a phone");
    await shoot(page, "api-key-created-phone-dark");
  },

  // Last: the others log in by the old one.
  async "a password is changed"() {
    const page = await open();
    await logIn(page, { username, password, next: "/api/account/" });
    await loads(page, () => page.click(".page-head a:has-text('Change password')"));
    const change = async (again) => {
      await page.fill("#send-current_password", password);
      await page.fill("#send-new_password", next);
      await page.fill("#send-_confirm", again);
      return loads(page, () => page.click("#send button"));
    };
    assert.equal((await change("something else")).status(), 400);
    assert.match(await page.textContent("#send-new_password-errors"), /didn’t match/);
    await isFine(page, "passwords that differ");
    assert.equal((await change(next)).status(), 200);
    assert.match(await page.textContent(".messages"), /Your password was changed/);
    await isFine(page, "a changed password");
    assert.equal((await page.goto(account)).status(), 200);
    const again = await open();
    await logIn(again, { username, password: next, next: "/api/account/" });
    assert.equal(again.url(), account);
  },
});
