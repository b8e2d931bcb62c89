import { randomUUID } from "node:crypto";
import { isImageType } from "../storage/image-types.ts";
import type { Stated, Storage } from "../storage/storage.ts";
import { uploadKey } from "./upload-key.ts";
import type { UploadRepository } from "./upload-repository.ts";

export const maxPhotoBytes = 10_000_000;

const day = 24 * 60 * 60;
/** After this no address that was given out works any more: what lies there by then stays as it is. */
const finishedSeconds = 600;
const batch = 100;

export type Requested =
  | { readonly kind: "upload"; readonly id: string; readonly url: string }
  | { readonly kind: "too-large" }
  | { readonly kind: "no-image" };

export type Resolved =
  | { readonly kind: "photo"; readonly key: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "not-arrived" }
  | { readonly kind: "too-large" };

export interface Uploads {
  /** A place of its own for one file of a user. */
  request(owner: string, name: string, stated: Stated): Promise<Requested>;
  /** The key of the photo that a user wants to post: of the upload with that id, else of the latest one of that name. */
  resolve(owner: string, name: string, id: string | undefined): Promise<Resolved>;
  /**
   * Removes a photo that no post shows any more, now rather than with the next expiry. Its row stays as long as its address
   * may work: what is put there meanwhile goes with the expiry.
   */
  release(key: string): Promise<void>;
  /** The same for many. Rejects where some of them stay. */
  releaseAll(keys: readonly string[]): Promise<void>;
  /**
   * Removes uploads that were never posted within a day, and photos that turn out to be too large: a client that does not
   * state the size can upload any. Resolves with how many it removed. Any number of instances may do this at once.
   */
  expire(): Promise<number>;
  /** Removes photos older than that (a day) of which no row knows. Resolves with how many it removed. */
  sweep(olderThanSeconds?: number): Promise<number>;
}

export function createUploads(repository: UploadRepository, storage: Storage): Uploads {
  const removeAll = async (keys: readonly string[]): Promise<void> => {
    // The object first: were the row gone and the object not, nobody would ever know of it.
    await Promise.all(keys.map((key) => storage.remove(key)));
    await repository.remove(keys);
  };
  return {
    async request(owner, name, stated) {
      if (stated.type !== undefined && !isImageType(stated.type)) return { kind: "no-image" };
      if (stated.size !== undefined && stated.size > maxPhotoBytes) return { kind: "too-large" };
      const id = randomUUID();
      const key = uploadKey(owner, id, name);
      await repository.insert({ id, owner, name, key });
      return { kind: "upload", id, url: await storage.uploadUrl(key, stated) };
    },
    async resolve(owner, name, id) {
      const upload =
        id === undefined ? await repository.latest(owner, name) : await repository.find(owner, id);
      if (upload === undefined) {
        // A name that was never uploaded is accepted as the original accepted it: its photo simply is not there.
        return id === undefined
          ? { kind: "photo", key: uploadKey(owner, randomUUID(), name) }
          : { kind: "unknown" };
      }
      const found = await storage.find(upload.key);
      if (found.kind === "found" && found.size > maxPhotoBytes) {
        await storage.remove(upload.key);
        return { kind: "too-large" };
      }
      if (found.kind === "absent" && id !== undefined) return { kind: "not-arrived" };
      return { kind: "photo", key: upload.key };
    },
    release: (key) => storage.remove(key),
    async releaseAll(keys) {
      const failures: unknown[] = [];
      for (let at = 0; at < keys.length; at += batch) {
        const removed = await Promise.allSettled(
          keys.slice(at, at + batch).map((key) => storage.remove(key)),
        );
        failures.push(...removed.flatMap((one) => (one.status === "rejected" ? [one.reason] : [])));
      }
      if (failures.length > 0) throw new AggregateError(failures, `${failures.length} photos stay`);
    },
    async expire() {
      const stale = (await repository.neverPosted(day, batch)).map(({ key }) => key);
      if (stale.length > 0) await removeAll(stale);
      const unchecked = await repository.unchecked(finishedSeconds, batch);
      const sizes = await Promise.all(unchecked.map(({ key }) => storage.find(key)));
      const known = unchecked.filter((_upload, index) => sizes[index]?.kind !== "unknown");
      const large = unchecked.filter((_upload, index) => {
        const size = sizes[index];
        return size?.kind === "found" && size.size > maxPhotoBytes;
      });
      if (large.length > 0) await removeAll(large.map(({ key }) => key));
      if (known.length > 0) await repository.markChecked(known.map(({ id }) => id));
      return stale.length + large.length;
    },
    async sweep(olderThanSeconds = day) {
      let removed = 0;
      for await (const keys of storage.keys(olderThanSeconds)) {
        const unknown = await repository.unknown(keys);
        await Promise.all(unknown.map((key) => storage.remove(key)));
        removed += unknown.length;
      }
      return removed;
    },
  };
}
