// Loaded only where it is needed, with what it needs of the SDK and no more.
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** An object's bytes; undefined where there is none. Rejects where S3 does not say. */
export async function readObject(s3: S3Client, Bucket: string, Key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined;
    throw error;
  }
}
