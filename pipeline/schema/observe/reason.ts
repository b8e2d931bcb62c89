import { shownMessage } from "../database/shown-text.ts";

const uuid = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

/** Why something failed, on one line: without what it quotes of rows and addresses, and the same every time. */
export function reason(message: string, sqlState = ""): string {
  return shownMessage(message, sqlState).replace(uuid, "…").replace(/\s+/g, " ").trim().slice(0, 300);
}
