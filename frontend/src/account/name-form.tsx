import { useRef, useState } from "preact/hooks";
import type { OwnAccount } from "../api.ts";
import { useServices } from "../services.ts";
import { Field } from "./field.tsx";
import { useSubmission } from "./submission.ts";

/** Changes what one is called, also on photos that are there already. `own` is undefined as long as it is not known. */
export function NameForm({ own }: { readonly own: OwnAccount | undefined }) {
  const { api, feed, notices } = useServices();
  const [name, setName] = useState(own?.name ?? "");
  const form = useRef<HTMLFormElement>(null);
  const { problem, isBusy, submit } = useSubmission(form, async () => {
    if (own === undefined) return;
    const renamed = await api.rename(name.trim());
    setName(renamed.name ?? "");
    feed.clear();
    notices.say({ text: "Your name is saved." });
  });
  return (
    <form class="form" ref={form} onSubmit={submit} noValidate>
      <Field
        label="Name"
        type="text"
        name="name"
        autocomplete="name"
        hint="Shown with your photos, to everyone. Empty for none."
        isOptional
        isFixed={own === undefined}
        value={name}
        onText={setName}
        problem={problem}
      />
      <div>
        <button type="submit" class="button" aria-disabled={isBusy || own === undefined}>
          {isBusy ? "Saving…" : "Save name"}
        </button>
      </div>
    </form>
  );
}
