import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { Principal } from "../service.ts";
import type { AccessKey } from "../signature/authenticate.ts";
import {
  type IamState,
  newId,
  newSecret,
  newState,
  readState,
  type Session,
  writeState,
} from "./iam-state.ts";
import type { OidcProvider, OidcProviderOptions, Role, RoleOptions } from "./identities.ts";
import { type Decision, decide, type Policy, type PolicyQuestion, parsePolicy } from "./policy.ts";

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
  readonly arn: string;
  /** `AROA…:session name` */
  readonly userId: string;
}

/** How long an expired key is still known, so that it is answered with ExpiredToken. */
const rememberExpiredMs = 24 * 3600_000;

/** Keys, roles, identity providers and sessions of the account: `iam.json`, mode 0600. */
export class Iam {
  readonly accountId: string;
  readonly #file: string;
  readonly #state: IamState;
  /** Of services that act for one of the account's resources; made anew at each start. */
  readonly #serviceKeys = new Map<string, AccessKey>();
  readonly #policies = new Map<string, readonly Policy[]>();

  constructor(directory: string, accountId: string) {
    this.accountId = accountId;
    this.#file = join(directory, "iam.json");
    const known = readState(this.#file);
    this.#state = known ?? newState();
    if (known === undefined) this.#save();
    else chmodSync(this.#file, 0o600);
  }

  /** The account's own key: may do everything. */
  get rootKey(): IamState["rootKey"] {
    return this.#state.rootKey;
  }

  /** Creates or replaces a role; sessions of it follow the new policies at once. Throws for a malformed policy. */
  putRole(options: RoleOptions): Role {
    if (!/^[\w+=,.@-]{1,64}$/.test(options.name)) {
      throw new Error(`"${options.name}" is not a role name: use 1 to 64 of letters, digits and +=,.@_-`);
    }
    const maxSessionSeconds = options.maxSessionSeconds ?? 3600;
    if (!Number.isInteger(maxSessionSeconds) || maxSessionSeconds < 3600 || maxSessionSeconds > 43200) {
      throw new Error(
        `maxSessionSeconds of role "${options.name}" must be 3600 to 43200, not ${maxSessionSeconds}`,
      );
    }
    parsePolicy(options.trustPolicy);
    const policies = Object.values(options.policies ?? {}).map(parsePolicy);
    const role: Role = {
      ...options,
      maxSessionSeconds,
      arn: `arn:aws:iam::${this.accountId}:role/${options.name}`,
      id: this.#state.roles[options.name]?.id ?? newId("AROA", 17),
    };
    this.#state.roles[options.name] = role;
    this.#policies.set(options.name, policies);
    this.#save();
    return role;
  }

  /** A key for a service of AWS that acts for one of the account's resources. It may do what resources' own policies let it. */
  serviceKey(
    name: string,
    sourceArn: string,
  ): { readonly accessKeyId: string; readonly secretAccessKey: string } {
    const [accessKeyId, secretAccessKey] = [newId("AKIA", 16), newSecret()];
    const principal: Principal = {
      kind: "service",
      arn: "",
      accountId: this.accountId,
      userId: "",
      service: { name, sourceArn },
    };
    this.#serviceKeys.set(accessKeyId, { secretAccessKey, principal, permits: () => "none" });
    return { accessKeyId, secretAccessKey };
  }

  role(arn: string): Role | undefined {
    return Object.values(this.#state.roles).find((role) => role.arn === arn);
  }

  /** Trusts an issuer. Throws unless its keys are served on this machine: the stand-in fetches from nowhere else. */
  putOidcProvider(options: OidcProviderOptions): OidcProvider {
    const servedAt = options.servedAt ?? options.url;
    if (!URL.canParse(servedAt) || !isLoopback(new URL(servedAt).hostname)) {
      throw new Error(
        `OIDC provider "${options.url}" must serve its keys on a loopback address, not "${servedAt}"`,
      );
    }
    const provider: OidcProvider = {
      ...options,
      arn: `arn:aws:iam::${this.accountId}:oidc-provider/${issuerName(options.url)}`,
    };
    this.#state.providers[options.url] = provider;
    this.#save();
    return provider;
  }

  provider(issuer: string): OidcProvider | undefined {
    return Object.hasOwn(this.#state.providers, issuer) ? this.#state.providers[issuer] : undefined;
  }

  /** Temporary credentials; kept on disk, so that they outlive a restart. */
  startSession(
    role: Role,
    sessionName: string,
    seconds: number,
    now: Date,
    policy?: unknown,
  ): SessionCredentials {
    for (const [id, { expiresAt }] of Object.entries(this.#state.sessions)) {
      if (Date.parse(expiresAt) + rememberExpiredMs < now.getTime()) delete this.#state.sessions[id];
    }
    const accessKeyId = newId("ASIA", 16);
    // Whole seconds, as STS answers.
    const expiresAt = new Date(Math.floor(now.getTime() / 1000 + seconds) * 1000);
    const session: Session = {
      secretAccessKey: newSecret(),
      sessionToken: randomBytes(192).toString("base64"),
      expiresAt: expiresAt.toISOString(),
      role: role.name,
      sessionName,
      ...(policy === undefined ? {} : { policy }),
    };
    this.#state.sessions[accessKeyId] = session;
    this.#save();
    const { arn, userId } = this.#principalOf(role, sessionName);
    return {
      accessKeyId,
      secretAccessKey: session.secretAccessKey,
      sessionToken: session.sessionToken,
      expiresAt,
      arn,
      userId,
    };
  }

  findKey(accessKeyId: string): AccessKey | undefined {
    const { rootKey, roles, sessions } = this.#state;
    if (accessKeyId === rootKey.accessKeyId) {
      return {
        secretAccessKey: rootKey.secretAccessKey,
        principal: {
          kind: "root",
          arn: `arn:aws:iam::${this.accountId}:root`,
          accountId: this.accountId,
          userId: this.accountId,
        },
        permits: () => "allow",
      };
    }
    const service = this.#serviceKeys.get(accessKeyId);
    if (service !== undefined) return service;
    const session = Object.hasOwn(sessions, accessKeyId) ? sessions[accessKeyId] : undefined;
    const role = session && roles[session.role];
    if (session === undefined || role === undefined) return undefined;
    return {
      secretAccessKey: session.secretAccessKey,
      sessionToken: session.sessionToken,
      expiresAt: new Date(session.expiresAt),
      principal: this.#principalOf(role, session.sessionName),
      permits: (question) => this.#permits(session, question),
    };
  }

  #permits(session: Session, question: PolicyQuestion): Decision {
    const byRole = decide(this.#rolePolicies(session.role), question);
    if (session.policy === undefined || byRole === "deny") return byRole;
    const bySession = decide([parsePolicy(session.policy)], question);
    return bySession === "allow" ? byRole : bySession;
  }

  #rolePolicies(name: string): readonly Policy[] {
    const known = this.#policies.get(name);
    if (known !== undefined) return known;
    const policies = Object.values(this.#state.roles[name]?.policies ?? {}).map(parsePolicy);
    this.#policies.set(name, policies);
    return policies;
  }

  #principalOf(role: Role, sessionName: string): Principal {
    return {
      kind: "assumed-role",
      arn: `arn:aws:sts::${this.accountId}:assumed-role/${role.name}/${sessionName}`,
      accountId: this.accountId,
      userId: `${role.id}:${sessionName}`,
      role: role.name,
    };
  }

  #save(): void {
    writeState(this.#file, this.#state);
  }
}

/** An issuer as ARNs and condition keys spell it: without the scheme. */
export function issuerName(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
