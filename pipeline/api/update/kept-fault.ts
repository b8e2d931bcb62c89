import { fleetLine, type Standings, standingsOf } from "./fleet.ts";
import { type Ended, type Failure, type Fault, recover, settle, type Update } from "./verdict.ts";

const atOnce = (): number => 0;

/**
 * What an update came to after which the environment names the version before again. That label proves nothing: after an
 * update in place it goes back, and the instances do not.
 *
 * | instances                                  | public address       | outcome                |
 * |--------------------------------------------|----------------------|------------------------|
 * | all have ours                              |                      | failed-new-version     |
 * | some have ours                             |                      | split-fleet            |
 * | none has, on some the deployment failed    | answers as ours      | failed-new-version     |
 * | none has, on some the deployment failed    | no version           | waiting, then as below |
 * | none has, on some the deployment failed    |                      | failed-before-change   |
 * | some are still at it, or silent            |                      | waiting, then split-fleet |
 * | none has                                   |                      | reverted-by-eb         |
 * | no instance is shown                       |                      | not-known              |
 * | cannot be asked                            | the version before   | reverted-by-eb         |
 * | cannot be asked                            | ours, or no version  | failed-new-version     |
 * | cannot be asked                            | was not asked, or names none | not-known      |
 *
 * All of it is `aborted` where an abort was seen.
 */
export function keptFault(update: Update, aborting: boolean, { environment, fleet, served }: Ended): Fault {
  const kept = `the environment runs "${environment.versionLabel}", not "${update.wanted}"`;
  const fault = (outcome: Failure, why: string, patienceMs: Fault["patienceMs"] = atOnce): Fault => ({
    outcome: aborting ? "aborted" : outcome,
    why: `${kept}${why && `; ${why}`}`,
    patienceMs,
  });
  if (fleet.kind === "unknown") {
    const nobody = `its instances cannot be asked (${fleet.why})`;
    if (served.kind === "not asked" || served.kind === "unnamed")
      return fault("not-known", `whether all serve it is not known: ${nobody}`);
    if (served.kind === "version" && served.version === update.previous) return fault("reverted-by-eb", "");
    const answer = served.kind === "version" ? `version "${served.version}"` : served.what;
    return fault("failed-new-version", `its address answers ${answer}; ${nobody}`, recover);
  }
  const { instances } = fleet;
  if (instances.length === 0) return fault("not-known", fleetLine(instances));
  const standings = standingsOf(instances, update);
  if (standings.pending + standings.silent > 0) return fault("split-fleet", fleetLine(instances), recover);
  const servesOurs = served.kind === "version" && served.version === update.wanted;
  const outcome = outcomeOf(standings, servesOurs, instances.length);
  if (outcome === "reverted-by-eb") return fault(outcome, "");
  // A version that is just being started answers nothing yet.
  const maySpeak = outcome === "failed-before-change" && served.kind === "other";
  return fault(outcome, fleetLine(instances), maySpeak ? settle : atOnce);
}

function outcomeOf({ wanted, failed }: Standings, servesOurs: boolean, all: number): Failure {
  if (wanted === all || (wanted === 0 && failed > 0 && servesOurs)) return "failed-new-version";
  if (wanted > 0) return "split-fleet";
  return failed > 0 ? "failed-before-change" : "reverted-by-eb";
}
