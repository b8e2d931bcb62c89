import type { Request } from "express";
import { HttpError } from "../http/http-error.ts";
import { isText, membersOf } from "../http/json-body.ts";
import { maxId, type PageRequest } from "./feed-repository.ts";

export const pageSize = 100;

const malformed = (message: string) => new HttpError(400, { message });

/** The id in a path. A well-formed number beyond PostgreSQL's integers simply is no post's: it becomes 0. */
export function idOf(request: Request): number {
  const { id } = request.params;
  if (typeof id !== "string" || !/^\d{1,15}$/.test(id)) {
    throw malformed("Feed item id must be a whole number.");
  }
  return Number(id) > maxId ? 0 : Number(id);
}

/** `limit` and `cursor` of a query; `isPaged` where one of them was given. */
export function pageOf(request: Request): PageRequest & { readonly isPaged: boolean } {
  const { limit, cursor } = request.query;
  const isPaged = limit !== undefined || cursor !== undefined;
  return {
    limit: numberOf(limit, pageSize) ?? pageSize,
    // Beyond the largest id are the newest posts.
    before: cursor === undefined ? undefined : Math.min(numberOf(cursor, 9_999_999_999) ?? maxId, maxId),
    isPaged,
  };

  function numberOf(value: unknown, most: number): number | undefined {
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : 0;
    if (number >= 1 && number <= most) return number;
    throw malformed(
      value === limit
        ? `limit must be a whole number from 1 to ${pageSize}.`
        : "cursor is no cursor of this feed.",
    );
  }
}

/** Whether posts are wanted with what a card shows; by default they are as the original's clients know them. */
export function isCardView({ query: { view } }: Request): boolean {
  if (view === undefined) return false;
  if (view === "card") return true;
  throw malformed("view must be card.");
}

/** Which picture of a post: the photo, or a small one of it. */
export function sizeOf({ query: { size } }: Request): "small" | undefined {
  if (size === undefined || size === "small") return size;
  throw malformed("size must be small.");
}

/** The body of a new post. */
export function postOf(request: Request): {
  caption: string;
  name: string;
  upload: string | undefined;
  preview: string | undefined;
} {
  const { caption, url, upload, preview } = membersOf(request.body);
  if (!isText(caption, 255)) throw malformed("Caption is required or malformed.");
  if (!isText(url, 255)) throw malformed("File url is required.");
  return { caption, name: url, upload: uploadIdOf(upload), preview: uploadIdOf(preview) };
}

function uploadIdOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) return value;
  throw malformed("File url is required.");
}

/** The file of which an upload is asked for, with what the client states about it. */
export function uploadOf(request: Request): {
  name: string;
  stated: { type?: string; size?: number; once?: boolean };
} {
  const { fileName } = request.params;
  const { type, size, once } = request.query;
  if (!isText(fileName, 255)) throw malformed("File name is malformed.");
  const stated: { type?: string; size?: number; once?: boolean } = {};
  // A repeated parameter is an array, which no image type equals either.
  if (type !== undefined) stated.type = String(type).toLowerCase();
  if (size !== undefined) {
    if (typeof size !== "string" || !/^[1-9]\d{0,14}$/.test(size)) throw malformed("File size is malformed.");
    stated.size = Number(size);
  }
  if (once !== undefined) {
    if (once !== "true" && once !== "false") throw malformed("once must be true or false.");
    stated.once = once === "true";
  }
  return { name: fileName, stated };
}
