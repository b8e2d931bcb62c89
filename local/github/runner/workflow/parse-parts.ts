import type { Permissions } from "../../runner-services.ts";
import type { ExpressionPlace } from "../expressions/availability.ts";
import { parseTemplate, type Template } from "../expressions/template.ts";
import type { TemplateMap, TemplateTree } from "../expressions/template-tree.ts";
import type { Concurrency, RunDefaults } from "./model.ts";
import { shellCommand } from "./shells.ts";
import type { YamlValue } from "./yaml-value.ts";

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions */
const permissionScopes = [
  "actions",
  "artifact-metadata",
  "attestations",
  "checks",
  "code-quality",
  "contents",
  "copilot-requests",
  "deployments",
  "discussions",
  "drives",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "repository-projects",
  "security-events",
  "statuses",
  "vulnerability-alerts",
] as const;

const readOnly: readonly string[] = ["models", "vulnerability-alerts"];
const writeOnly: readonly string[] = ["copilot-requests", "id-token"];

/** `permissions`: a mapping, in which an absent scope is "none", or `read-all`, `write-all`. */
export function parsePermissions(value: YamlValue): Permissions {
  if (value.kind === "scalar") {
    const all = value.oneOf(["read-all", "write-all"]) === "write-all" ? "write" : "read";
    return Object.fromEntries(
      permissionScopes
        .filter((scope) => all === "write" || !writeOnly.includes(scope))
        .map((scope) => [scope, readOnly.includes(scope) ? "read" : all] as const),
    );
  }
  return Object.fromEntries(
    [...value.fields(permissionScopes)].map(([scope, level]) => {
      if (writeOnly.includes(scope)) return [scope, level.oneOf(["none", "write"])] as const;
      if (readOnly.includes(scope)) return [scope, level.oneOf(["none", "read"])] as const;
      return [scope, level.oneOf(["none", "read", "write"])] as const;
    }),
  );
}

export function parseConcurrency(value: YamlValue, where: ExpressionPlace): Concurrency {
  if (value.kind === "scalar") {
    value.text();
    return { group: parseTemplate(value, where), cancelInProgress: undefined, queue: "single" };
  }
  const fields = value.fields(["group", "cancel-in-progress", "queue"]);
  const group = fields.get("group");
  if (group === undefined) value.problem("group is missing");
  const cancel = fields.get("cancel-in-progress");
  const queue = fields.get("queue")?.oneOf(["single", "max"]) ?? "single";
  if (queue === "max" && cancel?.scalar === true) {
    cancel.problem("cannot be true together with queue: max");
  }
  group?.text();
  return {
    group: parseTemplate(group ?? value, where),
    cancelInProgress: cancel && parseTemplate(cancel, where),
    queue,
  };
}

export function parseDefaults(value: YamlValue | undefined, where: ExpressionPlace): RunDefaults {
  const run = value?.fields(["run"]).get("run");
  const fields = run?.fields(["shell", "working-directory"]);
  const shell = fields?.get("shell");
  const directory = fields?.get("working-directory");
  return {
    shell: shell && parseShell(shell, where),
    workingDirectory: directory && parseTemplate(directory, where),
  };
}

/** A shell; one that is written out and that this machine does not know is refused before anything runs. */
export function parseShell(value: YamlValue, where: ExpressionPlace): Template {
  const template = parseTemplate(value, where);
  if (template.parts.length > 0) return template;
  try {
    shellCommand(value.text());
  } catch (error) {
    value.problem((error as Error).message);
  }
  return template;
}

/** A mapping of names to texts, such as `env`, `with` and `outputs`. */
export function parseTemplateMap(value: YamlValue | undefined, where: ExpressionPlace): TemplateMap {
  if (value === undefined || (value.kind === "scalar" && value.scalar === null)) return {};
  return Object.fromEntries(
    value.entries().map(([name, entry]) => [name, parseTemplate(entry, where)] as const),
  );
}

export function parseTemplateTree(value: YamlValue, where: ExpressionPlace): TemplateTree {
  if (value.kind === "scalar") return parseTemplate(value, where);
  if (value.kind === "sequence") return value.items().map((item) => parseTemplateTree(item, where));
  return {
    branches: value.entries().map(([name, entry]) => [name, parseTemplateTree(entry, where)] as const),
  };
}
