import { instancesOf } from "../environment/observation.ts";
import { fleetLine, standingsOf, without } from "./fleet.ts";
import { isAccepted } from "./health.ts";
import { type Ended, type Failure, type Fault, recover, settle, type Update } from "./verdict.ts";

/**
 * What is wrong with an environment that names our version; undefined where nothing is.
 *
 * | instances                            | else                                  | waits, then          |
 * |--------------------------------------|---------------------------------------|----------------------|
 * | none is shown                        |                                       | unhealthy            |
 * | all have the version before          | the update was of the label that ran  | reverted-by-eb       |
 * | some have another                    |                                       | split-fleet          |
 * | the deployment failed on all         |                                       | failed-before-change |
 * | the deployment failed on some        |                                       | split-fleet          |
 * | some are silent, or still at it      |                                       | split-fleet          |
 * | all have it                          | ERROR events of our request           | unhealthy            |
 * | all have it, or cannot be asked      | health not accepted                   | unhealthy            |
 * | cannot be asked                      | the address answers no version        | failed-new-version   |
 * | cannot be asked                      | the address answers another version   | not-known            |
 * | cannot be asked                      | the address names none, not accepted  | not-known            |
 * | cannot be asked                      | nor the address, which is not accepted | not-known           |
 */
export function changedFault(update: Update, aborting: boolean, ended: Ended): Fault | undefined {
  const { environment, fleet, errors } = ended;
  const unfit = fleet.kind === "known" ? fleetFault(update, fleet.instances) : undefined;
  if (unfit) return aborting ? { ...unfit, outcome: "aborted" } : unfit;
  if (errors.length > 0) {
    return { outcome: "unhealthy", why: "the update ended with errors", patienceMs: settle };
  }
  if (!isAccepted(environment, update.accepted)) {
    const causes = instancesOf(fleet).flatMap(({ id, causes }) => causes.map((cause) => `${id}: ${cause}`));
    const health = `health ${environment.health} ${environment.healthStatus}`.trim();
    return { outcome: "unhealthy", why: [health, ...causes.slice(0, 4)].join("; "), patienceMs: recover };
  }
  return fleet.kind === "unknown" ? addressFault(update, ended) : undefined;
}

function fleetFault(update: Update, instances: Parameters<typeof standingsOf>[0]): Fault | undefined {
  const { wanted, previous, failed, pending, silent } = standingsOf(instances, update);
  const all = instances.length;
  const fault = (outcome: Failure, patienceMs: Fault["patienceMs"]): Fault => ({
    outcome,
    why: fleetLine(without(instances, update)),
    patienceMs,
  });
  if (all === 0) return fault("unhealthy", recover);
  if (wanted === all) return undefined;
  if (pending + silent > 0) return fault("split-fleet", recover);
  if (previous === all && update.previous === update.wanted) return fault("reverted-by-eb", settle);
  return fault(failed === all ? "failed-before-change" : "split-fleet", settle);
}

function addressFault({ wanted, acceptUnknown }: Update, { served, fleet }: Ended): Fault | undefined {
  if (served.kind === "version" && served.version === wanted) return undefined;
  const nobody = fleet.kind === "unknown" ? `its instances cannot be asked (${fleet.why})` : "";
  if (served.kind === "not asked" || served.kind === "unnamed") {
    if (acceptUnknown) return undefined;
    const said = served.kind === "unnamed" ? `, and its address answers ${served.what}` : "";
    return {
      outcome: "not-known",
      why: `whether "${wanted}" runs is not known: ${nobody}${said}`,
      patienceMs: served.kind === "unnamed" ? recover : () => 0,
    };
  }
  const answer = served.kind === "version" ? `version "${served.version}"` : served.what;
  const outcome = served.kind === "version" ? "not-known" : "failed-new-version";
  return { outcome, why: `its address answers ${answer}, not "${wanted}"; ${nobody}`, patienceMs: recover };
}
