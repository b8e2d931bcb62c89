/**
 * Every way in which an action can fail, by code: who has to act (`source`) and what the code means.
 * The one table, sorted, from which the type and `docs/errors.md` (`npm run docs`) derive.
 */
export const errorCodes = {
  AccessDenied: { source: "user", meaning: "The role lacks a permission that the action needs." },
  AddressBaked: {
    source: "user",
    meaning: "The API's address was built into a site that two environments get.",
  },
  AdoptRefused: {
    source: "user",
    meaning: "What is live without the pipeline could not be gone back to as it is.",
  },
  AssetChanged: {
    source: "user",
    meaning: "A content-named file has other bytes than before under the same name.",
  },
  AttemptOver: { source: "user", meaning: "The attempt that the step belongs to has ended already." },
  AttemptTaken: { source: "user", meaning: "Another run took the attempt over and wrote its history on." },
  BaselineDiffers: {
    source: "user",
    meaning: "A database is not what the migrations make that are to be marked as applied.",
  },
  BaselineUnknown: {
    source: "user",
    meaning: "What the migrations make that are to be marked as applied could not be seen.",
  },
  BeanstalkBusy: {
    source: "user",
    meaning: "Elastic Beanstalk is changing the environment, or refuses to change it.",
  },
  BucketNotFound: { source: "user", meaning: "A bucket does not exist." },
  BuildFailed: { source: "user", meaning: "A part of the release could not be built." },
  BundleUnfit: {
    source: "user",
    meaning: "Elastic Beanstalk would refuse the source bundle, or not run it, in this environment.",
  },
  Cancelled: { source: "user", meaning: "The job was cancelled while the action ran." },
  ClockSkew: { source: "user", meaning: "The runner's clock is too far from AWS's." },
  CommitDiverged: { source: "user", meaning: "The commit does not descend from the live one." },
  CommitOlder: { source: "user", meaning: "The commit is an ancestor of the live one." },
  CredentialsMissing: { source: "user", meaning: "A step that talks to AWS has no credentials." },
  DatabaseBusy: {
    source: "user",
    meaning: "Another session held a lock on the database for longer than allowed.",
  },
  DatabaseRefused: {
    source: "user",
    meaning: "The database let nobody in with this address, user and password.",
  },
  DatabaseUnreachable: {
    source: "service",
    meaning: "The database did not answer, or the connection broke.",
  },
  DatabaseUntrusted: { source: "user", meaning: "The database's certificate could not be verified." },
  DeletesRefused: { source: "user", meaning: "The site is in place, but S3 did not delete all old files." },
  DependenciesNotInstalled: {
    source: "user",
    meaning: "The packages that the lockfile names could not be installed.",
  },
  DeployAborted: { source: "user", meaning: "The deploy of the API was aborted." },
  DeployFailedBefore: {
    source: "user",
    meaning: "The deploy of the API failed before any instance took the new version.",
  },
  DeployFailedNew: {
    source: "user",
    meaning: "Every instance has the new version of the API, and it does not work.",
  },
  DeployReverted: { source: "user", meaning: "Elastic Beanstalk put the version before back by itself." },
  DeploySplit: { source: "user", meaning: "Some instances run the new version of the API and some do not." },
  DeploySuperseded: { source: "user", meaning: "Another deploy replaced this version of the API meanwhile." },
  DeployTerminated: {
    source: "user",
    meaning: "The Elastic Beanstalk environment was terminated during the deploy.",
  },
  DeployTimedOut: { source: "user", meaning: "The deploy of the API did not end in time." },
  DeployUnhealthy: {
    source: "user",
    meaning: "The new version of the API is deployed, but its instances are not healthy.",
  },
  DeployUnknown: {
    source: "user",
    meaning: "Which version of the API runs cannot be known, so that nothing is claimed.",
  },
  DistributionNotFound: { source: "user", meaning: "The CloudFront distribution does not exist." },
  EntryPageMissing: { source: "user", meaning: "The site lacks its entry page or error document." },
  EnvironmentBusy: { source: "user", meaning: "Another run holds the environment's lock." },
  EnvironmentFrozen: {
    source: "user",
    meaning: "Somebody rolled the environment back; pushes wait for `resume`.",
  },
  EnvironmentNotFound: {
    source: "user",
    meaning: "The Elastic Beanstalk environment does not exist, or the role may not see it.",
  },
  ForeignBundle: { source: "user", meaning: "A bundle is not the one that the run itself has built." },
  GatesMissing: {
    source: "user",
    meaning: "Other branches may deploy to the environment, or nobody has to agree to a promotion.",
  },
  GitHubRefused: { source: "user", meaning: "GitHub's API refused what the action asked for." },
  Incompatible: {
    source: "user",
    meaning: "The live release's API or its clients break on what is to go live.",
  },
  InternalError: { source: "bug", meaning: "The action met a state that its authors did not foresee." },
  InvalidBundle: {
    source: "user",
    meaning: "A bundle is incomplete, damaged, or made by another version of this pipeline.",
  },
  InvalidInputs: { source: "user", meaning: "One or more inputs of the action are missing or malformed." },
  InvalidKey: { source: "user", meaning: "A file's name cannot be a key on S3." },
  InvalidationRefused: {
    source: "user",
    meaning: "The site is in place, but CloudFront did not take the invalidation of its old pages.",
  },
  KeyClash: { source: "user", meaning: "Files of the site exclude each other." },
  LedgerDamaged: { source: "user", meaning: "An entry of the release store is missing, torn or altered." },
  LockLost: { source: "user", meaning: "Another run took over the environment's lock." },
  MigrationCallback: { source: "user", meaning: "A migration expects a callback that nobody gives it." },
  MigrationCrashed: { source: "user", meaning: "The process of a migration was killed, or crashed." },
  MigrationEscaped: {
    source: "user",
    meaning: "A migration failed where nothing waits for it: in a timer, an event or a promise.",
  },
  MigrationExited: { source: "user", meaning: "A migration ended its process before it was done." },
  MigrationFailed: { source: "user", meaning: "A migration failed and was rolled back." },
  MigrationIrreversible: { source: "user", meaning: "A migration that is to be reverted has no way back." },
  MigrationMisnamed: {
    source: "user",
    meaning:
      "A migration could be taken for another one, or for one that the database has on record already.",
  },
  MigrationTimedOut: {
    source: "user",
    meaning: "A migration did not end in the time that it has, and was ended.",
  },
  MissingIdTokenPermission: { source: "user", meaning: "The job may not ask GitHub for an OIDC token." },
  NotLive: { source: "user", meaning: "The release did not go live; what is live now is in the message." },
  PromotionRefused: {
    source: "user",
    meaning:
      "The release is not what is live, verified and free to go on, in the environment that it comes from.",
  },
  RefRefused: {
    source: "user",
    meaning: "The run is for a ref that may not go live: only the default branch may.",
  },
  ReleaseAltered: { source: "user", meaning: "The release store has other bytes under the same release id." },
  ReleaseMissing: {
    source: "user",
    meaning: "The release store does not have the release, or not all of it.",
  },
  RestoreImpossible: {
    source: "user",
    meaning: "The version of the API that runs could not be put back if the new one failed.",
  },
  RoleNotAssumable: { source: "user", meaning: "AWS did not let this job assume the role." },
  RollbackRefused: { source: "user", meaning: "Rolling back to the release asked for is not safe." },
  RunnerDiskFull: { source: "user", meaning: "The disk of the runner is full." },
  SecretFile: { source: "user", meaning: "The site has a file that looks like a secret." },
  SecretInvalid: { source: "user", meaning: "A secret does not hold the address of a database." },
  SecretNotFound: {
    source: "user",
    meaning: "A secret does not exist in Secrets Manager, or is marked for deletion.",
  },
  ServiceUnavailable: { source: "service", meaning: "A service did not answer, after retries." },
  SiteBusy: { source: "user", meaning: "Another sync of the same site is under way." },
  SiteChangedMeanwhile: { source: "user", meaning: "Another sync changed the site at the same time." },
  SiteRecordDamaged: { source: "user", meaning: "The record of what was put on S3 cannot be read." },
  SiteRecordNewer: {
    source: "user",
    meaning: "A newer version of s3-sync wrote the record of what was put on S3.",
  },
  SourceEmpty: { source: "user", meaning: "The site to put on S3 has no files." },
  SourceUnreadable: {
    source: "user",
    meaning: "The folder of the site cannot be read, or is not what the release says.",
  },
  StoreMissing: { source: "user", meaning: "The artifacts bucket does not exist." },
  StoredFileDamaged: {
    source: "user",
    meaning: "A site file in the release store has other bytes than its name says.",
  },
  StoredFileMissing: { source: "user", meaning: "The release store lacks a site file." },
  TargetUnknown: { source: "user", meaning: "No release that was verified live answers to the `to` given." },
  TestsFailed: { source: "user", meaning: "A test suite failed." },
  TierDropped: {
    source: "user",
    meaning: "The live release has an API, a site or migrations that the release would stop having.",
  },
  TooManyDeletes: { source: "user", meaning: "The sync would delete more files than `max-delete` allows." },
  UnfinishedAttempt: {
    source: "user",
    meaning: "An attempt was left half done and this step cannot end it.",
  },
  UnsafeMigrations: {
    source: "user",
    meaning: "Pending migrations are not safe for the release that is live.",
  },
  VerificationFailed: { source: "user", meaning: "The site or the API does not answer as the release." },
  VersionConflict: { source: "user", meaning: "The version label exists already, with other content." },
  VersionUnusable: {
    source: "user",
    meaning: "Elastic Beanstalk cannot use the version: its bundle is missing or was not processed.",
  },
  WrongRegion: {
    source: "user",
    meaning: "The bucket is in another region than the input `aws-region` says.",
  },
} as const satisfies Record<string, { source: "user" | "service" | "bug"; meaning: string }>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorOptions {
  /** What to change, in one sentence. */
  readonly hint?: string;
  /** Facts for the log, printed one per line; never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  readonly cause?: unknown;
}

/**
 * The one error that actions throw on purpose. The message is lowercase, has no full stop, and names the thing and the
 * wrong value in quotes; `hint` says what to change.
 */
export class ActionError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ActionError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  get source(): "user" | "service" | "bug" {
    return errorCodes[this.code].source;
  }
}

/** The chain of messages from an error down to its first cause, without repeats: what a reader needs to find the reason. */
export function explain(error: unknown): string {
  const messages: string[] = [];
  for (let current: unknown = error; current !== undefined && messages.length < 8; ) {
    const message = current instanceof Error ? current.message || current.name : String(current);
    if (!messages.includes(message)) messages.push(message);
    current = current instanceof Error ? current.cause : undefined;
  }
  return messages.join(": ");
}
