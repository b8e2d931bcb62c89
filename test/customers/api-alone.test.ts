import type { CustomerLaptop } from "./customer-laptop.ts";
import { tellStory } from "./story.ts";

const server = "index.js";

const look = async ({ state: { api } }: CustomerLaptop): Promise<unknown> =>
  (await fetch(api, { cache: "no-store" })).text();

tellStory("an API alone, with pnpm", {
  folder: "api-alone",
  inputs: { "api-directory": ".", "api-path": "/", suites: "[]", routes: "/ 200 text/html" },
  look,
  shows: "Hello World!",
  pushes: [
    {
      that: "changes a word",
      files: (its) => ({ [server]: its.read(server).replace("Hello World!", "Hello!") }),
      shows: "Hello!",
    },
    {
      that: "makes it exit at once is put back",
      files: (its) => ({ [server]: `${its.read(server)}\nconsole.error('no tea left')\nprocess.exit(4)\n` }),
      says: /no tea left/,
    },
    {
      that: "changes its only page once more",
      files: (its) => ({ [server]: its.read(server).replace("Hello!", "Good evening!") }),
      shows: "Good evening!",
    },
  ],
  shownBack: "Hello!",
  // Its own settings ask for rolling deployments with an additional batch: what serves is never fewer than before.
  visits: ({ state: { api } }) => ({ site: api }),
});
