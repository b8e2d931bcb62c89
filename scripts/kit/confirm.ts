// A question before what cannot be undone.
import { createInterface } from "node:readline/promises";
import { LocalError } from "../../local/errors.ts";

/** The option that answers it beforehand. */
export const yesOption = { type: "boolean", help: "do not ask, for scripts" } as const;

/** Nobody said yes: the command has done nothing, and ends with exit code 2. */
export class NotConfirmed extends LocalError {
  constructor(message: string, hint: string) {
    super("NotConfirmed", message, hint);
    this.name = "NotConfirmed";
  }
}

interface Question {
  /** What will be gone, a line each. */
  readonly lost: readonly string[];
  /** "Forget it all?": answered with y or yes, anything else is no. */
  readonly question: string;
  /** The command with `--yes`, for whoever has no terminal. */
  readonly withYes: string;
}

/** Asks, unless `yes` answers already. Throws `NotConfirmed` for any other answer, and where there is no terminal to ask on. */
export async function confirm({ lost, question, withYes }: Question, yes: boolean): Promise<void> {
  if (yes) return;
  for (const line of lost) console.log(line);
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new NotConfirmed(
      "nothing was done: this cannot be undone, and there is no terminal to ask on",
      `say yes beforehand: ${withYes}`,
    );
  }
  const asked = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await new Promise<string>((resolve) => {
    // The end of the input, and Ctrl-C, are a no.
    asked.once("close", () => resolve(""));
    asked.question(`${question} [y/N] `).then(resolve, () => resolve(""));
  });
  asked.close();
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new NotConfirmed("nothing was done: the answer was not yes", "answer y, or leave it as it is");
}
