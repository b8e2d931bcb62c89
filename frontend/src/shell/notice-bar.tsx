import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { CloseIcon } from "./icons.tsx";

/** Always in the page: screen readers announce only what changes inside of a live region that was there before. */
export function NoticeBar() {
  const { notices } = useServices();
  const notice = useStore(notices);
  return (
    <div class="notices" role="status">
      {notice && (
        <div class="notice-bar">
          <span>{notice.text}</span>
          {notice.link && (
            <a href={notice.link.href} onClick={() => notices.dismiss()}>
              {notice.link.text}
            </a>
          )}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => notices.dismiss()}>
            <CloseIcon />
          </button>
        </div>
      )}
    </div>
  );
}
