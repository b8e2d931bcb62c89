// What users of other tools that deploy to Elastic Beanstalk complain of in public, and the test that holds ours to it.

export interface Complaint {
  readonly what: string;
  /** Where it was said. */
  readonly threads: readonly string[];
  readonly ours: string;
  readonly file: string;
  /** Title of the test, or the start of it. */
  readonly test: string;
}

const action = "einaregilsson/beanstalk-deploy";

export const complaints: readonly Complaint[] = [
  {
    what: "A deploy fails, and nobody notices",
    threads: [`${action}#86`],
    ours: "what every instance runs is asked, whatever events say",
    file: "pipeline/api/deploy-version.slow.test.ts",
    test: "calls a wholly new and crashing fleet what it is",
  },
  {
    what: "The job hangs until GitHub ends it after six hours",
    threads: [`${action}#116`],
    ours: "a limit of its own, by the environment's policy and batches",
    file: "pipeline/api/deploy-version.slow.test.ts",
    test: "ends at its deadline, and names what it waited for",
  },
  {
    what: "It fails because the environment is busy",
    threads: [`${action}#19`, `${action}#66`],
    ours: "waits by looking, and tells since when and by what it is busy",
    file: "pipeline/api/deploy-version.slow.test.ts",
    test: "waits for an environment that is busy, also when it only says so on the update",
  },
  {
    what: "“No Application Version named X found”, just after it was created",
    threads: [`${action}#58`],
    ours: "asks again for half a minute",
    file: "pipeline/api/restore.test.ts",
    test: "waits for a version that Elastic Beanstalk does not find just after it was made",
  },
  {
    what: "A second run fails, since the version exists",
    threads: [`${action}#20`, `${action}#59`],
    ours: "the same content is the same version: nothing to do, or deployed again",
    file: "pipeline/api/deploy-version.slow.test.ts",
    test: "brings a version to life on every instance, and then has nothing to do",
  },
  {
    what: "Elastic Beanstalk rolled back, and the job is green",
    threads: ["6529seize-frontend#137", "jenkinsci/awseb-deployment-plugin#69"],
    ours: "`reverted-by-eb`, red",
    file: "pipeline/api/deploy-version.slow.test.ts",
    test: "is not taken in when Elastic Beanstalk puts the old version back without a word",
  },
  {
    what: "Yellow should count as good, or only Green",
    threads: [`${action}#98`],
    ours: "input `health`: colours, or statuses of enhanced health",
    file: "pipeline/api/update/health.test.ts",
    test: "refuses what it does not know",
  },
  {
    what: "There is no history of deployments",
    threads: ["aws/elastic-beanstalk-roadmap#105"],
    ours: "the ledger of a release, and each deploy's own events in the summary",
    file: "pipeline/api/restore.test.ts",
    test: "has a timeline of its own events",
  },
  {
    what: "There is no waiter that can be relied on",
    threads: ["aws/elastic-beanstalk-roadmap#325"],
    ours: "Ready alone is nothing; it has to be the Ready after the update",
    file: "pipeline/api/deploy-version.slow.test.ts",
    test: "does not take the Ready from before the update for the one after it",
  },
  {
    what: "It crashed, and nothing says why",
    threads: [`${action}#115`],
    ours: "the cause in one sentence, from this deploy's own lines",
    file: "pipeline/api/deploy-version.slow.test.ts",
    test: "says in the API's own words why a version does not start, and leaves the old one answering",
  },
];

/** A section of `docs/reliability.md`. */
export function complaintsSection(): string {
  const rows = complaints.map(
    ({ what, threads, ours, file, test }) =>
      `| ${what} | ${threads.join(", ")} | ${ours} | \`${file}\`: ${test} |`,
  );
  return [
    "## What users of other tools complain of",
    "Each was said in public of a tool that deploys to Elastic Beanstalk. The test is what holds `eb-deploy` to the answer.",
    ["| complaint | said in | here | test |", "|---|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
}
