// npm run adopt: looks at what is live without the pipeline, through rollback.yml, as the choice on GitHub does.
import { LocalError } from "../../local/errors.ts";
import { command } from "../kit/command.ts";
import { flagOf, repositoryOption } from "../laptop/customer/customer.ts";
import { localState } from "../laptop/local-github.ts";
import { dispatchWorkflow } from "./dispatch.ts";

const options = {
  environment: {
    type: "string",
    default: "",
    help: "which one; the one that pushes go to, where it is left out",
  },
  reason: { type: "string", default: "looked at from the terminal", help: "why" },
  "dry-run": { type: "boolean", help: "only look; it has to be given, since nothing is taken over yet" },
  repository: repositoryOption,
} as const;

await command(
  { usage: "npm run adopt", summary: "Looks at what is live without the pipeline.", options },
  ({ repository, ...inputs }) => {
    const state = localState(repository);
    if (!inputs["dry-run"]) {
      throw new LocalError(
        "AdoptLooks",
        "adopt looks, and does no more",
        `ask for that: npm run adopt${flagOf(state.folder) || " --"}${inputs.environment ? ` --environment ${inputs.environment}` : ""} --dry-run`,
      );
    }
    return dispatchWorkflow(state, "rollback", { operation: "adopt", ...inputs });
  },
);
