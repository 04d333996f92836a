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
  /** messages of the console at level warning or error, and uncaught errors */
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
  return { page, complaints, requests };
}
