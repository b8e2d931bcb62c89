import { allowsMajor } from "../../kit/node-range.ts";
import type { LookedAtBundle } from "./read-bundle.ts";

/** What a platform needs to start a bundle. Platforms other than those of Node.js and Docker are left to themselves. */
export function startProblems(bundle: LookedAtBundle, platform: string): string[] {
  const { names } = bundle;
  const [top = ""] = names[0]?.split("/") ?? [];
  if (names.length > 0 && names.every((name) => name.startsWith(`${top}/`)) && !top.startsWith(".")) {
    return [`all of it lies in the folder "${top}": zip what is in the folder, not the folder`];
  }
  if (/\bDocker\b/.test(platform)) return dockerProblems(names);
  const major = /\bNode\.js (\d+)/.exec(platform)?.[1];
  return major === undefined ? [] : nodeProblems(bundle, Number(major));
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/single-container-docker-configuration.html */
function dockerProblems(names: readonly string[]): string[] {
  const known = ["Dockerfile", "docker-compose.yml", "docker-compose.yaml", "Dockerrun.aws.json"];
  return known.some((name) => names.includes(name))
    ? []
    : [`the platform is Docker, and none of ${known.join(", ")} is at the top`];
}

interface PackageJson {
  readonly scripts?: { readonly start?: unknown };
  readonly engines?: { readonly node?: unknown };
}

/** Procfile, then package.json's start script, then app.js, then server.js: the platform's order. */
function nodeProblems({ names, entries }: LookedAtBundle, major: number): string[] {
  const text = (name: string): string | undefined => {
    const entry = entries.find((one) => one.name === name);
    return entry && Buffer.from(entry.content).toString("utf8");
  };
  const problems: string[] = [];
  let packageJson: PackageJson = {};
  try {
    packageJson = (JSON.parse(text("package.json") ?? "{}") ?? {}) as PackageJson;
  } catch (error) {
    problems.push(`package.json is no JSON: ${(error as Error).message}`);
  }
  const range = packageJson.engines?.node;
  if (typeof range === "string" && !allowsMajor(range, major)) {
    problems.push(
      `package.json asks for Node.js "${range}" (engines.node), and the environment's platform has ${major}`,
    );
  }
  const procfile = text("Procfile");
  if (procfile !== undefined) {
    return /^web:\s*\S/m.test(procfile)
      ? problems
      : [...problems, "the Procfile has no line `web: <command>`"];
  }
  const isStarted =
    packageJson.scripts?.start !== undefined || names.includes("app.js") || names.includes("server.js");
  return isStarted
    ? problems
    : [
        ...problems,
        "nothing says how it is started: neither a Procfile, nor a script `start` in package.json, nor app.js or server.js",
      ];
}
