// biome-ignore-all lint/suspicious/noTemplateCurlyInString: titles are quoted as the files have them
import { differs, refused, type StandIn, there } from "./stand-in-feature.ts";

/** What the local GitHub has. */
export const gitHubStandIns: readonly StandIn[] = [
  {
    name: "GitHub Actions: the runner",
    spec: "local/github/runner/SPEC.md",
    tests: [
      {
        file: "local/github/runner/workflow/parse-workflow.test.ts",
        features: [
          there("YAML anchors and aliases", "follows anchors and aliases"),
          there(
            "an unknown key, with file, line and what is known",
            "refuses ${name}",
            "an unknown key of a job",
          ),
          refused("`services`", "refuses ${name}", "service containers"),
          refused("`parallel` steps", "refuses ${name}", "parallel steps"),
          refused("jobs on Windows", "refuses ${name}", "another system"),
          refused("`shell: pwsh`", "refuses ${name}", "a shell that this machine does not know, of a step"),
          refused(
            "`uses: ./path`, the action of the workspace",
            "refuses ${name}",
            "an action of the workspace",
          ),
          differs(
            "`needs.x` of a job that is not needed: an error, not empty",
            "refuses ${name}",
            "a job read without needing it",
          ),
          differs(
            "other events than push, pull request and dispatch: read, never raised",
            "takes the events of GitHub that never happen here, and starts nothing by them",
          ),
        ],
      },
      {
        file: "local/github/runner/workflow/match-events.test.ts",
        features: [
          there(
            "filters of branches, tags and paths",
            'pattern ${pattern} ${matches ? "fits" : "does not fit"} ${name}',
          ),
        ],
      },
      {
        file: "local/github/runner/workflow/dispatch-inputs.test.ts",
        features: [
          there(
            "typed inputs of `workflow_dispatch`",
            "are typed as declared, with defaults for what is absent",
          ),
        ],
      },
      {
        file: "local/github/runner/jobs.test.ts",
        features: [
          there(
            "`needs`, outputs of jobs",
            "run in the order of their needs, with the outputs of those before",
          ),
          there(
            "`if` and status functions",
            "are skipped after a failure, and what needs them as well, unless they ask for it",
          ),
          there("`continue-on-error`", "forgive a failure with continue-on-error"),
          there("`strategy.matrix`", "multiply by their matrix"),
          there("`fail-fast`", "cancel the rest of a matrix when one of it fails"),
          there("`permissions`", "are told what they may do, and no more"),
          there("`environment` and its address", "tell their environment and its address"),
          there("outputs that hold a secret are dropped", "drop outputs that hold a secret, and say so"),
          there(
            "`timeout-minutes` of jobs",
            "end with the step that exceeds their time, and still run what always runs",
          ),
          differs("four jobs of a run at once", "run at the same time, but no more than four"),
        ],
      },
      {
        file: "local/github/runner/job-concurrency.test.ts",
        features: [
          there("`concurrency` of jobs", "are cancelled when a newer one takes their place in it"),
          differs(
            "a job that waits for its own run's group fails; GitHub cancels it",
            "fail instead of waiting for their own run",
          ),
        ],
      },
      {
        file: "local/github/runner/steps.test.ts",
        features: [
          there(
            "`run` by `bash -e`, and `shell: bash`",
            "run their script by bash -e, and with pipefail where bash is asked for",
          ),
          there(
            "`GITHUB_ENV`, `GITHUB_OUTPUT`, `GITHUB_PATH`, `GITHUB_STEP_SUMMARY`",
            "speak to later ones through the environment files",
          ),
          there("workflow commands and annotations", "speak to people through workflow commands"),
          there("ten annotations of a level per step", "show ten annotations of a level, and every line"),
          there("masking", "show no secret anywhere"),
          there("`timeout-minutes` of steps", "end when their time is over, and fail"),
        ],
      },
      {
        file: "local/github/runner/cancel.test.ts",
        features: [
          there(
            "cancelling, and `always()` after it",
            "interrupts the running step; what always runs still does, in this job and the next",
          ),
          there("SIGINT, SIGTERM, SIGKILL for a step that stays", "asks, then insists, then kills"),
          there(
            "processes that a step leaves behind end with the job",
            "processes that a step leaves running end with the job, and no other does",
          ),
        ],
      },
      {
        file: "local/github/runner/actions.test.ts",
        features: [
          there(
            "JavaScript actions with `pre` and `post`",
            "run without a checkout: pre first, post last and in reverse, with their inputs and state",
          ),
          there(
            "`uses: $/path`, the action of the workflow's own commit",
            "are those of the run's commit, whatever is checked out",
          ),
          there(
            "`uses: owner/name/path@ref` of a repository that the server was given",
            "of other repositories are those of the branch, tag or commit that is named",
          ),
          refused("composite actions", "nothing runs when one ${name}", "is no JavaScript"),
          refused(
            "`using:` another Node than `node24`",
            "nothing runs when one ${name}",
            "is for another Node",
          ),
          refused(
            "actions of repositories that the server was not given",
            "nothing runs when one ${name}",
            "is of a repository that is not here",
          ),
        ],
      },
      {
        file: "local/github/runner/built-ins.test.ts",
        features: [
          there("`actions/upload-artifact`, `download-artifact`", "fetch many at once, apart or merged"),
          differs(
            "`actions/checkout` keeps no credentials",
            "checks out the run's commit on its branch, one commit deep, without credentials",
          ),
          differs(
            "`actions/setup-node` has the stack's own Node alone",
            "puts the Node that runs the stack first",
          ),
          refused("`actions/setup-node` with another version", "refuses a version that it does not have"),
        ],
      },
      {
        file: "local/github/runner/calls.test.ts",
        features: [
          there(
            "called workflows: inputs and outputs",
            "gets inputs of the types that it declares, and gives outputs",
          ),
          there(
            "`secrets: inherit`",
            "sees all of its caller's with inherit, whether it declares them or not",
          ),
          there(
            "permissions of nested workflows",
            "has the permissions of its caller at most, those of its file, or those of its job",
          ),
          there("ten levels of workflows", "calls others, up to ten levels"),
          there(
            "runs for a fork's pull request",
            "of a fork's pull request gets no variables, no secrets but its token, and cannot write",
          ),
          differs(
            "`@v1` and `@main` of a repository that is a checkout: its `HEAD`",
            "is what a checkout has at HEAD, for main and everything like v1, where that is all there is of it",
          ),
        ],
      },
      {
        file: "local/github/runner/calls-refused.test.ts",
        features: [
          refused(
            "`secrets: inherit` for another owner's workflow",
            "passes no secrets to another owner's workflow without naming them",
          ),
        ],
      },
      {
        file: "local/github/runner/dependencies.test.ts",
        features: [
          differs(
            "`npm ci` links what an earlier job installed",
            "are installed by one job and hard-linked into the next",
          ),
        ],
      },
    ],
  },
  {
    name: "GitHub: the server",
    spec: "local/github/server/SPEC.md",
    tests: [
      {
        file: "local/github/server/pushes.test.ts",
        features: [
          there("payload of a push", "has the payload that GitHub documents"),
          there(
            "a workflow file that is not valid makes a failed run",
            "of a workflow file that is not valid names file, line and key",
          ),
          differs(
            "the pusher sees the run in the terminal",
            "of main runs what its push event starts, and shows the run and its outcome",
          ),
        ],
      },
      {
        file: "local/github/server/pull-requests.test.ts",
        features: [
          there("a conflict runs nothing", "that conflicts with main says where and runs nothing"),
          differs(
            "a pushed branch is a pull request",
            "opens a pull request, runs its workflow on the merge and prints the comment",
          ),
        ],
      },
      {
        file: "local/github/server/actions/concurrency.test.ts",
        features: [
          there("`queue: single`", "with queue: single keep one waiting, the newest"),
          there(
            "`queue: max`",
            "with queue: max keep all waiting, in order, and tell each how many are ahead",
          ),
          there(
            "`cancel-in-progress`",
            "with cancel-in-progress ask the holder to go and replace whoever waits",
          ),
        ],
      },
      {
        file: "local/github/server/actions/oidc.test.ts",
        features: [
          there("OIDC tokens and their claims", "have GitHub's claims"),
          there(
            "the environment in the subject",
            "name the job's environment in subject and claim, with its colons encoded",
          ),
          there("`id-token: write`", "are only for jobs with id-token: write"),
        ],
      },
      {
        file: "local/github/server/rest/reviews.test.ts",
        features: [
          there(
            "reviewers of environments",
            "a job waits for its environment's reviewer; a later job of the environment for another approval",
          ),
          there(
            "branches and tags that may deploy",
            "an environment's rules let branches and tags in by their names, and no tag for a branch",
          ),
        ],
      },
      {
        file: "local/github/server/rest/artifacts.test.ts",
        features: [
          there(
            "artifacts, with size and digest",
            "are downloaded as a zip file of the size and digest listed",
          ),
          there(
            "`GITHUB_TOKEN` by the job's permissions",
            "give the job's token exactly the job's permissions",
          ),
          there(
            "the deployment of a job with an environment",
            "come with the deployment that GitHub makes of a job with an environment",
          ),
        ],
      },
      {
        file: "local/github/server/rest/deployments.test.ts",
        features: [
          there(
            "deployments and `auto_inactive`",
            "become inactive when a later one of their environment succeeds",
          ),
          there("commit statuses", "combine to the worst of the newest of each context"),
          there("pull requests and comments", "are counted, listed and commented"),
        ],
      },
      {
        file: "local/github/server/rest/runs.test.ts",
        features: [
          there("dispatches", "answer 204, or 200 with the run's id where asked to"),
          there("cancel and re-run", "can be cancelled; always() steps still run; then it can be run again"),
        ],
      },
      {
        file: "local/github/server/rest/rerun.test.ts",
        features: [
          there(
            "re-run of failed jobs",
            "runs the failed ones and what needs them, with the outputs that the others had",
          ),
        ],
      },
      {
        file: "local/github/server/rest/repository.test.ts",
        features: [
          there("pages of lists, `Link`", "pages with a Link header"),
          refused(
            "what the REST API here does not have: 404, which names it",
            "what it does not have with 404, naming what was asked",
          ),
        ],
      },
      {
        file: "local/github/server/shapes/contract.test.ts",
        features: [
          there(
            "fields of the REST API's objects",
            "have every field that GitHub publishes for them, of its type",
          ),
        ],
      },
      {
        file: "local/github/server/server.test.ts",
        features: [
          differs(
            "a run that a stop interrupts goes on as its next attempt",
            "are interrupted by a stop, and go on as their next attempt",
          ),
          differs("faults on demand", "cut the connection before or after the request takes effect"),
        ],
      },
    ],
  },
];
