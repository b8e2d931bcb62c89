import { existsSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { always, type Condition, parseCondition } from "../expressions/condition.ts";
import { parseTemplate, type Template } from "../expressions/template.ts";
import type { Place, Problem } from "../workflow/problems.ts";
import { readYaml, type YamlValue } from "../workflow/yaml-value.ts";

/** A JavaScript action of the repository, as its `action.yml` declares it. */
export interface ActionMetadata {
  /** Folder in the repository, e.g. actions/build. */
  readonly path: string;
  /** Absolute folder of the unpacked action. */
  readonly directory: string;
  /** By lowercase name. */
  readonly inputs: Readonly<Record<string, ActionInput>>;
  readonly main: string;
  readonly pre: ActionStage | undefined;
  readonly post: ActionStage | undefined;
}

interface ActionInput {
  readonly required: boolean;
  readonly default: Template | undefined;
  readonly deprecationMessage: string | undefined;
}

/** A script beside `main`, relative to the action's folder. */
interface ActionStage {
  readonly script: string;
  readonly condition: Condition;
}

const runsKeys = ["using", "main", "pre", "pre-if", "post", "post-if"] as const;
const notHere = "only JavaScript actions are supported by this runner";

/**
 * Reads the action at a folder of an unpacked commit. Adds to `problems` whatever this runner cannot do as GitHub does,
 * and returns undefined when the action cannot run at all. `user` is the place of the `uses` that names it.
 */
export function readActionMetadata(
  tree: string,
  path: string,
  user: Place,
  problems: Problem[],
): ActionMetadata | undefined {
  const directory = join(tree, path);
  const file = ["action.yml", "action.yaml"].find((name) => existsSync(join(directory, name)));
  if (path.split("/").includes("..") || file === undefined) {
    problems.push({ ...user, message: `there is no "${path}/action.yml" in the commit` });
    return undefined;
  }
  const root = readYaml(readFileSync(join(directory, file), "utf8"), join(path, file), problems);
  if (root === undefined) return undefined;
  const fields = root.fields(["name", "description", "author", "inputs", "outputs", "runs", "branding"]);
  const runs = fields.get("runs");
  if (runs === undefined) {
    root.problem("runs is missing");
    return undefined;
  }
  const inputs = fields.get("inputs");
  const entries = inputs === undefined || isEmpty(inputs) ? [] : inputs.entries();
  const stages = readRuns(runs, tree, directory);
  return (
    stages && {
      path,
      directory,
      inputs: Object.fromEntries(
        entries.map(([name, input]) => [name.toLowerCase(), readInput(input)] as const),
      ),
      ...stages,
    }
  );
}

function readInput(value: YamlValue): ActionInput {
  if (isEmpty(value)) return { required: false, default: undefined, deprecationMessage: undefined };
  const fields = value.fields(["description", "required", "default", "deprecationMessage"]);
  const fallback = fields.get("default");
  return {
    required: fields.get("required")?.boolean() ?? false,
    default: fallback && parseTemplate(fallback, "action-input-default"),
    deprecationMessage: fields.get("deprecationMessage")?.text(),
  };
}

function readRuns(
  runs: YamlValue,
  tree: string,
  directory: string,
): Pick<ActionMetadata, "main" | "pre" | "post"> | undefined {
  const unsupported = { steps: notHere, image: notHere, entrypoint: notHere, args: notHere, env: notHere };
  const fields = runs.fields(runsKeys, unsupported);
  const using = fields.get("using");
  if (using?.scalar !== "node24") {
    (using ?? runs).problem(`must be node24: ${notHere}`);
    return undefined;
  }
  const main = fields.get("main");
  if (main === undefined) {
    runs.problem("main is missing");
    return undefined;
  }
  const stage = (script: YamlValue | undefined, condition: YamlValue | undefined): ActionStage | undefined =>
    script && {
      script: readScript(script, tree, directory),
      condition: condition === undefined ? always(script) : parseCondition(condition, "action-if"),
    };
  return {
    main: readScript(main, tree, directory),
    pre: stage(fields.get("pre"), fields.get("pre-if")),
    post: stage(fields.get("post"), fields.get("post-if")),
  };
}

function readScript(value: YamlValue, tree: string, directory: string): string {
  const script = value.text();
  const file = join(directory, script);
  if (!file.startsWith(`${tree}${sep}`) || !existsSync(file) || !statSync(file).isFile()) {
    value.problem(`"${script}" is no file of the commit; actions run as they are committed, so commit it`);
  }
  return script;
}

function isEmpty(value: YamlValue): boolean {
  return value.kind === "scalar" && value.scalar === null;
}
