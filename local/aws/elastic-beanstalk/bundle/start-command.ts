import { intersects, validRange } from "semver";

/** How the application is started, and what EB says about where that comes from. */
export type StartCommand =
  | { readonly kind: "procfile"; readonly command: string; readonly others: readonly string[] }
  | { readonly kind: "generated"; readonly command: string }
  | { readonly kind: "none"; readonly reason: string };

/** The files at the top of the bundle that decide it; undefined where there is none. */
interface StartFiles {
  readonly procfile: string | undefined;
  readonly packageJson: string | undefined;
  readonly hasAppJs: boolean;
  readonly hasServerJs: boolean;
}

/** Procfile `web:`, then package.json `scripts.start`, then app.js, then server.js: the Node.js platform's order. */
export function startCommand(files: StartFiles): StartCommand {
  if (files.procfile !== undefined) return fromProcfile(files.procfile);
  if (startScriptOf(files.packageJson) !== undefined) return { kind: "generated", command: "npm start" };
  if (files.hasAppJs) return { kind: "generated", command: "node app.js" };
  if (files.hasServerJs) return { kind: "generated", command: "node server.js" };
  return {
    kind: "none",
    reason:
      "Instance deployment failed to generate a 'Procfile' for Node.js. " +
      "Provide one of these files: 'package.json', 'server.js', or 'app.js'. The deployment failed.",
  };
}

function fromProcfile(procfile: string): StartCommand {
  const processes = procfile
    .split(/\r?\n/)
    .map((line) => /^([A-Za-z0-9_-]+):\s*(.+?)\s*$/.exec(line.trim()))
    .filter((match) => match !== null)
    .map(([, name = "", command = ""]) => ({ name, command }));
  const web = processes.find(({ name }) => name === "web");
  if (web === undefined) {
    return { kind: "none", reason: "The 'Procfile' has no process named 'web'. The deployment failed." };
  }
  return {
    kind: "procfile",
    command: web.command,
    others: processes.filter(({ name }) => name !== "web").map(({ name }) => name),
  };
}

function startScriptOf(packageJson: string | undefined): string | undefined {
  return parsePackage(packageJson).scripts?.start;
}

interface PackageJson {
  readonly scripts?: { readonly start?: string };
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The package.json; {} where there is none. Throws a plain Error when it is not JSON. */
export function parsePackage(packageJson: string | undefined): PackageJson {
  if (packageJson === undefined) return {};
  try {
    return JSON.parse(packageJson) as PackageJson;
  } catch (error) {
    throw new Error(`package.json is not JSON: ${(error as Error).message}`);
  }
}

/** Whether `engines.node` allows some release of that major. What npm cannot read counts as allowed. */
export function allowsNodeMajor(range: string, major: number): boolean {
  return validRange(range) === null || intersects(range, String(major));
}
