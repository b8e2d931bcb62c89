import { expect } from "chai";
import type { CustomerLaptop } from "./customer-laptop.ts";
import { tellStory } from "./story.ts";

const page = "index.html";

async function look({ state: { site } }: CustomerLaptop): Promise<unknown> {
  const answer = await fetch(site, { cache: "no-store" });
  const missing = await fetch(`${site}/README.html`, { cache: "no-store" });
  return { heading: /<h1>(.*)<\/h1>/.exec(await answer.text())?.[1], missing: missing.status };
}

const first = { heading: "What grows in the garden", missing: 404 };

tellStory("a site alone, whose repository is its folder", {
  folder: "site-alone",
  inputs: { "site-directory": ".", exclude: "README.md", suites: "[]" },
  look,
  shows: first,
  pushes: [
    {
      that: "changes its page",
      files: (its) => ({ [page]: its.read(page).replace("What grows", "What blooms") }),
      shows: { ...first, heading: "What blooms in the garden" },
      check: async ({ state: { site } }) => {
        expect((await fetch(`${site}/README.md`)).status).to.equal(404);
      },
    },
    {
      that: "deletes the page that everybody sees first is refused",
      files: () => ({ [page]: undefined }),
      says: /index\.html/,
    },
    {
      that: "changes it once more",
      files: (its) => ({ [page]: its.read(page).replace("What blooms", "What sleeps") }),
      shows: { ...first, heading: "What sleeps in the garden" },
    },
  ],
  shownBack: { ...first, heading: "What blooms in the garden" },
  visits: ({ state: { site } }) => ({ site, data: ["about.html", "release.json"] }),
});
