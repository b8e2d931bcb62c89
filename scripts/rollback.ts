// npm run rollback: puts an earlier release back through rollback.yml, as the button on GitHub does.
import { command } from "./kit/command.ts";
import { confirm, yesOption } from "./kit/confirm.ts";
import { flagOf, repositoryOption } from "./laptop/customer/customer.ts";
import { localState } from "./laptop/local-github.ts";
import { dispatchWorkflow } from "./runs/dispatch.ts";

const options = {
  to: {
    type: "string",
    default: "previous",
    help: "previous (default), a release id, a commit or an API version",
  },
  reason: {
    type: "string",
    default: "rolled back from the terminal",
    help: "why; shown to whoever pushes meanwhile",
  },
  environment: {
    type: "string",
    default: "",
    help: "which one; the one that pushes go to, where it is left out",
  },
  schema: { type: "string", default: "", help: "keep (default), or down: also run the migrations' down" },
  "dry-run": { type: "boolean", help: "only show what would change" },
  yes: { ...yesOption, help: "with --schema down: do not ask, for scripts" },
  repository: repositoryOption,
} as const;

await command(
  {
    usage: "npm run rollback",
    summary: "Puts an earlier release back and holds pushes until `npm run resume`.",
    options,
  },
  async ({ repository, yes, ...inputs }) => {
    const state = localState(repository);
    if (inputs.schema === "down" && !inputs["dry-run"]) {
      const inEnvironment = inputs.environment ? ` --environment ${inputs.environment}` : "";
      const typed = `npm run rollback${flagOf(state.folder) || " --"}${inEnvironment} --to ${inputs.to} --schema down`;
      await confirm(
        {
          lost: [
            "--schema down runs the migrations' down: what only the newer schema holds, columns and their rows say, is gone for good.",
            `See first which migrations those are: ${typed} --dry-run`,
          ],
          question: "Run them?",
          withYes: `${typed} --yes`,
        },
        yes,
      );
    }
    return dispatchWorkflow(state, "rollback", { operation: "rollback", ...inputs });
  },
);
