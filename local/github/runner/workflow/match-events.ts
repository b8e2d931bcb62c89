import { isOpen, passesFilter, passesPathFilter } from "./filter-pattern.ts";
import type { Workflow } from "./model.ts";
import type { Triggers } from "./triggers.ts";

/** What happened in the repository, as far as `on` asks. */
export type RepositoryEvent =
  | {
      readonly name: "push";
      /** e.g. refs/heads/main or refs/tags/v1 */
      readonly ref: string;
      /** Files that differ between before and after; undefined when there is nothing to compare with. */
      readonly changedPaths: readonly string[] | undefined;
    }
  | {
      readonly name: "pull_request";
      /** opened, synchronize, reopened, … */
      readonly action: string;
      /** Name of the branch that the request goes to. */
      readonly baseBranch: string;
      readonly changedPaths: readonly string[] | undefined;
    };

/** The workflows that the event starts, in the order given. */
export function workflowsFor(event: RepositoryEvent, workflows: readonly Workflow[]): readonly Workflow[] {
  return workflows.filter(({ triggers }) => isTriggered(event, triggers));
}

function isTriggered(event: RepositoryEvent, { push, pullRequest }: Triggers): boolean {
  if (event.name === "pull_request") {
    return (
      pullRequest?.types.includes(event.action) === true &&
      passesFilter(pullRequest.branches, event.baseBranch) &&
      passesPathFilter(pullRequest.paths, event.changedPaths)
    );
  }
  if (push === undefined) return false;
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.+)$/.exec(event.ref) ?? [];
  // A filter on branches alone keeps tags out, and the other way round; paths are not asked for tags.
  if (kind === "tags") {
    return isOpen(push.tags) ? isOpen(push.branches) : passesFilter(push.tags, name);
  }
  const passes = isOpen(push.branches) ? isOpen(push.tags) : passesFilter(push.branches, name);
  return kind === "heads" && passes && passesPathFilter(push.paths, event.changedPaths);
}
