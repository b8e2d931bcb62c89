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
];

/** Words that promise. */
const strong =
  /\b(?:never|always|nobody|nothing|untouched|only when|only where|at most|whatever|the same bytes)\b/i;

function held(words: string, file: string, title: string): Promised {
  return { words, file, title };
}

/** Sentences and cells of a page's text that have a strong word and are in no list. */
export function unheldSentences(
  text: string,
  known: readonly Promised[],
  excepted: readonly string[],
): readonly string[] {
  // A cell of a word or two is a name, no sentence.
  return sentencesOf(text).filter(
    (sentence) =>
      strong.test(sentence) &&
      sentence.split(" ").length > 4 &&
      ![...known.map(({ words }) => words), ...excepted].some((words) => sentence.includes(words)),
  );
}

/** A page's prose in sentences, its tables in cells, on one line each; without code blocks and comments. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .replace(/^ *```[\s\S]*?^ *```$/gm, "\n\n")
    .replace(/<!--[\s\S]*?-->/g, "")
    .split(/\n\s*\n|\n(?=\s*(?:[-*|#]|\d+\.) ?)/)
    .flatMap((block) => (block.trimStart().startsWith("|") ? block.split(/(?<!\\)\|/) : [block]))
    .map((block) => block.replace(/\s+/g, " ").trim())
    .flatMap((block) => block.split(/(?<=[.!?:;]) (?=[A-Z`*])/));
}
