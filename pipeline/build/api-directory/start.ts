// How Elastic Beanstalk will start the API, and whether it will listen where Elastic Beanstalk looks for it.
import type { PlacedPackage } from "./package-layout.ts";

interface App {
  readonly procfile: string | undefined;
  readonly packageJson: {
    readonly scripts?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  };
  /** Names of the files in the bundle. */
  readonly has: (name: string) => boolean;
}

/** Procfile `web:`, then package.json `scripts.start`, then app.js, then server.js: the order of EB's Node.js platform. */
export function startProblems(app: App, packages: readonly PlacedPackage[]): string[] {
  const { procfile, packageJson, has } = app;
  const start = packageJson.scripts?.start;
  if (procfile !== undefined) {
    const web = /^web:\s*(.+)$/m.exec(procfile)?.[1];
    if (web === undefined) return ["the Procfile has no line `web: <command>`"];
    return /^npm (run )?start\b/.test(web)
      ? startScriptProblems(start, packageJson, packages)
      : programProblems("the Procfile's web", web, packageJson, packages);
  }
  if (start !== undefined) return startScriptProblems(start, packageJson, packages);
  if (has("app.js") || has("server.js")) return [];
  return [
    "nothing says how it is started: add a `start` script to its package.json, or a Procfile with `web: <command>`",
  ];
}

function startScriptProblems(
  start: string | undefined,
  packageJson: App["packageJson"],
  packages: readonly PlacedPackage[],
): string[] {
  return start === undefined
    ? ["the Procfile says `npm start`, and its package.json has no script `start`"]
    : programProblems("the script `start`", start, packageJson, packages);
}

/** A program of a package that only development has, such as nodemon. */
function programProblems(
  what: string,
  command: string,
  { devDependencies = {} }: App["packageJson"],
  packages: readonly PlacedPackage[],
): string[] {
  const words = command.split(/[\s;&|]+/).filter((word) => word !== "" && !/^[A-Z_a-z]\w*=/.test(word));
  const program = words[0] === "npx" || words[0] === "cross-env" ? words[1] : words[0];
  if (program === undefined || !(program in devDependencies)) return [];
  if (packages.some(({ location }) => location === `node_modules/${program}`)) return [];
  return [`${what} runs "${program}", a devDependency, which does not travel: move it to dependencies`];
}

/** Files that a program is written in, and settings that may name a port. */
const written =
  /(^|\/)(Procfile|[^/]+\.(js|cjs|mjs|ts|cts|mts|jsx|tsx|json|config|ya?ml|sh|conf)|bin\/[^/]+)$/;

/**
 * Looks, file by file, for whether the API listens on `PORT`, or on 8080, which PORT is where nobody says otherwise. Only an
 * API that listens by its own code, and nowhere names either, is a problem: a framework may read PORT by itself.
 */
export class PortSearch {
  #listens: string | undefined;
  #named = false;

  add(name: string, content: Uint8Array): void {
    if (this.#named || !written.test(name) || /^package(-lock)?\.json$/.test(name.split("/").at(-1) ?? ""))
      return;
    const text = Buffer.from(content).toString("utf8");
    this.#named = /\bPORT\b|\b8080\b/.test(text);
    if (/\.listen\(/.test(text)) this.#listens ??= name;
  }

  problems(): string[] {
    if (this.#named || this.#listens === undefined) return [];
    return [
      `${this.#listens} does not listen on the environment variable PORT, where Elastic Beanstalk sends requests: ` +
        "take the port from it, with the present one as the fallback",
    ];
  }
}
