import type { Browser } from "playwright-core";
import { escapeHtml } from "../../local/github/server/pages/html.ts";

const devices = {
  desktop: { width: 1100, height: 760 },
  phone: { width: 390, height: 760 },
} as const;

/** A page as its visitor sees it, at most two screens of it. */
export async function takePage(
  browser: Browser,
  file: string,
  address: string,
  device: keyof typeof devices,
): Promise<void> {
  const viewport = devices[device];
  const page = await browser.newPage({ viewport, colorScheme: "light" });
  await page.goto(address, { waitUntil: "networkidle" });
  const whole = await page.evaluate("document.documentElement.scrollHeight");
  const height = Math.min(Number(whole), 2 * viewport.height);
  await page.screenshot({ path: file, clip: { x: 0, y: 0, width: viewport.width, height }, fullPage: true });
  await page.close();
}

/** What a terminal of 100 columns shows: its first and last lines, where there are more than a screen holds. */
export async function takeTerminal(browser: Browser, file: string, text: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 860, height: 100 } });
  const lines = text.trimEnd().split("\n");
  const shown = lines.length <= 48 ? lines : [...lines.slice(0, 8), "…", ...lines.slice(-39)];
  await page.setContent(
    `<style>body { margin: 0; background: #1d2026; color: #e6e6e6 } pre { margin: 0; padding: 16px; font: 13px/1.4 monospace; white-space: pre-wrap }</style><pre>${escapeHtml(shown.join("\n"))}</pre>`,
  );
  await page.screenshot({ path: file, fullPage: true });
  await page.close();
}
