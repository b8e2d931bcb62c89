// npm run baseline: marks the migrations that a database has already, through rollback.yml, as the choice on GitHub does.
import { LocalError } from "../../local/errors.ts";
import { command } from "../kit/command.ts";
import { repositoryOption } from "../laptop/customer/customer.ts";
import { localState } from "../laptop/local-github.ts";
import { dispatchWorkflow } from "./dispatch.ts";

const options = {
  to: { type: "string", default: "", help: "name of the last migration that the database has" },
  environment: {
    type: "string",
    default: "",
    help: "which one; the one that pushes go to, where it is left out",
  },
  reason: { type: "string", default: "marked from the terminal", help: "why" },
  "dry-run": { type: "boolean", help: "only compare, and say what would be marked" },
  repository: repositoryOption,
} as const;

await command(
  { usage: "npm run baseline", summary: "Marks the migrations that the database has already.", options },
  ({ repository, ...inputs }) => {
    if (!inputs.to)
      throw new LocalError(
        "NoMigration",
        "up to which migration the database has them was not said",
        "give --to <name>",
      );
    return dispatchWorkflow(localState(repository), "rollback", { operation: "baseline", ...inputs });
  },
);
