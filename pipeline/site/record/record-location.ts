export interface RecordLocation {
  readonly bucket: string;
  readonly key: string;
}

/** Where the record of a site that is part of releases lies. */
export function releaseRecord(artifactsBucket: string, environment: string): RecordLocation {
  return { bucket: artifactsBucket, key: `environments/${environment}/site.json` };
}

/** Where the record of a site on its own lies. */
export function privateRecord(stateBucket: string, bucket: string, prefix: string): RecordLocation {
  const site = stateBucket === bucket ? prefix : `${bucket}/${prefix}`;
  return { bucket: stateBucket, key: `.s3-sync/${site}site.json` };
}
