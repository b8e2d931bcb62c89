import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import type { Session } from "../src/api.ts";
import { sampleNames } from "./sample-photos.ts";
import { Seed } from "./seed.ts";
import { type Stage, useStage } from "./stage.ts";
import { desktop, phone, Visitor } from "./visitor.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** SCREENSHOTS names a folder, from the repository's root: the pictures of docs/screenshots are written by this. */
const pictures = process.env.SCREENSHOTS;

const unpictured = ["nowhere", "delete", "account"];

const captions: Readonly<Record<string, string>> = {
  mountains: "Last light over the ridge, twenty minutes before the storm came in",
  sea: "Nobody else on the beach",
  dunes: "Walked until the road was out of sight",
  city: "From the roof, after work",
  forest: "Fog that smells of pine",
  aurora: "It was green, then it was violet, then we forgot to take pictures",
};

interface View {
  readonly name: string;
  show(visitor: Visitor): Promise<unknown>;
}

const photosShown = ({ page }: Visitor) =>
  page.waitForFunction(() => {
    const images = [...document.querySelectorAll<HTMLImageElement>(".card img")];
    const inSight = images.filter((image) => image.getBoundingClientRect().top < innerHeight);
    return inSight.length > 0 && inSight.every((image) => image.className === "shown");
  });

const visitorsViews: readonly View[] = [
  { name: "welcome", show: photosShown },
  {
    name: "register",
    async show(visitor) {
      await visitor.go("#/register");
      await visitor.enter({ Email: "ada@udagram", Password: "secret" });
      await visitor.press("Create account");
      await visitor.page.getByText("Email is missing or malformed.").waitFor();
    },
  },
  { name: "nowhere", show: (visitor) => visitor.go("#/nowhere") },
];

const membersViews: readonly View[] = [
  { name: "feed", show: photosShown },
  {
    name: "photo",
    async show(visitor) {
      await visitor.page.getByRole("link", { name: captions.mountains ?? "" }).click();
      await visitor.page.locator(".stage img.shown").waitFor();
    },
  },
  {
    name: "my-photos",
    async show(visitor) {
      await visitor.go("#/mine");
      await photosShown(visitor);
    },
  },
  {
    name: "delete",
    async show({ page }) {
      await page.getByRole("button", { name: /^Delete “Last light/ }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "new-post",
    async show(visitor) {
      await visitor.press("Keep it");
      await visitor.compose("Nobody else on the beach", await visitor.samplePhoto("sea"));
    },
  },
  {
    name: "account",
    async show(visitor) {
      await visitor.go("#/account");
      await visitor.page.locator('[name="name"]:not([readonly])').waitFor();
    },
  },
];

/** Colours do not depend on the size, nor places on the colours: two combinations see all, four make the pictures. */
const looks = [
  { size: "phone", viewport: phone, colorScheme: "light" },
  { size: "desktop", viewport: desktop, colorScheme: "dark" },
  ...(pictures
    ? ([
        { size: "phone", viewport: phone, colorScheme: "dark" },
        { size: "desktop", viewport: desktop, colorScheme: "light" },
      ] as const)
    : []),
] as const;

describe("the look of the site", () => {
  let stage: Stage;
  let ada: Session;

  before(async function () {
    stage = await useStage(this);
    const seed = new Seed(stage);
    ada = await seed.user("ada@udagram.example", "Ada Lovelace");
    for (const name of sampleNames.toReversed()) await seed.post(ada, captions[name] ?? name, name);
  });

  for (const { size, viewport, colorScheme } of looks) {
    it(`on a ${size}, ${colorScheme}: accessible, nothing cut off, nothing moves`, async () => {
      const visitor = await Visitor.arrive(stage, { viewport, colorScheme });
      const look = async ({ name, show }: View): Promise<void> => {
        await show(visitor);
        if (pictures && !unpictured.includes(name))
          await picture(visitor, `${name}-${size}-${colorScheme}.jpg`);
        expect(await violations(visitor), `${name}: axe`).to.deep.equal([]);
        expect(await overflow(visitor), `${name}: wider than the screen by`).to.be.at.most(0);
        expect(await visitor.layoutShifts(), `${name}: layout shift`).to.deep.equal([]);
        expect(visitor.errors, name).to.deep.equal([]);
      };
      await visitor.open();
      for (const view of visitorsViews) await look(view);
      await visitor.openAs(ada);
      for (const view of membersViews) await look(view);
      await visitor.leave();
    });
  }
});

async function violations({ page }: Visitor): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  return await page.evaluate(async () => {
    interface Result {
      readonly violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[];
    }
    const { axe: engine } = globalThis as unknown as { axe: { run(options: object): Promise<Result> } };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await engine.run({ runOnly: tags });
    return result.violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}: ${failureSummary}`),
    );
  });
}

function overflow({ page }: Visitor): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function picture({ page }: Visitor, file: string): Promise<void> {
  const folder = join(import.meta.dirname, "../..", pictures ?? "");
  mkdirSync(folder, { recursive: true });
  // Images are decoded beside the page: loaded is not painted yet.
  await page.waitForTimeout(400);
  await page.screenshot({ type: "jpeg", quality: 88, path: join(folder, file), caret: "hide" });
}
