import type { RunnerServices, RunRequest } from "../runner-services.ts";
import type { ActionMetadata } from "./actions/action-metadata.ts";
import type { Patience } from "./steps/step-process.ts";
import type { Workflow } from "./workflow/model.ts";

/** One run of a workflow: what all of its jobs share. */
export interface RunContext {
  readonly request: RunRequest;
  readonly services: RunnerServices;
  readonly workflow: Workflow;
  /** The repositories' actions that the workflow uses, by what `uses` says. */
  readonly actions: ReadonlyMap<string, ActionMetadata>;
  readonly patience: Patience;
  /** Aborted when everything has to end at once. */
  readonly kill: AbortSignal;
  /** Hands over work that nobody waits for but the end of the run. */
  readonly background: (work: Promise<unknown>) => void;
}
