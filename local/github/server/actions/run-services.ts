import type { RunEventBody } from "../../run-events.ts";
import type { JobIdentity, Machine, RunnerServices } from "../../runner-services.ts";
import { fullName, type Identity } from "../identity.ts";
import { jobNumber } from "../shapes/job-number.ts";
import type { RunRecord, RunStore } from "../state/runs.ts";
import type { ArtifactStore } from "./artifacts.ts";
import { refuseRef } from "./branch-rules.ts";
import type { Concurrency } from "./concurrency.ts";
import type { OidcIssuer } from "./oidc.ts";
import type { Reviews } from "./reviews.ts";
import type { SettingsStore } from "./settings.ts";
import type { Tokens } from "./tokens.ts";

/** What runs share. */
export interface Facilities {
  readonly identity: Identity;
  readonly machine: Machine;
  readonly repositories: NonNullable<RunnerServices["repositories"]>;
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
    repository: {
      name: fullName(identity),
      id: identity.repositoryId,
      ownerId: identity.ownerId,
      defaultBranch: identity.defaultBranch,
      gitDirectory: identity.gitDirectory,
      serverUrl: identity.server,
      apiUrl: identity.api,
    },
    repositories: facilities.repositories,
    machine: facilities.machine,
    configuration: settings,
    credentials: {
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
          checkRunId: jobNumber(record.head, view?.jobs.find(({ id }) => id === job.job)?.index ?? -1),
        };
        const { url, token, revoke } = oidc.grant(job, facts);
        remember(job, revoke);
        return { url, token };
      },
    },
    gates: {
      concurrency: (request) =>
        facilities.concurrency.enter({ ...request, by: `#${record.head.number} (${record.head.title})` }),
      protection: async (request) => {
        const { environment, run } = request;
        const found = settings.environment(environment);
        if (found) refuseRef(found.values, environment, run.ref);
        await facilities.reviews.pass(request);
      },
    },
    artifacts: {
      save: (files) => artifacts.save(files, record.headBranch),
      load: (wanted) => artifacts.load(wanted),
      list: async (runId) => artifacts.ofRun(runId).map(({ name }) => name),
    },
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
