import type { ComponentChildren } from "preact";

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const FeedIcon = () => (
  <Icon>
    <rect x="3.5" y="3.5" width="7" height="7" rx="1.8" />
    <rect x="13.5" y="3.5" width="7" height="7" rx="1.8" />
    <rect x="3.5" y="13.5" width="7" height="7" rx="1.8" />
    <rect x="13.5" y="13.5" width="7" height="7" rx="1.8" />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20.5c.9-4 3.8-6 7.5-6s6.6 2 7.5 6" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);

export const PhotoIcon = () => (
  <Icon>
    <rect x="3" y="4" width="18" height="16" rx="3.5" />
    <circle cx="8.6" cy="9.4" r="1.7" />
    <path d="m4 18 5.2-5 3.3 3 3.5-3.6L20.5 17" />
  </Icon>
);

export const BinIcon = () => (
  <Icon>
    <path d="M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l.8 13h9.4l.8-13M10 10.5v5.5M14 10.5v5.5" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m6 6 12 12M18 6 6 18" />
  </Icon>
);

export const PreviousIcon = () => (
  <Icon>
    <path d="m14.5 5.5-6.5 6.5 6.5 6.5" />
  </Icon>
);

export const NextIcon = () => (
  <Icon>
    <path d="m9.5 5.5 6.5 6.5-6.5 6.5" />
  </Icon>
);

/** The sign of Udagram: a lens that catches some light. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <defs>
        <linearGradient id="logo" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stop-color="#f0643c" />
          <stop offset="0.55" stop-color="#c81d5e" />
          <stop offset="1" stop-color="#7a1fa2" />
        </linearGradient>
      </defs>
      <rect width="32" height="32" rx="9.5" fill="url(#logo)" />
      <circle cx="15.5" cy="17" r="6.5" fill="none" stroke="#fff" stroke-width="3" />
      <circle cx="24" cy="8.5" r="2.2" fill="#fff" />
    </svg>
  );
}
