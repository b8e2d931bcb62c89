import type { Processes } from "../../processes.ts";
import type { Settings } from "./actions/settings.ts";

export interface GitHubOptions {
  /** Where everything is kept, e.g. `.local/github`. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly owner: string;
  readonly repository: string;
  /** Default branch of the repository; `main` where it is absent. */
  readonly defaultBranch?: string;
  /**
   * Other repositories whose actions and workflows this one's may use, by owner/name: a git directory, or a checkout, whose
   * `main` and everything like `v1` are then what it has checked out.
   */
  readonly repositories?: Readonly<Record<string, string | { readonly checkout: string }>>;
  /** Login of the person who pushes. */
  readonly actor: string;
  /** The base environment of every step: an allow-list with HOME and PATH, and the AWS endpoint. */
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: Processes;
  /** Replaces the settings kept from before. */
  readonly settings?: Settings;
  readonly now?: () => Date;
}
