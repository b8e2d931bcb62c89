// The Node.js that an API is installed, built and run with.
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { allowsMajor } from "../kit/node-range.ts";

export interface NodeTool {
  readonly major: number;
  /** PATH of whatever is run with it. */
  readonly path: string;
}

/** Those of Elastic Beanstalk's Amazon Linux 2023 platforms, newest first. */
const platformMajors = [24, 22, 20] as const;

const run = promisify(execFile);

/**
 * The Node.js of a major: the one that is first on PATH, else one of the runner's tool cache, else the npm package that
 * carries it. Without a major it is what is on PATH. Throws `InvalidInputs` where there is none of that major.
 */
export async function provideNode(
  major: number | undefined,
  context: Pick<ActionContext, "run" | "runner" | "env" | "signal">,
): Promise<NodeTool> {
  const path = context.env.PATH ?? "";
  const present = await majorOnPath(context.env);
  if (major === undefined || present === major) return { major: present, path };
  const cached = cachedNode(major, context.env.RUNNER_TOOL_CACHE);
  const folder = cached ?? (await packagedNode(major, context));
  context.runner.info(`Node.js ${major} from ${folder}`);
  return { major, path: `${folder}${delimiter}${path}` };
}

/** The newest major of the platform that a range of `engines.node` allows; undefined where it allows none, or any. */
export function majorOfEngines(range: string | undefined): number | undefined {
  if (range === undefined || range.trim() === "" || range.trim() === "*") return undefined;
  return platformMajors.find((major) => allowsMajor(range, major));
}

async function majorOnPath(env: ActionContext["env"]): Promise<number> {
  const { PATH } = env;
  try {
    const { stdout } = await run("node", ["--version"], { env: { PATH } });
    return Number.parseInt(stdout.trim().slice(1), 10);
  } catch (cause) {
    throw new ActionError("InvalidInputs", "there is no Node.js on PATH", {
      hint: "put actions/setup-node before this step",
      cause,
    });
  }
}

/** https://github.com/actions/toolkit/tree/main/packages/tool-cache: `<tool>/<version>/<architecture>`. */
function cachedNode(major: number, cache: string | undefined): string | undefined {
  if (cache === undefined || cache === "" || !existsSync(join(cache, "node"))) return undefined;
  const version = readdirSync(join(cache, "node")).find((name) => name.startsWith(`${major}.`));
  const folder = join(cache, "node", version ?? "", process.arch, "bin");
  return version !== undefined && existsSync(join(folder, "node")) ? folder : undefined;
}

async function packagedNode(
  major: number,
  context: Pick<ActionContext, "run" | "runner" | "env" | "signal">,
): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(context.run.temp, `node-${major}`);
  const folder = join(prefix, "node_modules", name, "bin");
  if (existsSync(join(folder, "node"))) return folder;
  const code = await runCommand(
    {
      command: "npm",
      args: [
        "install",
        "--prefix",
        prefix,
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        `${name}@${major}`,
      ],
      cwd: context.run.temp,
      onLine: (line) => context.runner.info(line),
    },
    context,
  );
  if (code === 0 && existsSync(join(folder, "node"))) return folder;
  throw new ActionError(
    "InvalidInputs",
    `Node.js ${major} is not on this runner, and npm has no ${name}@${major}`,
    {
      hint: `put actions/setup-node with \`node-version: ${major}\` before this step, or give another \`node-version\``,
    },
  );
}
