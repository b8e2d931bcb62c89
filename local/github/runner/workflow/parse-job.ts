import { parseCondition, whenSuccessful } from "../expressions/condition.ts";
import { parseTemplate, type Template } from "../expressions/template.ts";
import type { Environment, Job, JobBase, StepsJob, Strategy } from "./model.ts";
import { parseCall } from "./parse-call-job.ts";
import {
  parseConcurrency,
  parseDefaults,
  parsePermissions,
  parseTemplateMap,
  parseTemplateTree,
} from "./parse-parts.ts";
import { parseStep } from "./parse-step.ts";
import type { YamlValue } from "./yaml-value.ts";

const common = ["name", "needs", "if", "permissions", "concurrency", "strategy"] as const;

/** https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#supported-keywords-for-jobs-that-call-a-reusable-workflow */
const calling = [...common, "uses", "with", "secrets"] as const;

const running = [
  ...common,
  "runs-on",
  "environment",
  "env",
  "defaults",
  "outputs",
  "timeout-minutes",
  "cancel-timeout-minutes",
  "continue-on-error",
  "steps",
] as const;

const notHere = "is not supported by this runner";
const unsupported = {
  container: "containers are not supported by this runner: jobs run on this machine",
  services: "service containers are not supported by this runner",
  snapshot: notHere,
  with: "belongs to jobs with uses",
  secrets: "belongs to jobs with uses",
};

const notCalling = Object.fromEntries(
  [...running, "container", "services", "snapshot"].map((name) => [
    name,
    "cannot stand in a job that calls a workflow",
  ]),
);

type Fields = ReadonlyMap<(typeof calling | typeof running)[number], YamlValue>;

export function parseJob(id: string, value: YamlValue): Job {
  if (!/^[A-Za-z_][\w-]*$/.test(id)) {
    value.problem(`"${id}" is no job id; use letters, digits, - and _, starting with a letter or _`);
  }
  const calls = value.kind === "mapping" && value.entries().some(([name]) => name === "uses");
  const fields: Fields = calls ? value.fields(calling, notCalling) : value.fields(running, unsupported);
  const condition = fields.get("if");
  const permissions = fields.get("permissions");
  const concurrency = fields.get("concurrency");
  const strategy = fields.get("strategy");
  const base = {
    id,
    place: { path: value.path, line: value.line, key: value.key },
    name: optional(fields, "name"),
    needs: fields.get("needs")?.texts() ?? [],
    condition: condition === undefined ? whenSuccessful(value) : parseCondition(condition, "job-if"),
    permissions: permissions && parsePermissions(permissions),
    concurrency: concurrency && parseConcurrency(concurrency, "job"),
    strategy: strategy && parseStrategy(strategy),
  };
  const uses = fields.get("uses");
  if (uses === undefined) return { ...base, ...parseRun(fields, value) };
  return { ...base, ...parseCall(uses, fields.get("with"), fields.get("secrets")) };
}

function optional(fields: Fields, name: (typeof running)[number]): Template | undefined {
  const field = fields.get(name);
  return field && parseTemplate(field, "job");
}

function parseRun(fields: Fields, value: YamlValue): Omit<StepsJob, keyof JobBase> {
  const steps = fields.get("steps");
  if (steps === undefined) value.problem("steps are missing");
  parseRunsOn(fields.get("runs-on"), value);
  const environment = fields.get("environment");
  return {
    kind: "steps",
    environment: environment && parseEnvironment(environment),
    env: parseTemplateMap(fields.get("env"), "job-env"),
    defaults: parseDefaults(fields.get("defaults"), "job-defaults"),
    outputs: parseTemplateMap(fields.get("outputs"), "job-outputs"),
    timeoutMinutes: optional(fields, "timeout-minutes"),
    cancelTimeoutMinutes: optional(fields, "cancel-timeout-minutes"),
    continueOnError: optional(fields, "continue-on-error"),
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
    // An empty name means none, written out or given by an expression.
    if (value.scalar !== "") value.text();
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
