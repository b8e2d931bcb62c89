import { formatHandle } from "./keys.ts";
import type { Store } from "./objects.ts";

/** Where releases go live: its name, and the release store that has its history. */
export interface Environment {
  readonly name: string;
  readonly store: Store;
}

/** The handle of one of its attempts. */
export function handleOf({ name, store }: Environment, seq: number): string {
  return formatHandle({ bucket: store.bucket, environment: name, seq });
}
