import type { ArtifactStore } from "./actions/artifacts.ts";
import type { Dispatches } from "./actions/dispatches.ts";
import type { OidcIssuer } from "./actions/oidc.ts";
import type { Pushes } from "./actions/pushes.ts";
import type { Reviews } from "./actions/reviews.ts";
import type { RunEngine } from "./actions/run-engine.ts";
import type { SettingsStore } from "./actions/settings.ts";
import type { Tokens } from "./actions/tokens.ts";
import type { Git } from "./git/git.ts";
import type { History } from "./git/history.ts";
import type { Identity } from "./identity.ts";
import type { Comments } from "./state/comments.ts";
import type { CommitStatuses } from "./state/commit-statuses.ts";
import type { Deployments } from "./state/deployments.ts";
import type { PullRequests } from "./state/pull-requests.ts";
import type { RunStore } from "./state/runs.ts";

/** Everything that requests are answered from. */
export interface Hub {
  readonly identity: Identity;
  readonly git: Git;
  readonly history: History;
  readonly runs: RunStore;
  readonly engine: RunEngine;
  readonly reviews: Reviews;
  readonly pushes: Pushes;
  readonly dispatches: Dispatches;
  readonly artifacts: ArtifactStore;
  readonly settings: SettingsStore;
  readonly tokens: Tokens;
  readonly oidc: OidcIssuer;
  readonly pulls: PullRequests;
  readonly comments: Comments;
  readonly deployments: Deployments;
  readonly statuses: CommitStatuses;
  readonly now: () => Date;
  /** When the repository was made, and when it was last pushed to. */
  readonly times: () => { readonly created: string; readonly pushed: string };
}
