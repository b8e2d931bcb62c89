import type { Processes } from "../../../processes.ts";
import type { RunEventBody } from "../../run-events.ts";
import type { JobIdentity, RunnerServices } from "../../runner-services.ts";
import { fullName, type Identity } from "../identity.ts";
import { jobNumber } from "../shapes/job-number.ts";
import type { RunRecord, RunStore } from "../state/runs.ts";
import type { ArtifactStore } from "./artifacts.ts";
import type { Concurrency } from "./concurrency.ts";
import type { OidcIssuer } from "./oidc.ts";
import type { Reviews } from "./reviews.ts";
import type { SettingsStore } from "./settings.ts";
import type { Tokens } from "./tokens.ts";

/** What runs share. */
export interface Facilities {
  readonly identity: Identity;
  readonly workDirectory: string;
  readonly repositories: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: Processes;
  readonly settings: SettingsStore;
  readonly tokens: Tokens;
  readonly oidc: OidcIssuer;
  readonly concurrency: Concurrency;
  readonly reviews: Reviews;
  readonly artifacts: ArtifactStore;
  readonly runs: RunStore;
}

/** The services of one run, and the end of everything that its jobs were given. */
export function servicesOf(
  facilities: Facilities,
  record: RunRecord,
  options: {
    readonly emit: (event: RunEventBody) => void;
    readonly signal: AbortSignal;
    readonly shutdown: AbortSignal;
  },
): { readonly services: RunnerServices; revokeAll(): void } {
  const { identity, settings, tokens, oidc, artifacts } = facilities;
  // By identity, not by name: the jobs of a matrix share theirs.
  const given = new Map<JobIdentity, (() => void)[]>();
  const remember = (job: JobIdentity, revoke: () => void): void => {
    given.set(job, [...(given.get(job) ?? []), revoke]);
  };
  const revokeOf = (job: JobIdentity): void => {
    for (const revoke of given.get(job) ?? []) revoke();
    given.delete(job);
  };
  const services: RunnerServices = {
    serverUrl: identity.server,
    apiUrl: identity.api,
    repository: fullName(identity),
    repositoryId: identity.repositoryId,
    ownerId: identity.ownerId,
    defaultBranch: identity.defaultBranch,
    gitDirectory: identity.gitDirectory,
    workDirectory: facilities.workDirectory,
    repositories: facilities.repositories,
    environment: facilities.environment,
    processes: facilities.processes,
    variables: (environment) => settings.variables(environment),
    secrets: (environment) => settings.secrets(environment),
    jobToken: (job) => {
      const { token, revoke } = tokens.issue(job);
      remember(job, revoke);
      return { token, revoke: () => revokeOf(job) };
    },
    idTokenRequest: (job) => {
      const view = facilities.runs.view(record.head.id);
      const facts = {
        headRef: record.headRef,
        baseRef: record.baseRef,
        checkRunId: jobNumber(record.head, view?.jobs.findIndex(({ id }) => id === job.job) ?? -1),
      };
      const { url, token, revoke } = oidc.grant(job, facts);
      remember(job, revoke);
      return { url, token };
    },
    concurrency: (request) => facilities.concurrency.enter(request),
    passProtection: (request) => facilities.reviews.pass(request),
    saveArtifact: (request) => artifacts.save(request, record.headBranch),
    loadArtifact: (request) => artifacts.load(request),
    listArtifacts: async (runId) => artifacts.ofRun(runId).map(({ name }) => name),
    emit: options.emit,
    signal: options.signal,
    shutdown: options.shutdown,
  };
  return {
    services,
    revokeAll: () => {
      for (const job of [...given.keys()]) revokeOf(job);
    },
  };
}
