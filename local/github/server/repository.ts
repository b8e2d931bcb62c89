import type { Git } from "./git/git.ts";
import type { History } from "./git/history.ts";
import type { Identity } from "./identity.ts";

/** When a repository was made, and when it was last pushed to. */
export interface RepositoryTimes {
  readonly created: string;
  readonly pushed: string;
}

/** The one repository that this GitHub has: its names, its objects, its history. */
export interface Repository {
  readonly identity: Identity;
  readonly git: Git;
  readonly history: History;
  readonly times: () => RepositoryTimes;
}
