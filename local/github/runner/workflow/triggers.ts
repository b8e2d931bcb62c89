import type { Template } from "../expressions/template.ts";
import type { TemplateMap } from "../expressions/template-tree.ts";

/** What `on` says. */
export interface Triggers {
  readonly push: PushTrigger | undefined;
  readonly pullRequest: PullRequestTrigger | undefined;
  readonly workflowDispatch: WorkflowDispatchTrigger | undefined;
  readonly workflowCall: WorkflowCallTrigger | undefined;
}

/** Patterns that include and, after `!`, exclude again; undefined where the file has none. */
export interface NameFilter {
  readonly only: readonly string[] | undefined;
  readonly ignore: readonly string[] | undefined;
}

export interface PushTrigger {
  readonly branches: NameFilter;
  readonly tags: NameFilter;
  readonly paths: NameFilter;
}

export interface PullRequestTrigger {
  readonly types: readonly string[];
  readonly branches: NameFilter;
  readonly paths: NameFilter;
}

export interface WorkflowDispatchTrigger {
  readonly inputs: Readonly<Record<string, DispatchInput>>;
}

export interface DispatchInput {
  readonly type: "string" | "boolean" | "number" | "choice" | "environment";
  readonly required: boolean;
  readonly default: string | number | boolean | undefined;
  /** Of a `choice`. */
  readonly options: readonly string[];
  readonly description: string;
}

/** What a reusable workflow takes from its caller, and what it gives back. */
export interface WorkflowCallTrigger {
  readonly inputs: Readonly<Record<string, CallInput>>;
  /** By name: whether it has to be passed. */
  readonly secrets: Readonly<Record<string, { readonly required: boolean }>>;
  readonly outputs: TemplateMap;
}

export interface CallInput {
  readonly type: "string" | "boolean" | "number";
  readonly required: boolean;
  readonly default: Template | undefined;
}
