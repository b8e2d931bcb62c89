import type { BrowserContext, Page } from "playwright-core";
import type { Session } from "../src/api.ts";
import { type SampleName, samplePhoto } from "./sample-photos.ts";
import type { Stage } from "./stage.ts";

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1280, height: 800 };
export const password = "correct horse battery staple";

export interface Look {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

/** Somebody with a browser of their own, who does what people do. */
export class Visitor {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #stage: Stage;
  /** What went wrong in the page without anybody seeing it. */
  readonly errors: string[] = [];

  constructor(stage: Stage, context: BrowserContext, page: Page) {
    this.#stage = stage;
    this.#context = context;
    this.page = page;
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => {
      // Refusals that a test provokes are reported as well; the page shows them.
      const isRefusal = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isRefusal) this.errors.push(message.text());
    });
  }

  static async arrive(
    stage: Stage,
    { viewport = desktop, colorScheme = "light" }: Look = {},
  ): Promise<Visitor> {
    const context = await stage.browser.newContext({
      viewport,
      colorScheme,
      reducedMotion: "reduce",
      hasTouch: viewport.width < 600,
      isMobile: viewport.width < 600,
      locale: "en-US",
    });
    await context.addInitScript(() => {
      const shifts: string[] = [];
      Object.assign(globalThis, { layoutShifts: shifts });
      new PerformanceObserver((list) => {
        interface Shift extends PerformanceEntry {
          readonly value: number;
          readonly hadRecentInput: boolean;
          readonly sources: { readonly node?: Node }[];
        }
        for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
          if (hadRecentInput) continue;
          const moved = sources.map(({ node }) =>
            node instanceof Element ? node.outerHTML.slice(0, 90) : "text",
          );
          shifts.push(`${value.toFixed(4)} ${moved.join(", ")}`);
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    return new Visitor(stage, context, await context.newPage());
  }

  async open(address = ""): Promise<void> {
    await this.page.goto(`${this.#stage.site}/${address}`);
  }

  /** Opens the page as somebody who signed in earlier. */
  async openAs(session: Session, address = ""): Promise<void> {
    await this.open();
    await this.page.evaluate(
      (kept) => localStorage.setItem("udagram-session", kept),
      JSON.stringify(session),
    );
    await this.open(address);
    await this.page.reload();
    await this.isSignedIn();
  }

  /** Goes somewhere in the open page. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate((next) => {
      location.hash = next;
    }, hash);
  }

  /** Registers through the form and ends on the feed. */
  async register(email: string): Promise<void> {
    await this.open("#/register");
    await this.page.getByRole("heading", { name: "Create your account" }).waitFor();
    await this.enter({ Email: email, Password: password });
    await this.press("Create account");
    await this.isSignedIn();
  }

  async logIn(email: string): Promise<void> {
    await this.open("#/log-in");
    await this.page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await this.enter({ Email: email, Password: password });
    await this.page.getByRole("main").getByRole("button", { name: "Log in" }).click();
    await this.isSignedIn();
  }

  async signOut(): Promise<void> {
    await this.page.getByRole("button", { name: /^Account of/ }).click();
    await this.press("Sign out");
    await this.page.getByRole("link", { name: "Register" }).waitFor();
  }

  async isSignedIn(): Promise<void> {
    await this.page.getByRole("button", { name: /^Account of/ }).waitFor();
  }

  async enter(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      await this.page.getByLabel(label, { exact: true }).fill(value);
    }
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  samplePhoto(name: SampleName): Promise<Buffer> {
    return samplePhoto(this.page, name);
  }

  /** Writes a post without sending it. */
  async compose(caption: string, photo: Buffer): Promise<void> {
    await this.page.getByRole("link", { name: "New post" }).click();
    await this.choose("photo.jpg", photo);
    await this.page.getByAltText("Preview").waitFor();
    await this.enter({ Caption: caption });
  }

  async choose(name: string, content: Buffer, mimeType = "image/jpeg"): Promise<void> {
    await this.page.locator('input[type="file"]').setInputFiles({ name, mimeType, buffer: content });
  }

  /** Posts a photo and ends on the feed, where it is shown. */
  async post(caption: string, photo: Buffer): Promise<void> {
    await this.compose(caption, photo);
    await this.press("Post photo");
    await this.page.getByRole("listitem").filter({ hasText: caption }).waitFor();
  }

  /** The message that assistive technology reads with a field. */
  async messageOf(label: string): Promise<string> {
    const field = this.page.getByLabel(label, { exact: true });
    await this.page.locator('[aria-invalid="true"]').first().waitFor();
    const ids = ((await field.getAttribute("aria-describedby")) ?? "").split(" ");
    const texts = await Promise.all(ids.map((id) => this.page.locator(`[id="${id}"]`).textContent()));
    return texts.join(" ").trim();
  }

  /** The captions of the list that is shown. */
  async captions(): Promise<string[]> {
    await this.page.locator('.grid[aria-busy="false"] .caption').first().waitFor();
    return await this.page.locator(".caption").allTextContents();
  }

  /** Width of the photo itself, in pixels: what was uploaded has arrived. */
  async widthOf(alt: string): Promise<number> {
    const image = this.page.getByAltText(alt);
    await image.and(this.page.locator(".shown")).waitFor();
    return await image.evaluate((element) => (element as HTMLImageElement).naturalWidth);
  }

  /** How far down the page is, once it has been told of it: a page hears of a scroll in the next frame. */
  scrolledTo(): Promise<number> {
    return this.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(scrollY)));
        }),
    );
  }

  /** What moved by itself since the page was opened (Layout Instability API). */
  layoutShifts(): Promise<string[]> {
    return this.page.evaluate(() => (globalThis as unknown as { layoutShifts: string[] }).layoutShifts);
  }

  async leave(): Promise<void> {
    await this.#context.close();
  }
}
