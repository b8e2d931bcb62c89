// npm run repair: ends what a run left half done, as its own finish would have, and puts the live release in place where that failed.
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer/customer.ts";
import { localState } from "./laptop/local-github.ts";
import { dispatchWorkflow } from "./runs/dispatch.ts";

const options = {
  environment: {
    type: "string",
    default: "",
    help: "which one; the one that pushes go to, where it is left out",
  },
  reason: { type: "string", default: "repaired from the terminal", help: "why" },
  "dry-run": { type: "boolean", help: "only show what would be done" },
  repository: repositoryOption,
} as const;

await command(
  { usage: "npm run repair", summary: "Ends what a run left half done.", options },
  ({ repository, ...inputs }) =>
    dispatchWorkflow(localState(repository), "rollback", { operation: "repair", ...inputs }),
);
