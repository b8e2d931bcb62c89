import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import type { Extensions } from "../bundle/ebextensions.ts";
import { sampleFiles } from "../bundle/sample-application.ts";
import { allowsNodeMajor, parsePackage, type StartCommand, startCommand } from "../bundle/start-command.ts";
import { type BundleSource, unpackBundle } from "../bundle/unpack.ts";
import type { EngineLog } from "./engine-log.ts";
import type { CommandResult } from "./run-command.ts";

/** A step of a deployment that failed on an instance; the message is for eb-engine.log. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  /** What the event stream says beyond "Instance deployment failed", where the platform has words for it. */
  readonly event: string | undefined;

  constructor(message: string, event?: string) {
    super(message);
    this.event = event;
  }
}

/** Where an instance keeps things; all of it in its own folder. */
export interface InstanceFolders {
  /** Stands for `/`: where `files:` with absolute paths land. */
  readonly root: string;
  readonly staging: string;
  readonly current: string;
  readonly log: string;
}

/** What a step may do to its instance. */
export interface InstanceShell {
  readonly folders: InstanceFolders;
  readonly log: EngineLog;
  readonly variables: Readonly<Record<string, string>>;
  /** Runs a command with the instance's environment, `env` on top, or `env` in place of the environment properties. */
  run(
    command: string | readonly string[],
    options: {
      readonly cwd: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly replaceEnv?: boolean;
    },
  ): Promise<CommandResult>;
}

export const platformNodeMajor = Number.parseInt(process.versions.node, 10);

/** The platform's steps up to the flip: everything that can fail while the application before it still runs. */
export async function stage(
  shell: InstanceShell,
  source: BundleSource | "sample",
  extensions: Extensions,
  leader: boolean,
): Promise<StartCommand> {
  const { folders, log } = shell;
  log.instruction("StageApplication");
  await rm(folders.staging, { recursive: true, force: true });
  if (source === "sample") await writeSample(folders.staging);
  else await unpackBundle(source, folders.staging);
  log.instruction("RunEbExtensions");
  await writeFiles(folders, extensions);
  await runHooks(shell, "hooks/prebuild", folders.staging, leader);
  const command = readStartCommand(folders.staging);
  if (command.kind === "none") throw new StepFailed(command.reason, command.reason);
  await installDependencies(shell);
  await runContainerCommands(shell, extensions, leader);
  await runHooks(shell, "hooks/predeploy", folders.staging, leader);
  return command;
}

export function readStartCommand(directory: string): StartCommand {
  return startCommand({
    procfile: readOptional(join(directory, "Procfile")),
    packageJson: readOptional(join(directory, "package.json")),
    hasAppJs: existsSync(join(directory, "app.js")),
    hasServerJs: existsSync(join(directory, "server.js")),
  });
}

/** The engine's names of the steps that run hooks. */
const hookSteps: Readonly<Record<string, string>> = {
  "hooks/prebuild": "RunAppDeployPreBuildHooks",
  "hooks/predeploy": "RunAppDeployPreDeployHooks",
  "hooks/postdeploy": "RunAppDeployPostDeployHooks",
  "confighooks/prebuild": "RunConfigDeployPreBuildHooks",
  "confighooks/predeploy": "RunConfigDeployPreDeployHooks",
  "confighooks/postdeploy": "RunConfigDeployPostDeployHooks",
};

/** Runs the scripts of `.platform/<kind>` in alphabetical order. Throws StepFailed at the first that fails. */
export async function runHooks(
  shell: InstanceShell,
  kind: string,
  application: string,
  leader: boolean,
): Promise<void> {
  const directory = join(application, ".platform", kind);
  if (!existsSync(directory)) return;
  shell.log.instruction(hookSteps[kind] ?? kind);
  for (const name of readdirSync(directory).sort()) {
    const path = join(directory, name);
    shell.log.info(`Running platform hook: .platform/${kind}/${name}`);
    // Platforms since April 2022 set the bit themselves, whatever the zip says.
    await chmod(path, 0o755);
    const refused = whyNotExecutable(path);
    if (refused !== undefined) {
      const named = `.platform/${kind}/${name}`;
      throw new StepFailed(`Command ${named} failed with error fork/exec ${named}: ${refused}`);
    }
    const result = await shell.run([path], {
      cwd: application,
      env: { EB_IS_COMMAND_LEADER: String(leader) },
    });
    if (result.output !== "") shell.log.info(result.output);
    if (result.status !== 0) {
      throw new StepFailed(
        `Command .platform/${kind}/${name} failed with error exit status ${result.status}. Stderr:${result.output}`,
      );
    }
  }
}

/** Why the system would not run a file, in its words: what starts with `#!` needs the interpreter that is named there. */
function whyNotExecutable(path: string): string | undefined {
  const content = readFileSync(path);
  if (content.subarray(0, 4).equals(Buffer.from("\x7fELF"))) return undefined;
  const [first = ""] = content.toString("latin1").split("\n", 1);
  const interpreter = /^#![ \t]*([^ \t]+)/.exec(first)?.[1];
  if (interpreter === undefined) return "exec format error";
  // With Windows line ends, the interpreter's name has a carriage return at its end.
  return existsSync(interpreter) ? undefined : "no such file or directory";
}

async function writeSample(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(sampleFiles)) await writeFile(join(directory, name), content);
}

async function writeFiles(folders: InstanceFolders, extensions: Extensions): Promise<void> {
  for (const { path, content, encoding, mode } of extensions.files) {
    const place = placeOf(folders, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, Buffer.from(content, encoding), { mode });
    await chmod(place, mode);
  }
}

/** An absolute path of a real instance, re-rooted; normalising first keeps it inside. */
function placeOf(folders: InstanceFolders, path: string): string {
  const absolute = normalize(path);
  const application = /^\/var\/app\/(?:staging|current)\/(.+)$/.exec(absolute)?.[1];
  return application === undefined ? join(folders.root, absolute) : join(folders.staging, application);
}

async function installDependencies({ folders, log, variables, run }: InstanceShell): Promise<void> {
  const description = parsePackage(readOptional(join(folders.staging, "package.json")));
  const range = description.engines?.node;
  if (range !== undefined && !allowsNodeMajor(range, platformNodeMajor)) {
    throw new StepFailed(
      `package.json asks for Node.js "${range}" in engines.node, and this platform branch has Node.js ${platformNodeMajor}`,
      `Unsupported Node.js version "${range}" in package.json: this platform branch runs Node.js ${platformNodeMajor}.`,
    );
  }
  if (Object.keys(description.dependencies ?? {}).length === 0) return;
  if (existsSync(join(folders.staging, "node_modules"))) {
    log.info("node_modules is in the source bundle: skipping npm install");
    return;
  }
  const omit = variables.NPM_USE_PRODUCTION === "false" ? [] : ["--omit=dev"];
  log.instruction("Use NPM to install dependencies");
  log.info(`Running command: npm ${[...omit, "install"].join(" ")}`);
  const result = await run(["npm", ...omit, "install", "--no-audit", "--no-fund"], { cwd: folders.staging });
  log.info(result.output);
  if (result.status !== 0) {
    throw new StepFailed(`npm install failed with exit status ${result.status}: ${result.output}`);
  }
}

async function runContainerCommands(
  shell: InstanceShell,
  extensions: Extensions,
  leader: boolean,
): Promise<void> {
  const { folders, log } = shell;
  if (extensions.commands.length > 0) log.instruction("PostBuildEbExtension");
  for (const { name, command, env, cwd, test, ignoreErrors, leaderOnly } of extensions.commands) {
    if (leaderOnly && !leader) {
      log.info(`Skipping command ${name}: leader_only, and this instance is not the leader`);
      continue;
    }
    const options = {
      cwd: join(folders.staging, normalize(join("/", cwd ?? "."))),
      env: env ?? {},
      replaceEnv: env !== undefined,
    };
    if (test !== undefined && (await shell.run(test, options)).status !== 0) {
      log.info(`Skipping command ${name}: its test failed`);
      continue;
    }
    const result = await shell.run(command, options);
    log.info(`Command ${name}: ${result.output}`);
    if (result.status === 0) continue;
    const failure = `Command ${name} failed with error exit status ${result.status}. Stderr:${result.output}`;
    if (!ignoreErrors) throw new StepFailed(failure);
    log.warn(`${failure} (ignoreErrors)`);
  }
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
