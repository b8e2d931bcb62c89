// npm run rollback: puts an earlier release back through rollback.yml, as the button on GitHub does.
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer.ts";
import { dispatchWorkflow } from "./laptop/dispatch.ts";
import { localState } from "./laptop/local-github.ts";

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
  repository: repositoryOption,
} as const;

await command(
  {
    usage: "npm run rollback",
    summary: "Puts an earlier release back and holds pushes until `npm run resume`.",
    options,
  },
  ({ repository, ...inputs }) =>
    dispatchWorkflow(localState(repository), "rollback", { operation: "rollback", ...inputs }),
);
