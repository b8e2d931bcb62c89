// npm run variable: sets a variable of the local repository, as `gh variable set` does on GitHub. The stack keeps it.
import { LocalError } from "../local/errors.ts";
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer/customer.ts";
import { callGitHub, localState } from "./laptop/local-github.ts";

const options = {
  set: { type: "string", help: "NAME=value, WATCH_SECONDS=30 say: what workflows read as vars.NAME" },
  unset: { type: "string", help: "NAME: what the stack itself says of it holds again, or nothing" },
  repository: repositoryOption,
} as const;

interface Variables {
  readonly variables: readonly { readonly name: string; readonly value: string }[];
}

await command(
  { usage: "npm run variable", summary: "Lists the repository's variables, or sets one.", options },
  async ({ set, unset, repository }) => {
    const state = localState(repository);
    const read = () => callGitHub<Variables>(state, "GET", "/actions/variables?per_page=100");
    if (set !== undefined) {
      const [, name, value] = /^([A-Za-z_]\w*)=(.+)$/s.exec(set) ?? [];
      if (name === undefined || value === undefined) {
        throw new LocalError(
          "InvalidVariable",
          `"${set}" is no NAME=value`,
          "give --set WATCH_SECONDS=30, say",
        );
      }
      const isThere = (await read()).variables.some((one) => one.name === name.toUpperCase());
      if (isThere) await callGitHub(state, "PATCH", `/actions/variables/${name}`, { value });
      else await callGitHub(state, "POST", "/actions/variables", { name, value });
    }
    if (unset !== undefined) await callGitHub(state, "DELETE", `/actions/variables/${unset}`);
    for (const { name, value } of (await read()).variables) console.log(`${name}=${value.split("\n")[0]}`);
    return 0;
  },
);
