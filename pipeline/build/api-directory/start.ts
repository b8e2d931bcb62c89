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
    // Without the script, `npm start` is `node server.js`.
    if (/^npm (run )?start\b/.test(web) && start === undefined && !has("server.js")) {
      return ["the Procfile says `npm start`, and its package.json has no script `start`"];
    }
    return programProblems("the Procfile's web", web, packageJson, packages);
  }
  if (start !== undefined) return programProblems("the script `start`", "npm start", packageJson, packages);
  if (has("app.js") || has("server.js")) return [];
  return [
    "nothing says how it is started: add a `start` script to its package.json, or a Procfile with `web: <command>`",
  ];
}

/** Commands whose package has another name. */
const packageOf: Readonly<Record<string, string>> = {
  tsc: "typescript",
  nest: "@nestjs/cli",
  sequelize: "sequelize-cli",
  babel: "@babel/cli",
  "babel-node": "@babel/node",
};

/** Programs of packages that only development has, such as nodemon, in a command and in the scripts that it leads to. */
function programProblems(
  what: string,
  command: string,
  { scripts = {}, devDependencies = {} }: App["packageJson"],
  packages: readonly PlacedPackage[],
): string[] {
  const travels = (name: string): boolean =>
    packages.some(({ location }) => location === `node_modules/${name}`);
  return [...new Set(programsOf(command, scripts))]
    .map((program) => [program, packageOf[program] ?? program] as const)
    .filter(([, name]) => name in devDependencies && !travels(name))
    .map(
      ([program, name]) =>
        `${what} runs "${program}", and ${name} is a devDependency, which does not travel: start what is built, by \`node\`, or move it to dependencies`,
    );
}

/** The programs of a command of a shell, those of npm's scripts instead of npm. */
function programsOf(
  command: string,
  scripts: Readonly<Record<string, string>>,
  within: readonly string[] = [],
): string[] {
  return command.split(/&&|\|\||[;&|]/).flatMap((part) => {
    const words = part.split(/\s+/).filter((word) => word !== "" && !/^[A-Z_a-z]\w*=/.test(word));
    const [program = "", ...rest] = words;
    if (["npx", "cross-env", "dotenv", "exec"].includes(program)) {
      return [
        program,
        ...programsOf(rest.filter((word) => !word.startsWith("-")).join(" "), scripts, within),
      ];
    }
    const name = ["npm", "yarn", "pnpm"].includes(program)
      ? rest.find((word) => !["run", "-s"].includes(word))
      : undefined;
    if (name === undefined || within.includes(name)) return [program];
    return [`pre${name}`, name, `post${name}`].flatMap((one) =>
      programsOf(scripts[one] ?? "", scripts, [...within, name]),
    );
  });
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
