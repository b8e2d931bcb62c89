import { workflowContexts } from "../contexts.ts";
import { toValue, type Value } from "../expressions/data.ts";
import type { RunContext } from "../run-context.ts";
import type { CallingJob } from "../workflow/model.ts";
import { callInputs } from "./call-inputs.ts";
import type { LoadedWorkflow } from "./loaded-workflow.ts";
import type { GrantedPermissions } from "./permissions.ts";
import { ownSecrets, passedSecrets, type SecretsOf } from "./secrets.ts";

/** A workflow while it runs: the run's own, or one that a job of it calls. */
export interface WorkflowFrame {
  readonly loaded: LoadedWorkflow;
  /** What its jobs see before they start: github, inputs and vars. */
  readonly contexts: ReadonlyMap<string, Value>;
  /** For jobs that say nothing of their own. */
  readonly permissions: GrantedPermissions;
  readonly secretsOf: SecretsOf;
  /** What stands before the ids and names of its jobs: nothing, or those of the calling job. */
  readonly prefix: { readonly id: string; readonly name: string };
  /** Concurrency groups that the run and the calls around it hold. */
  readonly heldGroups: readonly string[];
}

/** The frame of the run's own workflow. */
export function ownFrame(run: RunContext, loaded: LoadedWorkflow): WorkflowFrame {
  const { request, services } = run;
  return {
    loaded,
    contexts: workflowContexts(request, services, run.workflow),
    permissions: loaded.workflow.permissions,
    secretsOf: ownSecrets(services.configuration, request.fromFork),
    prefix: { id: "", name: "" },
    heldGroups: [],
  };
}

/** A job that calls a workflow, with what is known when it does. */
interface Call {
  readonly job: CallingJob;
  /** Its id and name in the run. */
  readonly id: string;
  readonly name: string;
  /** Its contexts: github, inputs, vars, needs, strategy, matrix. */
  readonly contexts: ReadonlyMap<string, Value>;
}

/** The frame of the workflow that a job of another frame calls. Throws a plain Error where an input has not its type. */
export function calledFrame(run: RunContext, caller: WorkflowFrame, call: Call): WorkflowFrame {
  const { job, id, name, contexts } = call;
  const loaded = caller.loaded.calls.get(job.id) as LoadedWorkflow;
  const declared = loaded.workflow.triggers.workflowCall;
  const inputs = callInputs(declared?.inputs ?? {}, job.with, { contexts, functions: new Map() });
  return {
    loaded,
    contexts: new Map(caller.contexts).set("inputs", toValue(inputs)),
    permissions: loaded.workflow.permissions ?? job.permissions ?? caller.permissions,
    secretsOf: passedSecrets(job, caller.secretsOf, contexts, {
      configuration: run.services.configuration,
      declared: declared?.secrets ?? {},
    }),
    prefix: { id: `${id}/`, name: `${name} / ` },
    heldGroups: caller.heldGroups,
  };
}
