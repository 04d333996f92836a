import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

// What runs in the page is written as text: the types of a browser are not those of this project.

/** Starts the real Chromium; a machine without it fails here and is told what to install. */
export async function launchChromium(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(`${CHROMIUM} is missing: apt-get install --no-install-recommends chromium, then test again`);
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page of a file and all that went wrong or left the file while it was shown. */
export interface OpenedPage {
  page: Page;
  /** messages of the console at level warning or error, uncaught errors, and ids that are not as they must be */
  complaints: string[];
  /** every address asked for but the file itself */
  requests: string[];
}

/** Opens a file and waits until each of its figures was drawn by the script, if scripts run. */
export async function openFile(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const address = pathToFileURL(path).href;
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== address) requests.push(request.url());
  });
  await page.goto(address);
  // A figure that is hidden behind the switch is drawn too, only without a width.
  if (options.javaScriptEnabled !== false)
    await page.waitForFunction(
      "[...document.querySelectorAll('.live')].every((live) => live.dataset.ready === 'true')",
    );
  complaints.push(...(await page.evaluate<string[]>(ID_FAULTS)));
  return { page, complaints, requests };
}

/** An id stands once in a document, and what a picture refers to (clip paths, gradients) lies within it. */
const ID_FAULTS = `(() => {
  const faults = [];
  const seen = new Set();
  for (const { id } of document.querySelectorAll('[id]')) {
    if (seen.has(id)) faults.push('the id ' + id + ' stands twice');
    seen.add(id);
  }
  for (const svg of document.querySelectorAll('svg'))
    for (const element of svg.querySelectorAll('*'))
      for (const { name, value } of element.attributes) {
        const [, id] = /url\\(#([^)]+)\\)/.exec(value) ?? (name.endsWith('href') ? /^#(.+)/.exec(value) : null) ?? [];
        if (id !== undefined && !svg.contains(document.getElementById(id))) faults.push(name + ' refers to ' + id + ' outside of its picture');
      }
  return faults;
})()`;
