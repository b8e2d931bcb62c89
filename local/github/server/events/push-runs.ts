import { workflowsFor } from "../../runner/workflow/match-events.ts";
import type { Workflow } from "../../runner/workflow/model.ts";
import type { RunEngine } from "../actions/run-engine.ts";
import { fullName } from "../identity.ts";
import type { Repository } from "../repository.ts";
import type { RunRecord } from "../state/runs.ts";
import { changedByPush, describePush } from "./push-event.ts";
import type { RefUpdate } from "./push-result.ts";
import { asksForPaths, isValid, runTitle, workflowFilesAt, workflowName } from "./workflow-files.ts";

/** Starts the workflows that a push of a branch or tag triggers; a file that is not valid starts as well, and fails. */
export async function startPushRuns(
  parts: {
    readonly repository: Repository;
    readonly engine: RunEngine;
    readonly variables: () => Readonly<Record<string, string>>;
    readonly isDisabled: (path: string) => boolean;
  },
  update: RefUpdate,
  name: string,
): Promise<readonly RunRecord[]> {
  const { repository, engine } = parts;
  const { identity, git, history } = repository;
  const { ref } = update;
  // An annotated tag is an object of its own; the event is about its commit.
  const after = ref.startsWith("refs/tags/")
    ? ((await history.resolve(update.after)) ?? update.after)
    : update.after;
  const files = (await workflowFilesAt(git, after)).filter(({ path }) => !parts.isDisabled(path));
  const workflows = files.filter(isValid).map(({ parsed }) => parsed);
  const changed = workflows.some(asksForPaths) ? await changedByPush(repository, update, after) : undefined;
  const matched = new Set<Workflow>(workflowsFor({ name: "push", ref, changedPaths: changed }, workflows));
  const starting = files.filter((file) => (isValid(file) ? matched.has(file.parsed) : true));
  if (starting.length === 0) return [];
  const { payload, head } = await describePush(repository, update, after);
  const { actor } = identity;
  const github = {
    event_name: "push",
    ref,
    ref_name: name,
    sha: head.sha,
    actor,
    repository: fullName(identity),
    event: payload,
  };
  const vars = parts.variables();
  return starting.map((file) => {
    const subject = head.message.split("\n")[0] || workflowName(file);
    return engine.start(file, {
      name: "push",
      ref,
      sha: head.sha,
      headBranch: name,
      headSha: head.sha,
      headRef: "",
      baseRef: "",
      event: payload,
      inputs: {},
      title: isValid(file) ? runTitle(file.parsed, { github, inputs: {}, vars }, subject) : subject,
      actor,
    });
  });
}
