import type { Permissions } from "../../runner-services.ts";
import type { Condition } from "../expressions/condition.ts";
import type { Template } from "../expressions/template.ts";
import type { TemplateMap, TemplateTree } from "../expressions/template-tree.ts";
import type { Place } from "./problems.ts";
import type { Triggers } from "./triggers.ts";

/** A workflow file, understood in full: nothing in it is unknown to the runner. */
export interface Workflow {
  readonly path: string;
  /** `name`, or the path where there is none: what GitHub shows. */
  readonly name: string;
  readonly runName: Template | undefined;
  readonly triggers: Triggers;
  readonly env: TemplateMap;
  /** Undefined where the file says nothing about them. */
  readonly permissions: Permissions | undefined;
  readonly concurrency: Concurrency | undefined;
  readonly defaults: RunDefaults;
  /** In file order. */
  readonly jobs: readonly Job[];
}

export interface Concurrency {
  readonly group: Template;
  readonly cancelInProgress: Template | undefined;
  readonly queue: "single" | "max";
}

export interface RunDefaults {
  readonly shell: Template | undefined;
  readonly workingDirectory: Template | undefined;
}

/** What every job has: when it runs, how often, and what it may do. */
export interface JobBase {
  readonly id: string;
  readonly place: Place;
  readonly name: Template | undefined;
  readonly needs: readonly string[];
  readonly condition: Condition;
  readonly permissions: Permissions | undefined;
  readonly concurrency: Concurrency | undefined;
  readonly strategy: Strategy | undefined;
}

/** A job that runs steps on a machine. */
export interface StepsJob extends JobBase {
  readonly kind: "steps";
  readonly environment: Environment | undefined;
  readonly env: TemplateMap;
  readonly defaults: RunDefaults;
  readonly outputs: TemplateMap;
  readonly timeoutMinutes: Template | undefined;
  readonly cancelTimeoutMinutes: Template | undefined;
  readonly continueOnError: Template | undefined;
  readonly steps: readonly Step[];
}

/** A job that calls a reusable workflow. */
export interface CallingJob extends JobBase {
  readonly kind: "call";
  readonly uses: WorkflowReference;
  readonly with: TemplateMap;
  readonly secrets: TemplateMap | "inherit";
}

export type Job = StepsJob | CallingJob;

/** What the `uses` of a job names: a workflow of the caller's own repository and commit, or one of a repository at a ref. */
export type WorkflowReference = {
  readonly place: Place;
  readonly text: string;
  readonly path: string;
} & (
  | { readonly kind: "repository" }
  | {
      readonly kind: "elsewhere";
      /** owner/name */
      readonly repository: string;
      /** Branch, tag or commit. */
      readonly ref: string;
    }
);

export interface Environment {
  readonly name: Template;
  readonly url: Template | undefined;
  /** Whether GitHub makes a deployment record of the job. */
  readonly deployment: boolean;
}

export interface Strategy {
  readonly matrix: TemplateTree;
  readonly failFast: Template | undefined;
  readonly maxParallel: Template | undefined;
}

interface StepBase {
  readonly place: Place;
  /** `id`, or undefined: then it has no entry in the `steps` context. */
  readonly id: string | undefined;
  readonly name: Template | undefined;
  readonly condition: Condition;
  readonly env: TemplateMap;
  readonly continueOnError: Template | undefined;
  readonly timeoutMinutes: Template | undefined;
}

export interface RunStep extends StepBase {
  readonly kind: "run";
  readonly run: Template;
  readonly shell: Template | undefined;
  readonly workingDirectory: Template | undefined;
}

export interface UsesStep extends StepBase {
  readonly kind: "uses";
  readonly uses: ActionReference;
  /** By lowercase name, as actions see them. */
  readonly with: TemplateMap;
}

export type Step = RunStep | UsesStep;

/** What `uses` names: an action of the repository and commit that the workflow file is of, one of another repository, or one that the runner provides itself. */
export type ActionReference =
  | {
      readonly kind: "elsewhere";
      readonly text: string;
      /** owner/name */
      readonly repository: string;
      /** Folder in that repository; "" for its root. */
      readonly path: string;
      /** Branch, tag or commit. */
      readonly ref: string;
    }
  | { readonly kind: "repository"; readonly text: string; readonly path: string }
  | { readonly kind: "built-in"; readonly text: string; readonly name: BuiltInName };

export const builtInNames = ["checkout", "download-artifact", "setup-node", "upload-artifact"] as const;
export type BuiltInName = (typeof builtInNames)[number];
