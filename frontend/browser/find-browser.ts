import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Nothing of a test's browser may reach beyond this machine. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

type Environment = Readonly<Record<string, string | undefined>>;

interface Candidate {
  readonly name: string;
  readonly executablePath: string;
  readonly args: readonly string[];
}

/** A browser that runs, or why none does. The one of CHROME_PATH is the only one tried where that is set. */
export async function launchBrowser(
  environment: Environment,
): Promise<Browser | { readonly problem: string }> {
  const failures: string[] = [];
  for await (const { name, executablePath, args } of candidates(environment)) {
    try {
      return await chromium.launch({ executablePath, args: [...quiet, ...args] });
    } catch (error) {
      const reason = (error as Error).message.match(/error while loading.*|Failed to launch.*/)?.[0];
      failures.push(`${name} does not start (${reason ?? (error as Error).message.split("\n")[0]})`);
    }
  }
  const why = failures.length > 0 ? failures.join("; ") : "none is installed";
  return { problem: `${why}; install Chromium, or name one by CHROME_PATH` };
}

async function* candidates(environment: Environment): AsyncGenerator<Candidate> {
  const { CHROME_PATH: chosen, PATH = "" } = environment;
  if (chosen) {
    yield { name: `CHROME_PATH "${chosen}"`, executablePath: chosen, args: [] };
    return;
  }
  const folders = PATH.split(delimiter);
  const installed = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    chromium.executablePath(),
  ].filter((path) => existsSync(path));
  for (const path of installed) yield { name: path, executablePath: path, args: [] };
  const { default: carried } = await import("@sparticuz/chromium");
  // Its other arguments would switch off what the tests rely on: same-origin rules and separate processes.
  const args = ["--no-zygote", "--headless=shell"];
  yield { name: "@sparticuz/chromium", executablePath: await carried.executablePath(), args };
}
