import { isMap, isScalar, parseDocument, visit } from "yaml";

/** What a workflow file does against the rules of `docs/architecture.md`, which the language service does not know. */
export function brokenRules(text: string): readonly string[] {
  const problems: string[] = [];
  const document = parseDocument(text);
  const workflow = document.toJS() as {
    permissions?: object;
    concurrency?: unknown;
    on?: string | readonly string[] | Readonly<Record<string, unknown>>;
    jobs?: Record<string, Record<string, unknown>>;
  };
  if (JSON.stringify(workflow.permissions) !== "{}") problems.push("top-level permissions must be {}");
  if (workflow.concurrency === undefined) problems.push("concurrency is missing");
  const { on = [] } = workflow;
  const triggers = typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(on);
  for (const trigger of ["pull_request_target", "workflow_run"]) {
    if (triggers.includes(trigger)) problems.push(`the trigger ${trigger} must not be used`);
  }
  for (const [id, job] of Object.entries(workflow.jobs ?? {})) {
    if (job["timeout-minutes"] === undefined) problems.push(`job ${id} has no timeout-minutes`);
    if (job.permissions === undefined) problems.push(`job ${id} has no permissions`);
    if (job.secrets === "inherit") problems.push(`job ${id} inherits secrets`);
    if (/\$\{\{[^}]*\bsecrets\b/.test(JSON.stringify(job)) && job.environment === undefined) {
      problems.push(`job ${id} reads secrets outside an environment`);
    }
  }
  visit(document, {
    Pair(_, pair) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      const value = isScalar(pair.value) ? pair.value : undefined;
      if (key === "run" && String(value?.value).includes("${{")) problems.push("an expression inside run:");
      if (key === "permissions" && isMap(pair.value)) {
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
