// biome-ignore-all lint/suspicious/noTemplateCurlyInString: titles are quoted as the files have them
/** What a page promises, in its own words, and the test that would fail if it were not so. */
export interface Promised {
  /** As the page has it, but for line ends. */
  readonly words: string;
  readonly file: string;
  /** The first argument of the test's `it`, as the file has it. */
  readonly title: string;
}

/** Pages whose promises are held, each sentence with a strong word in it among them. */
export const promises: Readonly<Record<string, readonly Promised[]>> = {
  "README.md": [
    held(
      "every push on `main` goes live as one release (schema, API and site together) or leaves what was live untouched",
      "test/stories/push-to-deploy.test.ts",
      "a broken migration leaves schema, API and site as they were",
    ),
    held(
      "Any earlier release comes back with one click, without a build",
      "test/stories/second-repository.test.ts",
      "is rolled back by one click, which the list of runs names",
    ),
    held(
      "runs on your laptop with `npm start`",
      "test/stories/push-to-deploy.test.ts",
      "npm start takes HEAD live and says where",
    ),
    held(
      "without it does nothing but say so",
      "scripts/kit/swallowed-options.test.ts",
      "npm ${typed} does nothing, and shows the form that does",
    ),
    held(
      "what was live goes on answering",
      "test/stories/push-to-deploy.test.ts",
      "a broken API says why in the push, and what was live still answers unchanged",
    ),
    held(
      "A push while a rollback holds the environment fails with the same words.",
      "test/stories/push-to-deploy.test.ts",
      "npm run rollback puts the previous release back; pushes wait until npm run resume",
    ),
    held(
      "the same bytes every time",
      "pipeline/build/build.test.ts",
      "makes the same bytes of the same commit, in another folder and at another time",
    ),
    held(
      "taken from an earlier run where nothing changed",
      "test/stories/push-to-deploy.test.ts",
      "a push that changes nothing installs nothing, builds nothing, tests nothing",
    ),
    held(
      "each in one transaction with its record",
      "pipeline/schema/interference.test.ts",
      "survives kill -9 in the middle: the next run applies it whole",
    ),
    held(
      "green only when every instance runs it and is healthy",
      "pipeline/api/deploy-version.slow.test.ts",
      "brings a version to life on every instance, and then has nothing to do",
    ),
    held(
      "assets before pages, deletes last",
      "pipeline/site/plan/plan-site.test.ts",
      "writes assets before pages, the entry after them and release.json last",
    ),
    held(
      "and puts back what moved",
      "pipeline/releases/release.test.ts",
      "a site that moved without its API is put back, by copies alone",
    ),
    held(
      "the one comment on a pull request",
      "pipeline/releases/github.test.ts",
      "the plan is one comment, changed in place",
    ),
  ],
  "docs/releases.md": [
    held(
      "what was live before; nothing had moved",
      "test/stories/push-to-deploy.test.ts",
      "a broken migration leaves schema, API and site as they were",
    ),
    held(
      "After that the same bytes go live in production.",
      "test/stories/promotion.test.ts",
      "once somebody agrees, the same bytes go live in the next environment",
    ),
    held(
      "What is live stays live; there is nothing to undo.",
      "test/stories/push-to-deploy.test.ts",
      "after a SIGKILL the next start ends what was left, and deploys nothing, since HEAD is live",
    ),
    held(
      "nothing: it was the first release",
      "pipeline/releases/release.test.ts",
      "a broken first release of an environment has nothing to go back to, and says so",
    ),
    held(
      "While it waits nothing is locked",
      "test/stories/promotion.test.ts",
      "goes live in staging, and waits there with nothing begun elsewhere",
    ),
    held(
      "What fails in staging, is put back there or is rejected never reaches production.",
      "test/stories/promotion.test.ts",
      "a release that fails in staging is put back there and goes nowhere else",
    ),
    held(
      "production takes the release only where GitHub's Deployments page says that it is what is live in staging",
      "test/stories/promotion.test.ts",
      "one that somebody rolled back in staging while it waited goes nowhere, by a job run again neither",
    ),
    held(
      "Both get the same bytes, so nothing in the site may be of one of them",
      "pipeline/releases/begin/baked-address.test.ts",
      "is refused ${what}, where another environment gets the same bundle",
    ),
    held(
      "`down` only when the run refuses and says so",
      "pipeline/schema/judge/schema-steps.test.ts",
      "keep leaves expand migrations applied and refuses a contract",
    ),
    held(
      "shows both releases side by side and changes nothing",
      "pipeline/releases/rollback/rollback.test.ts",
      "a dry run shows both releases and the candidates, and changes nothing",
    ),
    held(
      "Nothing is built.",
      "test/stories/second-repository.test.ts",
      "is rolled back by one click, which the list of runs names",
    ),
    held(
      "A wrong `to` changes nothing and answers with the releases to choose from.",
      "pipeline/releases/rollback/rollback.test.ts",
      "a wrong target answers with the candidates and freezes nothing",
    ),
    held(
      "`whole` is `yes`, `no`, or `unknown` where nobody could look",
      "scripts/laptop/status-view.test.ts",
      "is unwell where what is live is not whole, or an attempt was left half done; not before the first release",
    ),
  ],
  "docs/security.md": [
    held(
      "What goes live is what was reviewed",
      "test/stories/chain-of-trust.slow.test.ts",
      "takes no bundle that a tag named main has planted, and still takes the reviewed one: nothing is built or tested",
    ),
    held(
      "by a role that nothing else can assume",
      "local/aws/sts/sts.test.ts",
      "refuses what the trust policy does not allow, with one message for every reason",
    ),
    held(
      "A pull request from a fork has no variables, no secrets and no OIDC token",
      "local/github/runner/calls.test.ts",
      "of a fork's pull request gets no variables, no secrets but its token, and cannot write",
    ),
    held(
      "`ForeignBundle`: the digest that Build handed on is another one",
      "test/stories/chain-of-trust.slow.test.ts",
      "takes no bundle that another job put in the place of the built one; its revert goes live with what was built",
    ),
    held(
      "Nothing that was built there counts for a later run",
      "pipeline/github/earlier-result.test.ts",
      "does not count where its commit is no commit of the branch, although the run has the branch's name",
    ),
    held(
      "it is shown as text",
      "test/hostile-reports.test.ts",
      "${name} has the same shape whatever others say in it, and commands nobody",
    ),
    held(
      "so that nothing goes live where 2 or 3 is undone",
      "pipeline/releases/begin/gates.test.ts",
      "that are not there are told: ${what}",
    ),
  ],
  "docs/compatibility.md": [
    held(
      "Nothing of the job's own environment reaches it.",
      "pipeline/compatibility/served-api.test.ts",
      "has nothing of the job's environment but the way to its programs, and what it was given",
    ),
    held(
      "Where the bundle has expired, nothing is checked, and that is said.",
      "pipeline/compatibility/report.test.ts",
      "calls nothing compatible that was not looked at",
    ),
  ],
  "docs/adopting.md": [
    held(
      "Nothing is written into your repository, its git configuration included",
      "test/stories/any-repository.test.ts",
      "takes its HEAD live through its own workflows, with what the file says in the API's environment",
    ),
    held(
      "nothing of what is live: bundle and files are copied into the release store, and recorded",
      "pipeline/releases/adopt/adopt.test.ts",
      "is the first release: recorded without a commit, and nothing that visitors get was changed",
    ),
    held(
      "nothing: its comment says what merging would change, beside what is live",
      "test/stories/second-repository.test.ts",
      "gets the comment of its pull request",
    ),
    held(
      "and no commit: nobody knows it.",
      "pipeline/releases/adopt/adopt.test.ts",
      "is the first release: recorded without a commit, and nothing that visitors get was changed",
    ),
    held(
      "A rollback to it moves bytes and label, and never the schema.",
      "pipeline/releases/adopt/adopt.test.ts",
      "comes back by its bytes and its label, and the next deploy deletes none of its files",
    ),
    held(
      "no sync and no rollback deletes or overwrites what it did not put there",
      "pipeline/releases/adopt/adopt.test.ts",
      "comes back by its bytes and its label, and the next deploy deletes none of its files",
    ),
    held(
      "Killed anywhere, it is run again and goes on; twice it does nothing.",
      "pipeline/releases/adopt/adopt.test.ts",
      "goes on where it was killed between two of its requests, each of them",
    ),
    held(
      "All names are marked in one transaction or none; twice marks nothing.",
      "pipeline/schema/baseline/baseline.slow.test.ts",
      "is marked once: the second time nothing is left, and nothing is looked at",
    ),
  ],
};

/** Sentences of those pages that have a strong word and promise nothing of what the pipeline does: to whoever sets it up, or of others. */
export const noPromises: readonly string[] = [
  "nobody has deployed it yet",
  "nothing-to-restore",
  "nobody looks after it any more",
  "Nothing makes them for you",
  "required reviewers (six at most)",
  "GitHub ends whatever still runs five minutes after a run was cancelled",
  "In Build and Test whatever the commit depends on runs as the user of the action",
  "Let nobody create the",
  "Nothing of the pipeline is copied, and no secret has to be in GitHub",
  "**What travels of an `api-directory`**",
  "Elastic Beanstalk installs nothing and starts it as ever",
  "**Where migrations run from**",
  "whatever they call the pipeline's repository",
  "since it has nothing to go back to",
  "nothing: it runs when somebody starts it",
  "nothing of yours is live there: compare the variables",
  "and one for pull requests that can change nothing",
  "only where your files say `$/`",
  "Never write `@*`",
  "The first release has nothing to go back to: where it fails",
  "packages that nobody can install twice alike",
  "`nothing says how it is started`",
  "for a model's mere definition",
  "Globs of keys in the site's bucket that are never deleted",
  "or nobody has to agree in `promotion`; else it only warns",
  "Empty for forks that are compared with nothing",
];

function held(words: string, file: string, title: string): Promised {
  return { words, file, title };
}
