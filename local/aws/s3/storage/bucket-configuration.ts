/** Everything that can be set on a bucket; what is absent is not set. Shapes are those of S3's documents. */
export interface BucketConfiguration {
  readonly cors?: { readonly CORSRule: readonly CorsRule[] };
  readonly website?: WebsiteConfiguration;
  /** The text of the policy document, as it was put. */
  readonly policy?: string;
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly tags?: Readonly<Record<string, string>>;
  /** Absent for a bucket that never had versions: it cannot go back to that. */
  readonly versioning?: "Enabled" | "Suspended";
}

export interface CorsRule {
  readonly ID?: string;
  readonly AllowedHeader?: readonly string[];
  readonly AllowedMethod: readonly string[];
  readonly AllowedOrigin: readonly string[];
  readonly ExposeHeader?: readonly string[];
  readonly MaxAgeSeconds?: number;
}

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** What every new bucket has had since April 2023. */
export const blockAllPublicAccess: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

export interface Redirect {
  readonly HostName?: string;
  readonly Protocol?: string;
  readonly HttpRedirectCode?: string;
  readonly ReplaceKeyPrefixWith?: string;
  readonly ReplaceKeyWith?: string;
}

export interface RoutingRule {
  readonly Condition?: {
    readonly KeyPrefixEquals?: string;
    readonly HttpErrorCodeReturnedEquals?: string;
  };
  readonly Redirect: Redirect;
}

export interface WebsiteConfiguration {
  readonly IndexDocument?: { readonly Suffix: string };
  readonly ErrorDocument?: { readonly Key: string };
  readonly RedirectAllRequestsTo?: { readonly HostName: string; readonly Protocol?: string };
  readonly RoutingRules?: { readonly RoutingRule: readonly RoutingRule[] };
}
