// npm run rollback: puts an earlier release back through rollback.yml, as the button on GitHub does.
import { command } from "./kit/command.ts";
import { dispatchWorkflow } from "./laptop/dispatch.ts";

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
  schema: { type: "string", default: "keep", help: "keep (default), or down: also run the migrations' down" },
  "dry-run": { type: "boolean", help: "only show what would change" },
} as const;

await command(
  {
    usage: "npm run rollback",
    summary: "Puts an earlier release back and holds pushes until `npm run resume`.",
    options,
  },
  (values) => dispatchWorkflow("rollback.yml", { operation: "rollback", ...values }),
);
