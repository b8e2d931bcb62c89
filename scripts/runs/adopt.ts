// npm run adopt: takes over what is live without the pipeline, through rollback.yml, as the choice on GitHub does.
import { command } from "../kit/command.ts";
import { repositoryOption } from "../laptop/customer/customer.ts";
import { localState } from "../laptop/local-github.ts";
import { dispatchWorkflow } from "./dispatch.ts";

const options = {
  environment: {
    type: "string",
    default: "",
    help: "which one; the one that pushes go to, where it is left out",
  },
  reason: { type: "string", default: "taken over from the terminal", help: "why" },
  "dry-run": { type: "boolean", help: "only look, and say what would be taken over" },
  repository: repositoryOption,
} as const;

await command(
  {
    usage: "npm run adopt",
    summary: "Takes over what is live without the pipeline, as its first release.",
    options,
  },
  ({ repository, ...inputs }) =>
    dispatchWorkflow(localState(repository), "rollback", { operation: "adopt", ...inputs }),
);
