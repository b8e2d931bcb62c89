/** What every command's exit codes mean, whatever it does. */
export const commonExits = {
  0: "done: for each command see below",
  1: "not done, or not well: the message says what happened, and what to do",
  2: "nothing was done: an option is wrong or was kept by npm, or a question was not answered with yes",
  130: "Ctrl-C ended the command; a run that it followed goes on",
} as const;

interface Exits {
  readonly 0: string;
  readonly 1: string;
}

const run: Exits = {
  0: "the run that it started succeeded",
  1: "that run failed or was cancelled, or none could be started",
};

/** What 0 and 1 say of a command, by the name of its npm script. Its `--help` and docs/commands.md show them. */
export const exitCodes: Readonly<Record<string, Exits>> = {
  start: {
    0: "stopped by Ctrl-C; with --once: HEAD is live, or waits in staging",
    1: "the stack could not start; with --once: HEAD is not live",
  },
  status: {
    0: "what is live is whole, nothing is live yet, or nobody could see whether it is whole",
    1: "what is live is not whole, was left half done, or could not be read",
  },
  releases: { 0: "it is listed", 1: "the ledger is damaged, or the stack does not answer" },
  runs: { 0: "it is listed; with --wait: the run succeeded", 1: "the run failed, or there is none" },
  rollback: run,
  resume: {
    0: "pushes go live again, and what main is by now is live",
    1: "the run, or the deploy after it, failed",
  },
  repair: run,
  adopt: {
    0: "it is the first release now, or was already; with --dry-run: it could be",
    1: "what is live could not be gone back to as it is, or could not be looked at",
  },
  baseline: {
    0: "they are marked, or were already; with --dry-run: they could be",
    1: "the database is not what they make, or could not be compared",
  },
  promote: { 0: "it went on and is live; with --reject: it was rejected", 1: "nothing waits, or it failed" },
  cancel: { 0: "the run ended as cancelled", 1: "it ended in another way before, or there is none" },
  rerun: run,
  logs: { 0: "the stack stopped; with --once: the lines were shown", 1: "the stack is not running" },
  variable: { 0: "it is set, or they are listed", 1: "it could not be set" },
  reset: { 0: "it is forgotten, or there was nothing", 1: "the stack is running" },
  init: {
    0: "the files are written, or are there already",
    1: "the repository cannot be taken live as it is",
  },
  test: { 0: "every test passed", 1: "some test failed" },
  "test:exhaustive": { 0: "every case passed", 1: "some case failed" },
  check: { 0: "every check passed", 1: "some check failed" },
  pictures: { 0: "they are taken", 1: "there is no browser, or something did not go as they show it" },
  release: {
    0: "it is tagged; with --dry-run: it could be",
    1: "it cannot be released: each line says what to do first",
  },
  bundle: { 0: "written; with --check: up to date", 1: "with --check: not up to date" },
  docs: { 0: "written; with --check: up to date", 1: "with --check: not up to date" },
  bench: { 0: "it is measured", 1: "it could not be measured" },
};
