// npm run pictures: docs/pictures.md's pictures of a pipeline at work, taken on a laptop of its own.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../frontend/browser/find-browser.ts";
import { LocalError } from "../../local/errors.ts";
import { Laptop } from "../../test/laptop.ts";
import { command } from "../kit/command.ts";
import { root } from "../root.ts";
import { takePage, takeTerminal } from "./camera.ts";

const folder = join(root, "docs/pictures");
const page = "frontend/src/feed.tsx";
const server = "backend/src/main.ts";

await command(
  {
    usage: "npm run pictures",
    summary: "Takes docs/pictures anew, on a stack that is started, pushed to, broken and rolled back.",
    options: {},
  },
  async () => {
    const browser = await launchBrowser(process.env);
    if ("problem" in browser)
      throw new LocalError("NoBrowser", "there is no browser to take pictures with", browser.problem);
    const laptop = new Laptop();
    try {
      mkdirSync(folder, { recursive: true });
      await takeAll(laptop, browser);
    } finally {
      await browser.close();
      await laptop.dispose();
    }
    return 0;
  },
);

/** A first release, a change through its pull request, an API that does not start, a rollback: a picture of each as people see it. */
async function takeAll(laptop: Laptop, browser: Browser): Promise<void> {
  const file = (name: string): string => join(folder, `${name}.png`);
  const run = async (name: string, ...typed: readonly [string, ...string[]]): Promise<string> => {
    const [program, ...args] = typed;
    const { output } = await laptop.run(program, ...args);
    console.log(`${typed.join(" ")}: ${name}.png`);
    await takeTerminal(browser, file(name), `$ ${typed.join(" ")}\n${output}`);
    return output;
  };
  const show = async (name: string, address: string, device: "desktop" | "phone" = "desktop") => {
    console.log(`${address}: ${name}.png`);
    await takePage(browser, file(name), address, device);
  };

  const stack = laptop.begin("npm", ["start"]);
  await stack.says(/Stop: +Ctrl-C/);
  await takeTerminal(browser, file("start"), `$ npm start\n${stack.output}`);
  const { site, github } = laptop.state;
  const runs = `${new URL(github.api).origin}/${github.repository}/actions`;
  await show("site", site);

  laptop.git("checkout", "--quiet", "-b", "greeting");
  laptop.commit(
    page,
    laptop.read(page).replace("No photos yet", "Nothing here yet"),
    "Greet whoever comes first",
  );
  const branch = await run("branch", "git", "push", "local", "greeting");
  await show("comment", addressIn(branch, /http:\S+\/pull\/\d+/));
  await run("push", "git", "push", "local", "greeting:main");
  await show("run", newestRun(laptop, runs));

  laptop.commit(
    server,
    `if (process.uptime() < 60) throw new Error("PHOTO_SERVICE is not set");\n${laptop.read(server)}`,
    "Break the API",
  );
  await run("broken", "git", "push", "local", "greeting:main");
  await show("broken-run", newestRun(laptop, runs));
  await show("broken-run-phone", newestRun(laptop, runs), "phone");

  await run("rollback", "npm", "run", "--silent", "rollback");
  await run("status", "npm", "run", "--silent", "status");
  await show("runs", runs);
  await stack.interrupt();
}

function newestRun(laptop: Laptop, runs: string): string {
  return `${runs}/runs/${laptop.newestRun}`;
}

function addressIn(output: string, pattern: RegExp): string {
  const [address] = pattern.exec(output) ?? [];
  if (address === undefined) throw new Error(`no address like ${pattern} was printed:\n${output}`);
  return address;
}
