export interface RoleOptions {
  readonly name: string;
  /** Who may assume it, as a policy document. */
  readonly trustPolicy: unknown;
  /** Inline policies by name: what it may do. A role without any may do nothing. */
  readonly policies?: Readonly<Record<string, unknown>>;
  /** From 3600 to 43200; 3600 when absent. */
  readonly maxSessionSeconds?: number;
}

export interface Role extends RoleOptions {
  readonly arn: string;
  readonly id: string;
  readonly maxSessionSeconds: number;
}

export interface OidcProviderOptions {
  /** The issuer, as tokens name it in `iss`. */
  readonly url: string;
  readonly audiences: readonly string[];
  /** Where `.well-known/openid-configuration` is really served; the issuer itself when absent. */
  readonly servedAt?: string;
}

export interface OidcProvider extends OidcProviderOptions {
  readonly arn: string;
}
