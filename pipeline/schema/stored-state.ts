import { keys } from "../releases/store/keys.ts";
import { createText, readText, replaceText, type Store } from "../releases/store/objects.ts";
import type { SchemaState } from "./judge/schema-state.ts";

/** undefined where no deploy has written it yet, or what is there is none: it is advice, and stops nothing. */
export async function readSchemaState(store: Store, environment: string): Promise<SchemaState | undefined> {
  const stored = await readText(store, keys.schemaState(environment));
  if (!stored) return undefined;
  try {
    const state = JSON.parse(stored.text) as Partial<SchemaState> | null;
    return state?.schema === 1 && typeof state.tables === "object" ? (state as SchemaState) : undefined;
  } catch {
    return undefined;
  }
}

/** Where somebody else writes it at the same moment, theirs is as good. */
export async function writeSchemaState(store: Store, environment: string, state: SchemaState): Promise<void> {
  const key = keys.schemaState(environment);
  const text = `${JSON.stringify(state)}\n`;
  const before = await readText(store, key);
  if (before?.text === text) return;
  await (before ? replaceText(store, key, text, before.etag) : createText(store, key, text));
}
