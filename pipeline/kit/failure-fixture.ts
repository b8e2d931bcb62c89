import { ActionError } from "./errors.ts";

/** The error of what has to fail with one that says what to do; throws any other, and where there is none. */
export async function failureOf(work: Promise<unknown>): Promise<ActionError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error("did not fail");
}
