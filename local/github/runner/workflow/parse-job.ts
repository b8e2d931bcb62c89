import { parseCondition, whenSuccessful } from "../expressions/condition.ts";
import { parseTemplate } from "../expressions/template.ts";
import type { Environment, Job, Strategy } from "./model.ts";
import {
  parseConcurrency,
  parseDefaults,
  parsePermissions,
  parseTemplateMap,
  parseTemplateTree,
} from "./parse-parts.ts";
import { parseStep } from "./parse-step.ts";
import type { YamlValue } from "./yaml-value.ts";

const known = [
  "name",
  "needs",
  "if",
  "runs-on",
  "environment",
  "permissions",
  "concurrency",
  "env",
  "defaults",
  "outputs",
  "strategy",
  "timeout-minutes",
  "cancel-timeout-minutes",
  "continue-on-error",
  "steps",
] as const;

const unsupported = {
  container: "containers are not supported by this runner: jobs run on this machine",
  services: "service containers are not supported by this runner",
  snapshot: "is not supported by this runner",
  uses: "reusable workflows are not supported by this runner",
  with: "reusable workflows are not supported by this runner",
  secrets: "reusable workflows are not supported by this runner",
};

export function parseJob(id: string, value: YamlValue): Job {
  if (!/^[A-Za-z_][\w-]*$/.test(id)) {
    value.problem(`"${id}" is no job id; use letters, digits, - and _, starting with a letter or _`);
  }
  const fields = value.fields(known, unsupported);
  const optional = (name: (typeof known)[number]) => {
    const field = fields.get(name);
    return field && parseTemplate(field, "job");
  };
  const steps = fields.get("steps");
  if (steps === undefined) value.problem("steps are missing");
  parseRunsOn(fields.get("runs-on"), value);
  const condition = fields.get("if");
  const environment = fields.get("environment");
  const permissions = fields.get("permissions");
  const concurrency = fields.get("concurrency");
  const strategy = fields.get("strategy");
  return {
    id,
    place: { path: value.path, line: value.line, key: value.key },
    name: optional("name"),
    needs: fields.get("needs")?.texts() ?? [],
    condition: condition === undefined ? whenSuccessful(value) : parseCondition(condition, "job-if"),
    environment: environment && parseEnvironment(environment),
    permissions: permissions && parsePermissions(permissions),
    concurrency: concurrency && parseConcurrency(concurrency, "job"),
    env: parseTemplateMap(fields.get("env"), "job-env"),
    defaults: parseDefaults(fields.get("defaults"), "job-defaults"),
    outputs: parseTemplateMap(fields.get("outputs"), "job-outputs"),
    strategy: strategy && parseStrategy(strategy),
    timeoutMinutes: optional("timeout-minutes"),
    cancelTimeoutMinutes: optional("cancel-timeout-minutes"),
    continueOnError: optional("continue-on-error"),
    steps: (steps?.items() ?? []).map(parseStep).filter((step) => step !== undefined),
  };
}

/** Every label means this machine; those of other systems are problems. */
function parseRunsOn(value: YamlValue | undefined, job: YamlValue): void {
  if (value === undefined) {
    job.problem("runs-on is missing");
    return;
  }
  const labels = value.kind === "mapping" ? value.fields(["group", "labels"]).get("labels") : value;
  const values = labels?.kind === "sequence" ? labels.items() : [labels];
  for (const label of values) {
    if (label === undefined) continue;
    parseTemplate(label, "job");
    if (/^(windows|macos)\b/i.test(label.text())) {
      label.problem(`"${label.scalar}" is not available: this runner is Linux only`);
    }
  }
}

function parseEnvironment(value: YamlValue): Environment {
  if (value.kind === "scalar") {
    value.text();
    return { name: parseTemplate(value, "job"), url: undefined, deployment: true };
  }
  const fields = value.fields(["name", "url", "deployment"]);
  const name = fields.get("name");
  if (name === undefined) value.problem("name is missing");
  const url = fields.get("url");
  return {
    name: parseTemplate(name ?? value, "job"),
    url: url && parseTemplate(url, "environment-url"),
    deployment: fields.get("deployment")?.boolean() ?? true,
  };
}

function parseStrategy(value: YamlValue): Strategy | undefined {
  const fields = value.fields(["matrix", "fail-fast", "max-parallel"]);
  const matrix = fields.get("matrix");
  if (matrix === undefined) {
    value.problem("matrix is missing");
    return undefined;
  }
  const failFast = fields.get("fail-fast");
  const maxParallel = fields.get("max-parallel");
  return {
    matrix: parseTemplateTree(matrix, "strategy"),
    failFast: failFast && parseTemplate(failFast, "strategy"),
    maxParallel: maxParallel && parseTemplate(maxParallel, "strategy"),
  };
}
