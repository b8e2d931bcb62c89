import type { ArtifactStore } from "./actions/artifacts.ts";
import type { OidcIssuer } from "./actions/oidc.ts";
import type { Reviews } from "./actions/reviews.ts";
import type { RunEngine } from "./actions/run-engine.ts";
import type { SettingsStore } from "./actions/settings.ts";
import type { Tokens } from "./actions/tokens.ts";
import type { Dispatch } from "./events/dispatches.ts";
import type { PushResult, RefUpdate } from "./events/push-result.ts";
import type { Repository } from "./repository.ts";
import type { Comments } from "./state/comments.ts";
import type { CommitStatuses } from "./state/commit-statuses.ts";
import type { Deployments } from "./state/deployments.ts";
import type { PullRequests } from "./state/pull-requests.ts";
import type { RunRecord, RunStore } from "./state/runs.ts";

/** The repository's workflow runs: what starts them, what they leave behind. */
interface Actions {
  readonly runs: RunStore;
  readonly engine: RunEngine;
  readonly reviews: Reviews;
  readonly artifacts: ArtifactStore;
  /** Acts on the updates of one push, after those of every push before it. */
  readonly receive: (updates: readonly RefUpdate[]) => Promise<PushResult>;
  readonly dispatch: (request: Dispatch) => Promise<RunRecord>;
}

/** Everything that requests are answered from. */
export interface Hub {
  readonly repository: Repository;
  readonly actions: Actions;
  readonly settings: SettingsStore;
  readonly tokens: Tokens;
  readonly oidc: OidcIssuer;
  readonly pulls: PullRequests;
  readonly comments: Comments;
  readonly deployments: Deployments;
  readonly statuses: CommitStatuses;
  readonly now: () => Date;
}
