import { parseCallTrigger } from "./parse-call-trigger.ts";
import type {
  DispatchInput,
  NameFilter,
  PullRequestTrigger,
  PushTrigger,
  Triggers,
  WorkflowDispatchTrigger,
} from "./triggers.ts";
import { isEmpty, type YamlValue } from "./yaml-value.ts";

const events = ["push", "pull_request", "workflow_dispatch", "workflow_call"] as const;

/**
 * Events of GitHub's that never happen here: a workflow that waits for them alone is fine, and never runs.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
const elsewhere =
  /^(branch_protection_rule|check_(run|suite)|create|delete|deployment(_status)?|discussion(_comment)?|fork|gollum|image_version|issue_comment|issues|label|merge_group|milestone|page_build|public|pull_request_(comment|review|review_comment|target)|registry_package|release|repository_dispatch|schedule|status|watch|workflow_run)$/;

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request */
const pullRequestTypes = [
  "assigned",
  "auto_merge_disabled",
  "auto_merge_enabled",
  "closed",
  "converted_to_draft",
  "demilestoned",
  "dequeued",
  "edited",
  "enqueued",
  "labeled",
  "locked",
  "milestoned",
  "opened",
  "ready_for_review",
  "reopened",
  "review_request_removed",
  "review_requested",
  "synchronize",
  "unassigned",
  "unlabeled",
  "unlocked",
] as const;
const defaultPullRequestTypes = ["opened", "synchronize", "reopened"];

const mostInputs = 25;
const unfiltered: NameFilter = { only: undefined, ignore: undefined };

/** Reads `on`. Events that GitHub does not have are problems. */
export function parseTriggers(value: YamlValue): Triggers {
  const found = new Map<string, YamlValue | undefined>();
  const add = (name: string, at: YamlValue, settings: YamlValue | undefined): void => {
    if (events.some((event) => event === name)) found.set(name, settings);
    else if (!elsewhere.test(name))
      at.problem(`event "${name}" is not known; those that happen here: ${events.join(", ")}`);
  };
  if (value.kind === "mapping") {
    for (const [name, settings] of value.entries()) add(name, settings, settings);
  } else {
    const values = value.kind === "sequence" ? value.items() : [value];
    for (const item of values) add(item.text(), item, undefined);
  }
  return {
    push: found.has("push") ? parsePush(found.get("push")) : undefined,
    pullRequest: found.has("pull_request") ? parsePullRequest(found.get("pull_request")) : undefined,
    workflowDispatch: found.has("workflow_dispatch")
      ? parseDispatch(found.get("workflow_dispatch"))
      : undefined,
    workflowCall: found.has("workflow_call") ? parseCallTrigger(found.get("workflow_call")) : undefined,
  };
}

function parsePush(value: YamlValue | undefined): PushTrigger {
  if (isEmpty(value)) return { branches: unfiltered, tags: unfiltered, paths: unfiltered };
  const fields = value.fields([
    "branches",
    "branches-ignore",
    "tags",
    "tags-ignore",
    "paths",
    "paths-ignore",
  ]);
  return {
    branches: parseFilter(fields.get("branches"), fields.get("branches-ignore")),
    tags: parseFilter(fields.get("tags"), fields.get("tags-ignore")),
    paths: parseFilter(fields.get("paths"), fields.get("paths-ignore")),
  };
}

function parsePullRequest(value: YamlValue | undefined): PullRequestTrigger {
  if (isEmpty(value)) return { types: defaultPullRequestTypes, branches: unfiltered, paths: unfiltered };
  const fields = value.fields(["types", "branches", "branches-ignore", "paths", "paths-ignore"]);
  const types = fields.get("types");
  const typeValues = types?.kind === "sequence" ? types.items() : types && [types];
  return {
    types: typeValues?.map((type) => type.oneOf(pullRequestTypes)) ?? defaultPullRequestTypes,
    branches: parseFilter(fields.get("branches"), fields.get("branches-ignore")),
    paths: parseFilter(fields.get("paths"), fields.get("paths-ignore")),
  };
}

function parseFilter(only: YamlValue | undefined, ignore: YamlValue | undefined): NameFilter {
  if (only !== undefined && ignore !== undefined) {
    ignore.problem(`cannot stand beside "${only.key.split(".").at(-1)}"; use "!" patterns there instead`);
  }
  return { only: only?.texts(), ignore: ignore?.texts() };
}

function parseDispatch(value: YamlValue | undefined): WorkflowDispatchTrigger {
  const inputs = isEmpty(value) ? undefined : value.fields(["inputs"]).get("inputs");
  if (isEmpty(inputs)) return { inputs: {} };
  const entries = inputs.entries();
  if (entries.length > mostInputs) {
    inputs.problem(`has ${entries.length} inputs; GitHub allows ${mostInputs}`);
  }
  return { inputs: Object.fromEntries(entries.map(([name, input]) => [name, parseDispatchInput(input)])) };
}

function parseDispatchInput(value: YamlValue): DispatchInput {
  if (isEmpty(value))
    return { type: "string", required: false, default: undefined, options: [], description: "" };
  const fields = value.fields([
    "description",
    "required",
    "default",
    "type",
    "options",
    "deprecationMessage",
  ]);
  const type =
    fields.get("type")?.oneOf(["string", "boolean", "number", "choice", "environment"]) ?? "string";
  const options =
    fields
      .get("options")
      ?.items()
      .map((option) => option.text()) ?? [];
  if (type === "choice" && options.length === 0) value.problem("a choice needs options");
  const fallback = fields.get("default");
  const initial = fallback?.scalar ?? undefined;
  if (fallback !== undefined && initial !== undefined && !fits(initial, type, options)) {
    fallback.problem(`is no ${type}${type === "choice" ? ` of ${options.join(", ")}` : ""}: ${initial}`);
  }
  const description = fields.get("description")?.text() ?? "";
  return {
    type,
    required: fields.get("required")?.boolean() ?? false,
    default: initial,
    options,
    description,
  };
}

function fits(value: string | number | boolean, type: DispatchInput["type"], options: readonly string[]) {
  if (type === "boolean") return typeof value === "boolean";
  if (type === "number") return typeof value === "number";
  return type !== "choice" || options.includes(String(value));
}
