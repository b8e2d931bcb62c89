// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
import type { IncomingMessage } from "node:http";
import { AwsError, readBody } from "../../service.ts";
import type { WireRequest } from "../../signature/sigv4.ts";
import { invalidArgument } from "../protocol/errors.ts";
import { parseAddress } from "../requests/route.ts";

/** A form that a browser posted to a bucket, up to its file: fields that follow the file do not count. */
export interface PostedForm {
  readonly bucket: string;
  /** By lower-case name, in their order. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer;
}

/** Stands for the name of the file on the sender's machine. */
const filename = "$".concat("{filename}");

/** S3 takes 5 GB; what is here is in memory at once. */
const mostBytes = 64 * 1024 * 1024;

/** Whether the request is one of those: a POST of a form to a bucket itself. */
export function isForm({ method, path, headers }: WireRequest): boolean {
  const type = headers.get("content-type") ?? "";
  if (method !== "POST" || !/^multipart\/form-data\b/i.test(type)) return false;
  const { bucket, key } = parseAddress(path);
  return bucket !== "" && key === "";
}

/** Reads it. Throws what S3 answers where it has no key, no file, or more than one. */
export async function readForm(message: IncomingMessage, wire: WireRequest): Promise<PostedForm> {
  const body = await readBody(message, mostBytes);
  const type = wire.headers.get("content-type") ?? "";
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } })
    .formData()
    .catch(() => {
      throw new AwsError(
        "MalformedPOSTRequest",
        400,
        "The body of your POST request is not well-formed multipart/form-data.",
      );
    });
  const fields = new Map<string, string>();
  let file: File | undefined;
  for (const [name, value] of form) {
    if (name === "file") {
      file = typeof value === "string" ? new File([value], "") : value;
      break;
    }
    if (typeof value === "string") fields.set(name.toLowerCase(), value);
  }
  if (file === undefined) {
    throw invalidArgument("POST requires exactly one file upload per request.", "file", "0");
  }
  const key = fields.get("key");
  if (key === undefined || key === "") {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      "key",
      "",
    );
  }
  const { name } = file;
  for (const [field, value] of fields)
    fields.set(
      field,
      value.replaceAll(filename, () => name),
    );
  const { bucket } = parseAddress(wire.path);
  return { bucket, fields, file: Buffer.from(await file.arrayBuffer()) };
}

/** Fields that say something about the object, as headers of a PUT say it. */
const asHeaders =
  /^(cache-control|content-(type|disposition|encoding|language)|expires|x-amz-(meta-.+|storage-class|server-side-encryption.*|website-redirect-location|checksum-.+|sdk-checksum-algorithm|object-lock-.+))$/;

/** The headers that a PUT of the same object would have. */
export function headersOfForm({ fields, file }: PostedForm): Record<string, string> {
  const headers: Record<string, string> = { "content-length": String(file.length) };
  for (const [name, value] of fields) {
    // Node gives header values as Latin-1.
    if (asHeaders.test(name)) headers[name] = Buffer.from(value, "utf8").toString("latin1");
  }
  const acl = fields.get("acl");
  return { ...headers, ...(acl === undefined ? {} : { "x-amz-acl": acl }) };
}
