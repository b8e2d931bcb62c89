import type { Processes } from "../processes.ts";
import type { Emit, RunHead } from "./run-events.ts";

/** A permission scope of the job token, as `permissions:` spells it. */
export type Permissions = Readonly<Record<string, "read" | "write" | "none">>;

/** One attempt at running one workflow file for one event: all that the runner is given. */
export interface RunRequest {
  readonly head: RunHead;
  /** Text of the workflow file at the commit, and its path for messages. */
  readonly workflowText: string;
  /** The webhook payload: `github.event`. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Values of `inputs` for workflow_dispatch, typed (booleans are booleans). */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Branch names for `github.head_ref` and `github.base_ref`; "" outside pull requests. */
  readonly headRef: string;
  readonly baseRef: string;
  /** Whether it is for a pull request from a fork: it gets no secrets, no variables, no OIDC token, and cannot write. */
  readonly fromFork: boolean;
  /** Of an attempt that repeats only some jobs: the others, which are what they were. */
  readonly kept?: KeptJobs | undefined;
}

/** Jobs that succeeded before, by their ids in the run's events, with their outputs. */
export type KeptJobs = ReadonlyMap<string, Readonly<Record<string, string>>>;

export interface JobIdentity {
  readonly run: RunHead;
  /** Its id in the run's events. */
  readonly job: string;
  /** The file that it is defined in, which a called workflow's is not the run's: `owner/name/path@ref`, and the commit. */
  readonly workflowRef: string;
  readonly workflowSha: string;
  readonly environment: string | undefined;
  readonly permissions: Permissions;
}

/** A place in a concurrency group, held until released. */
export interface ConcurrencyLease {
  release(): void;
}

/** The repository whose workflow runs, and the server that it is on. */
interface HostedRepository {
  /** owner/name */
  readonly name: string;
  readonly id: number;
  readonly ownerId: number;
  readonly defaultBranch: string;
  /** The bare repository that checkouts and `uses: $/…` read from. */
  readonly gitDirectory: string;
  /** e.g. http://127.0.0.1:41001 : becomes GITHUB_SERVER_URL. */
  readonly serverUrl: string;
  /** Becomes GITHUB_API_URL. */
  readonly apiUrl: string;
}

/** A repository beside the one whose workflow runs. */
interface OtherRepository {
  readonly gitDirectory: string;
  /**
   * Whether it is the checkout of a repository whose releases are not here: its `main` and
   * everything like `v1` are then what it has checked out.
   */
  readonly isCheckout?: boolean;
}

/** What jobs have of the machine that they run on. */
export interface Machine {
  /** Folder for job workspaces, temp folders, unpacked actions and the dependency cache. */
  readonly workDirectory: string;
  /** The base environment of every step (allow-list, HOME, PATH, AWS endpoint): the runner adds GITHUB_* and RUNNER_*. */
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: Processes;
}

/** A request for a place in a concurrency group. */
export interface ConcurrencyRequest {
  readonly group: string;
  readonly cancelInProgress: boolean;
  readonly queue: "single" | "max";
  readonly signal: AbortSignal;
  /** Called with the number of runs or jobs ahead. */
  readonly onWait: (ahead: number) => void;
  /** Called on this lease's owner when a later one has cancel-in-progress. */
  readonly cancelHolder: (reason: string) => void;
  /** Whose it is, for those whom it replaces: `#12 (Mend the feed)`; "" where nobody has to know. */
  readonly by?: string;
}

/** A job that is to start in an environment. */
export interface ProtectionRequest {
  readonly run: RunHead;
  readonly environment: string;
  readonly signal: AbortSignal;
  /** Told what the job waits for, where it has to wait. */
  readonly onWait: (reason: string) => void;
}

/** What holds jobs back. */
export interface Gates {
  /**
   * Waits for a place in a concurrency group. Rejects with `ConcurrencyCancelled` when a newer one takes the place
   * (queue: single), or when the signal aborts.
   */
  concurrency(request: ConcurrencyRequest): Promise<ConcurrencyLease>;
  /** Waits until the environment's protection rules let the job start. Rejects when a reviewer says no, or when the signal aborts. */
  protection(request: ProtectionRequest): Promise<void>;
}

/** What a job may prove with, as long as it runs. */
interface Credentials {
  /** A token for the job (`github.token`), good for exactly its permissions until revoked. */
  jobToken(job: JobIdentity): { readonly token: string; revoke(): void };
  /** Where the job may ask for OIDC tokens; called only for jobs with `id-token: write`. */
  idTokenRequest(job: JobIdentity): { readonly url: string; readonly token: string };
}

/** Files to keep as an artifact. */
interface ArtifactFiles {
  readonly run: RunHead;
  readonly name: string;
  /** Absolute root folder and the relative paths inside it to keep. */
  readonly root: string;
  readonly files: readonly string[];
  readonly overwrite: boolean;
  readonly retentionDays: number;
}

/** The artifacts of the repository's runs. */
export interface Artifacts {
  /** Copies files into the store. Throws when the name exists in this run and `overwrite` is false. */
  save(
    files: ArtifactFiles,
  ): Promise<{ readonly id: number; readonly digest: string; readonly bytes: number }>;
  /** Copies the named artifact of the run into the folder. Throws a plain Error that lists the run's artifacts when absent. */
  load(wanted: { readonly runId: number; readonly name: string; readonly into: string }): Promise<void>;
  /** The run's artifact names, for `pattern:`. */
  list(runId: number): Promise<readonly string[]>;
}

/** Variables and secrets of the repository, and of the environment where one is named. */
export interface ConfigurationValues {
  variables(environment: string | undefined): Readonly<Record<string, string>>;
  secrets(environment: string | undefined): Readonly<Record<string, string>>;
  /** Those of the environment alone. */
  environmentSecrets(environment: string): Readonly<Record<string, string>>;
}

/**
 * What the runner needs from GitHub around it. `local/github`'s server implements it; the runner's own tests implement it
 * in a few lines.
 */
export interface RunnerServices {
  readonly repository: HostedRepository;
  /** The other repositories whose actions and workflows may be used, by owner/name. */
  readonly repositories?: Readonly<Record<string, OtherRepository>>;
  readonly machine: Machine;
  readonly configuration: ConfigurationValues;
  readonly credentials: Credentials;
  readonly gates: Gates;
  readonly artifacts: Artifacts;
  readonly emit: Emit;
  /** Aborted with reason "cancel" for a user's cancel (always() steps still run), "shutdown" when the stack stops at once. */
  readonly signal: AbortSignal;
  /** Aborted when the stack stops, also after `signal` was aborted by a cancel, which cannot abort twice. */
  readonly shutdown?: AbortSignal;
}

export class ConcurrencyCancelled extends Error {
  /** GitHub's words; `by` is what it does not say: which run came. */
  constructor(group: string, by = "") {
    super(
      `canceling since a higher priority waiting request for "${group}" exists${by === "" ? "" : `: ${by}`}`,
    );
    this.name = "ConcurrencyCancelled";
  }
}
