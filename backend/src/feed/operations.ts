import {
  type Answer,
  failure,
  type Operation,
  object,
  type Parameter,
  type Schema,
  string,
} from "../openapi/operation.ts";

const time: Schema = { type: ["string", "null"], format: "date-time" };

const post = object(
  {
    id: { type: "integer", minimum: 1 },
    caption: { type: ["string", "null"], maxLength: 255 },
    url: {
      type: "string",
      description: "Address of the photo. It stays valid as long as the post is there.",
    },
    createdAt: time,
    updatedAt: time,
    author: {
      type: ["string", "null"],
      description: "What who posted it is called; null where nobody said. Only with `view=card`.",
    },
    preview: {
      type: ["string", "null"],
      description:
        "Address of a small picture of the photo, null where there is none. It may be gone where the photo is not: " +
        "show the photo then. Only with `view=card`.",
    },
  },
  ["author", "preview"],
);

const view: Parameter = {
  in: "query",
  description: "With `card` each post has `author` and `preview` too.",
  schema: { type: "string", enum: ["card"] },
};

const page = object(
  {
    count: { type: "integer", minimum: 0, description: "How many posts there are in all." },
    rows: { type: "array", items: post, maxItems: 100 },
    next: {
      type: ["string", "null"],
      description: "Cursor of the next page, null on the last one. Only where `limit` or `cursor` was given.",
    },
  },
  ["next"],
);

const paging: Readonly<Record<string, Parameter>> = {
  limit: {
    in: "query",
    description: "How many posts at most; 100 when it is not given.",
    schema: { type: "integer", minimum: 1, maximum: 100 },
  },
  cursor: {
    in: "query",
    description: "The `next` of the page before.",
    schema: { type: "string", pattern: "^(?!0+$)[0-9]{1,10}$" },
  },
  view,
};

const pageAnswers: Readonly<Record<number, Answer>> = {
  200: {
    description: "A page of posts, newest first.",
    body: page,
    headers: { Link: { description: '`<address>; rel="next"` where there is a next page.', schema: string } },
  },
  400: failure("`limit`, `cursor` or `view` is malformed."),
};

const id: Parameter = {
  in: "path",
  description: "Id of the post.",
  schema: { type: "integer", minimum: 0, maximum: 999_999_999_999_999 },
};
const unknownPost = failure("There is no such post.", "Feed item was not found.");
const malformedId = failure("The id is not a whole number.", "Feed item id must be a whole number.");
const tooLarge = "A photo may have at most 10 MB.";

export const listPosts: Operation = {
  id: "listPosts",
  summary: "The feed.",
  parameters: paging,
  answers: pageAnswers,
};

export const listOwnPosts: Operation = {
  id: "listOwnPosts",
  summary: "The signed-in user's own posts.",
  signedIn: true,
  parameters: paging,
  answers: pageAnswers,
};

export const findPost: Operation = {
  id: "findPost",
  summary: "One post.",
  parameters: { id, view },
  answers: {
    200: { description: "The post.", body: post },
    400: failure(
      "The id or `view` is malformed.",
      "Feed item id must be a whole number.",
      "view must be card.",
    ),
    404: unknownPost,
  },
};

export const showPhoto: Operation = {
  id: "showPhoto",
  summary: "The photo of a post.",
  parameters: {
    id,
    size: {
      in: "query",
      description: "With `small` a small picture of it, where there is one.",
      schema: { type: "string", enum: ["small"] },
    },
  },
  answers: {
    302: {
      description: "Where the photo can be read for the next minutes.",
      headers: { Location: { description: "A presigned address.", schema: string } },
    },
    400: failure(
      "The id or `size` is malformed.",
      "Feed item id must be a whole number.",
      "size must be small.",
    ),
    404: unknownPost,
  },
};

const uploadId: Schema = {
  type: ["string", "null"],
  format: "uuid",
  pattern: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
};

export const createPost: Operation = {
  id: "createPost",
  summary: "Posts a photo that was uploaded before.",
  signedIn: true,
  parameters: { view },
  body: object(
    {
      caption: { type: "string", minLength: 1, maxLength: 255 },
      url: {
        type: "string",
        minLength: 1,
        maxLength: 255,
        description:
          "File name under which the photo was uploaded; it stands for the user's latest upload of that name.",
      },
      upload: {
        ...uploadId,
        description:
          "Id of the upload, where the name alone would not say which. Then the photo must have arrived.",
      },
      preview: {
        ...uploadId,
        description: "Id of the upload of a small picture of the photo, for lists. It must have arrived.",
      },
    },
    ["upload", "preview"],
  ),
  answers: {
    201: { description: "Posted.", body: post },
    400: failure(
      "A field is wrong.",
      "Caption is required or malformed.",
      "File url is required.",
      "view must be card.",
    ),
    409: failure("The photo has not arrived.", "The photo has not arrived. Upload it again."),
    413: failure("The photo or the body is too large."),
  },
};

export const deletePost: Operation = {
  id: "deletePost",
  summary: "Deletes one of the signed-in user's own posts, and its photo.",
  signedIn: true,
  parameters: { id },
  answers: {
    204: { description: "Deleted." },
    400: malformedId,
    403: failure("The post is another user's.", "Only its owner may delete a post."),
    404: unknownPost,
  },
};

export const requestUpload: Operation = {
  id: "requestUpload",
  summary: "An address to upload a photo to, by PUT, within five minutes.",
  description:
    "State `type` and `size` and they are signed in: the PUT must then have that Content-Type and exactly that length. " +
    "Every call gives a place of its own, also for a name that was used before.",
  signedIn: true,
  parameters: {
    fileName: { in: "path", description: "Name of the file.", schema: { type: "string", maxLength: 255 } },
    type: {
      in: "query",
      description: "Its content type, in any case.",
      schema: { type: "string", enum: ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"] },
    },
    size: {
      in: "query",
      description: "Its length in bytes.",
      schema: { type: "integer", minimum: 1, maximum: 999_999_999_999_999 },
    },
    once: {
      in: "query",
      description:
        "With `true` the address works once: the PUT must have `If-None-Match: *`, which S3 then holds to.",
      schema: { type: "boolean" },
    },
  },
  answers: {
    201: {
      description: "The address. `upload` is there where `type` or `size` was stated.",
      body: object({ url: { type: "string", format: "uri" }, upload: { type: "string", format: "uuid" } }, [
        "upload",
      ]),
    },
    400: failure(
      "The name, the size or `once` is malformed.",
      "File name is malformed.",
      "File size is malformed.",
      "once must be true or false.",
    ),
    413: failure("The photo is too large.", tooLarge),
    415: failure(
      "The file is no image that browsers show.",
      "Only JPEG, PNG, GIF, WebP and AVIF images can be uploaded.",
    ),
  },
};
