/** Who and what this GitHub is: one owner, one repository, one person. */
export interface Identity {
  readonly owner: string;
  readonly ownerId: number;
  readonly repository: string;
  readonly repositoryId: number;
  readonly defaultBranch: string;
  readonly actor: string;
  readonly actorId: number;
  /** e.g. http://127.0.0.1:41001 */
  readonly server: string;
  /** Where the REST API is; also answered at the server's root. */
  readonly api: string;
  readonly gitDirectory: string;
}

export const fullName = ({ owner, repository }: Identity): string => `${owner}/${repository}`;

/** The fork of somebody else: as much of it as a pull request shows. */
export function forkOf(identity: Identity, owner: string): Identity {
  return {
    ...identity,
    owner,
    ownerId: identity.ownerId + 1_000,
    repositoryId: identity.repositoryId + 1_000,
  };
}

/** Address of a human page of the repository. */
export function pageUrl(identity: Identity, path = ""): string {
  return `${identity.server}/${fullName(identity)}${path}`;
}

/** Address of a REST resource of the repository. */
export function apiUrl(identity: Identity, path = ""): string {
  return `${identity.api}/repos/${fullName(identity)}${path}`;
}

export function noreplyAddress(login: string): string {
  return `${login}@users.noreply.localhost`;
}
