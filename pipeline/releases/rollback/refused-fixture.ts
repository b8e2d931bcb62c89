import { ActionError } from "../../kit/errors.ts";

/** The refusal that the act answers with. */
export function refusedBy(act: () => unknown): ActionError {
  try {
    act();
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error("was not refused");
}
