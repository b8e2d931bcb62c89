import { useEffect, useState } from "preact/hooks";
import type { OwnAccount } from "../api.ts";
import { useServices } from "../services.ts";
import { PageHeading } from "../shell/page-heading.tsx";
import { CloseAccountDialog } from "./close-account-dialog.tsx";
import { NameForm } from "./name-form.tsx";
import { PasswordForm } from "./password-form.tsx";

/** What people change about themselves. */
export function AccountPage({ email }: { readonly email: string }) {
  const [isClosing, setClosing] = useState(false);
  const { own, problem, reload } = useOwnAccount();
  return (
    <div class="settings">
      <div class="page-head">
        <PageHeading title="Your account" />
        <p class="soft">
          Signed in as <bdi class="address">{email}</bdi>
        </p>
      </div>
      <section class="setting" aria-labelledby="name-title">
        <h2 id="name-title">Your name</h2>
        {problem === undefined ? (
          <NameForm key={own === undefined ? "unknown" : "known"} own={own} />
        ) : (
          <div role="alert">
            <p class="problem">{problem}</p>
            <button type="button" class="button quiet" onClick={reload}>
              Try again
            </button>
          </div>
        )}
      </section>
      <section class="setting" aria-labelledby="password-title">
        <h2 id="password-title">Your password</h2>
        <PasswordForm />
      </section>
      <section class="setting" aria-labelledby="close-title">
        <h2 id="close-title">Delete the account</h2>
        <p class="soft">Your photos disappear for everyone, and your address is forgotten.</p>
        <div>
          <button type="button" class="button danger" onClick={() => setClosing(true)}>
            Delete account…
          </button>
        </div>
      </section>
      {isClosing && <CloseAccountDialog onDone={() => setClosing(false)} />}
    </div>
  );
}

/** The account as the API knows it; undefined until it has answered. */
function useOwnAccount() {
  const { api } = useServices();
  const [attempt, setAttempt] = useState(0);
  const [found, setFound] = useState<{ readonly own?: OwnAccount; readonly problem?: string }>({});
  useEffect(() => {
    let isWanted = true;
    api.account().then(
      (own) => isWanted && setFound({ own }),
      (error: Error) => isWanted && setFound({ problem: error.message }),
    );
    return () => {
      isWanted = false;
    };
  }, [api, attempt]);
  const reload = (): void => {
    setFound({});
    setAttempt(attempt + 1);
  };
  return { own: found.own, problem: found.problem, reload };
}
