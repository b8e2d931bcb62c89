import type { Request, Response } from "express";
import { HttpError } from "../http/http-error.ts";
import { jsonBody } from "../http/json-body.ts";
import type { Route } from "../http/route.ts";
import { presignedSeconds, type Storage, stableSeconds } from "../storage/storage.ts";
import type { Uploads } from "../uploads/uploads.ts";
import { requireUser, userOf } from "../users/authentication.ts";
import type { Sessions } from "../users/sessions.ts";
import type { Feed } from "./feed.ts";
import type { CardPost, PageRequest, StoredPost } from "./feed-repository.ts";
import * as operations from "./operations.ts";
import { photoAddresses } from "./photo-address.ts";
import { idOf, isCardView, pageOf, postOf, sizeOf, uploadOf } from "./requests.ts";

const unknownPost = () => new HttpError(404, { message: "Feed item was not found." });
const tooLarge = () => new HttpError(413, { message: "A photo may have at most 10 MB." });

export function feedRoutes(parts: {
  readonly feed: Feed;
  readonly uploads: Uploads;
  readonly storage: Storage;
  readonly sessions: Sessions;
  readonly publicUrl: string | undefined;
}): Route[] {
  const { feed, uploads, storage } = parts;
  const signedIn = requireUser(parts.sessions);
  const addressesFor = photoAddresses(parts.publicUrl);

  type AddressOf = (id: number) => string;
  const shown = ({ id, caption, createdAt, updatedAt }: StoredPost, addressOf: AddressOf) => ({
    id,
    caption,
    url: addressOf(id),
    createdAt,
    updatedAt,
  });
  const card = (post: CardPost, addressOf: AddressOf) => ({
    ...shown(post, addressOf),
    author: post.author,
    preview: post.preview === null ? null : `${addressOf(post.id)}?size=small`,
  });
  /** A post as the request wants to see it. */
  const viewFor = (request: Request): ((post: StoredPost | CardPost) => object) => {
    const addressOf = addressesFor(request);
    const isCard = isCardView(request);
    return (post) => (isCard ? card(post as CardPost, addressOf) : shown(post, addressOf));
  };

  const sendPage = async (request: Request, response: Response, only: Pick<PageRequest, "owner">) => {
    const { isPaged, ...wanted } = pageOf(request);
    const asCards = isCardView(request);
    const { count, rows, hasMore } = await feed.page({ ...wanted, ...only, asCards });
    const last = rows.at(-1)?.id;
    const next = hasMore && last !== undefined ? String(last) : null;
    if (next !== null) {
      const view = asCards ? "&view=card" : "";
      response.set("Link", `<${request.path}?limit=${wanted.limit}&cursor=${next}${view}>; rel="next"`);
    }
    const posts = rows.map(viewFor(request));
    response.json(isPaged ? { count, rows: posts, next } : { count, rows: posts });
  };

  return [
    {
      method: "get",
      path: "/api/v0/feed",
      operation: operations.listPosts,
      handler: (request, response) => sendPage(request, response, {}),
    },
    {
      method: "post",
      path: "/api/v0/feed",
      operation: operations.createPost,
      before: [signedIn, ...jsonBody],
      handler: async (request, response) => {
        const view = viewFor(request);
        const outcome = await feed.post({ owner: userOf(response), ...postOf(request) });
        if (outcome.kind === "unknown-upload") throw new HttpError(400, { message: "File url is required." });
        if (outcome.kind === "not-arrived") {
          throw new HttpError(409, { message: "The photo has not arrived. Upload it again." });
        }
        if (outcome.kind === "too-large") throw tooLarge();
        if (outcome.kind === "unknown-user") {
          throw new HttpError(401, { auth: false, message: "Failed to authenticate." });
        }
        response.status(201).json(view(outcome.post));
      },
    },
    {
      method: "get",
      path: "/api/v0/feed/mine",
      operation: operations.listOwnPosts,
      before: [signedIn],
      handler: (request, response) => sendPage(request, response, { owner: userOf(response) }),
    },
    {
      method: "get",
      path: "/api/v0/feed/signed-url/:fileName",
      operation: operations.requestUpload,
      before: [signedIn],
      handler: async (request, response) => {
        const { name, stated } = uploadOf(request);
        const outcome = await uploads.request(userOf(response), name, stated);
        if (outcome.kind === "too-large") throw tooLarge();
        if (outcome.kind === "no-image") {
          throw new HttpError(415, { message: "Only JPEG, PNG, GIF, WebP and AVIF images can be uploaded." });
        }
        const { id, url } = outcome;
        const isStated = Object.keys(stated).length > 0;
        response.status(201).json(isStated ? { url, upload: id } : { url });
      },
    },
    {
      method: "get",
      path: "/api/v0/feed/:id",
      operation: operations.findPost,
      handler: async (request, response) => {
        const view = viewFor(request);
        const post = await feed.find(idOf(request));
        if (post === undefined) throw unknownPost();
        response.json(view(post));
      },
    },
    {
      method: "delete",
      path: "/api/v0/feed/:id",
      operation: operations.deletePost,
      before: [signedIn],
      handler: async (request, response) => {
        const outcome = await feed.delete(idOf(request), userOf(response));
        if (outcome === "unknown") throw unknownPost();
        if (outcome === "not-yours")
          throw new HttpError(403, { message: "Only its owner may delete a post." });
        response.status(204).end();
      },
    },
    {
      method: "get",
      path: "/api/v0/feed/:id/photo",
      operation: operations.showPhoto,
      handler: async (request, response) => {
        const size = sizeOf(request);
        const post = await feed.find(idOf(request));
        if (post === undefined) throw unknownPost();
        // The address works for presignedSeconds from the beginning of its window; a cached redirect must not outlive it.
        response.set("Cache-Control", `private, max-age=${presignedSeconds - 2 * stableSeconds}`);
        response.redirect(302, await storage.photoUrl((size === "small" ? post.preview : null) ?? post.url));
      },
    },
  ];
}
