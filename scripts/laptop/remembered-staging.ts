import { readState, stateFile } from "../../local/state.ts";
import { type Customer, flagOf } from "./customer/customer.ts";

/** Whether releases go live in staging first, and what there is to say of it. */
interface Staging {
  readonly staging: boolean;
  readonly note: string | undefined;
}

/**
 * A stack that had staging keeps it: without it, what waits there for somebody's word would go straight on. Only who says so gives
 * it up.
 */
export function stagingOf(
  asked: { readonly staging: boolean; readonly dropped: boolean },
  had: boolean,
  flag: string,
): Staging {
  if (asked.dropped) {
    const note =
      "Staging is given up: what waits there, and every push from now on, goes live without anybody's word";
    return { staging: false, note: had ? note : undefined };
  }
  const note = `Staging stays, as it was before; to give it up: npm start -- --no-staging${flag}`;
  return { staging: asked.staging || had, note: had && !asked.staging ? note : undefined };
}

/** The same for a customer's stack, by what it left when it ran last. */
export function rememberedStaging(
  { directory, folder }: Customer,
  asked: { readonly staging: boolean; readonly dropped: boolean },
): Staging {
  return stagingOf(asked, hadStaging(directory), flagOf(folder).replace(/^ --/, ""));
}

function hadStaging(directory: string): boolean {
  try {
    return readState(stateFile(directory)).staging !== undefined;
  } catch {
    return false;
  }
}
