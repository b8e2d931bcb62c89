import { isMap, isScalar, parseDocument, visit } from "yaml";

type Triggers = string | readonly string[] | Readonly<Record<string, unknown>>;

/** A job of a workflow file; one with `uses` calls another workflow and has no steps. */
type Job = Readonly<Record<string, unknown>>;

/** What a workflow file does against the rules of `docs/architecture.md`, which the language service does not know. */
export function brokenRules(text: string): readonly string[] {
  const problems: string[] = [];
  const document = parseDocument(text);
  const workflow = document.toJS() as {
    permissions?: object;
    concurrency?: unknown;
    on?: Triggers;
    jobs?: Record<string, Job>;
  };
  const jobs = Object.entries(workflow.jobs ?? {});
  const triggers = triggersOf(workflow.on);
  if (JSON.stringify(workflow.permissions) !== "{}") problems.push("top-level permissions must be {}");
  for (const trigger of ["pull_request_target", "workflow_run"]) {
    if (triggers.includes(trigger)) problems.push(`the trigger ${trigger} must not be used`);
  }
  const isOfCalls = triggers.includes("workflow_call") || jobs.some(([, job]) => isCall(job));
  problems.push(...concurrencyProblems(workflow.concurrency, isOfCalls));
  for (const [id, job] of jobs) problems.push(...jobProblems(id, job, secretsOfCalls(workflow.on)));
  visit(document, {
    Pair(_, pair, ancestors) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      const value = isScalar(pair.value) ? pair.value : undefined;
      if (key === "run" && String(value?.value).includes("${{")) problems.push("an expression inside run:");
      const around = ancestors.at(-1);
      const isOfCall = isMap(around) && around.has("uses");
      if (key === "permissions" && isMap(pair.value) && !isOfCall) {
        for (const { key: scope, value: access } of pair.value.items) {
          const explained = isScalar(access) && access.comment !== undefined && access.comment !== null;
          if (!explained) problems.push(`permission ${scope} has no comment that says what it is for`);
        }
      }
      if (key !== "uses" || value === undefined) return;
      const uses = String(value.value);
      if (uses.startsWith("$/")) return;
      if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses))
        problems.push(`${uses} is not pinned to a full commit`);
      if (!/^ v\d+\.\d+\.\d+$/.test(value.comment ?? "")) problems.push(`${uses} has no version beside it`);
      if (uses.startsWith("actions/checkout@") && !/persist-credentials: false/.test(text)) {
        problems.push("checkout persists credentials");
      }
    },
  });
  return problems;
}

function triggersOf(on: Triggers = []): readonly string[] {
  if (typeof on === "string") return [on];
  return Array.isArray(on) ? on : Object.keys(on);
}

const isCall = (job: Job): boolean => job.uses !== undefined;

/** A workflow that calls, or is called, has its groups on the jobs that need them: one around them all would hold itself up. */
function concurrencyProblems(concurrency: unknown, isOfCalls: boolean): readonly string[] {
  if (!isOfCalls) return concurrency === undefined ? ["concurrency is missing"] : [];
  return concurrency === undefined ? [] : ["concurrency around calls and called jobs must not be"];
}

/** The secrets that callers pass by name: a called workflow has no others. */
function secretsOfCalls(on: Triggers = []): readonly string[] {
  const { workflow_call: call } = on as { workflow_call?: { secrets?: Record<string, unknown> } | null };
  return Object.keys(call?.secrets ?? {});
}

function jobProblems(id: string, job: Job, passed: readonly string[]): readonly string[] {
  const problems: string[] = [];
  if (job.permissions === undefined) problems.push(`job ${id} has no permissions`);
  if (job.secrets === "inherit") problems.push(`job ${id} inherits secrets`);
  if (/\bgithub\.workflow\b/.test(JSON.stringify(job.concurrency ?? ""))) {
    problems.push(`job ${id} has a group of github.workflow, which is the caller's`);
  }
  if (isCall(job)) {
    if (job.concurrency !== undefined) problems.push(`job ${id} calls a workflow inside of a group`);
    return problems;
  }
  if (job["timeout-minutes"] === undefined) problems.push(`job ${id} has no timeout-minutes`);
  const read = JSON.stringify(job).matchAll(/\$\{\{[^}]*?\bsecrets\b(?:\.([\w-]+))?/g);
  const isPassed = [...read].every(([, name = ""]) => passed.includes(name));
  if (!isPassed && job.environment === undefined) {
    problems.push(`job ${id} reads secrets outside an environment`);
  }
  return problems;
}
