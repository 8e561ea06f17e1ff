import type { ReactNode } from "react";

const shapes = {
  search: (
    <>
      <circle cx="7" cy="7" r="4.3" />
      <path d="m10.3 10.3 3.2 3.2" />
    </>
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="5.6" />
      <path d="M8 2.4v11.2A5.6 5.6 0 0 0 8 2.4Z" fill="currentColor" />
    </>
  ),
  help: <path d="M5.6 6a2.4 2.4 0 1 1 3.4 2.2c-.7.3-1 .8-1 1.5M8 12v.3" />,
  pool: (
    <>
      <path d="M2 4.5h4M9.5 4.500H14M2 8h7.500M13 8h1M2 11.500h2M7.5 11.500H14" />
      <circle cx="7.7" cy="4.5" r="1.5" />
      <circle cx="11.2" cy="8" r="1.5" />
      <circle cx="5.7" cy="11.5" r="1.5" />
    </>
  ),
  lb: <path d="M8 2v4.500M8 6.5 3 13M8 6.500l5 6.500M8 6.500V13" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.7" />
      <path d="M8 4.700V8l2.3 1.5" />
    </>
  ),
  globe: (
    <>
      <circle cx="8" cy="8" r="5.7" />
      <path d="M2.3 8h11.400M8 2.300c4 3.5 4 7.9 0 11.400M8 2.300c-4 3.5-4 7.9 0 11.4" />
    </>
  ),
  "chevron-down": <path d="m4.5 6.3 3.5 3.5 3.5-3.5" />,
  "chevron-left": <path d="M9.7 4 5.7 8l4 4" />,
  "chevron-right": <path d="m6.3 4 4 4-4 4" />,
  "arrow-right": <path d="M2.5 8h11M10 4.5 13.5 8 10 11.5" />,
  "arrow-up": <path d="M8 13V3M4.5 6.5 8 3l3.5 3.5" />,
  "arrow-down": <path d="M8 3v10M4.5 9.5 8 13l3.5-3.5" />,
  link: (
    <path d="M6.7 9.300a2.6 2.6 0 0 0 3.7 0l2.3-2.300A2.6 2.6 0 0 0 9 3.300l-.9.900M9.3 6.700a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.700l.9-.9" />
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1" />
      <path d="M10.5 3.200V2.500h-8v8h.7" />
    </>
  ),
  check: <path d="m3.5 8.5 3 3 6-7" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  play: <path d="M5 3.500v9L12 8Z" fill="currentColor" />,
  pause: <path d="M5.5 3.500v9M10.5 3.500v9" />,
  warning: <path d="M8 2.5 14 13H2ZM8 6.500v3M8 11.200v.2" />,
  plus: <path d="M8 3v10M3 8h10" />,
  minus: <path d="M3 8h10" />,
  trash: (
    <path d="M2.5 4.500h11M6 4.500V2.700h4v1.800M4 4.500l.6 8.800h6.800l.6-8.800M6.7 7v4M9.3 7v4" />
  ),
  edit: <path d="m3 13 .6-2.900L11 2.7 13.3 5 5.9 12.400ZM9.4 4.300l2.3 2.3" />,
  external: <path d="M9.5 2.500h4v4M13.5 2.500l-6 6M11.5 9.500v4h-9v-9h4" />,
  reload: (
    <path d="M13 3v3.300H9.700M3 13V9.700h3.300M12.7 6.300A5 5 0 0 0 3.6 5.700M3.3 9.700a5 5 0 0 0 9.1.6" />
  ),
  settings: (
    <>
      <path d="M8 1.800 13.400 4.900v6.200L8 14.200 2.600 11.100V4.900Z" />
      <circle cx="8" cy="8" r="2.2" />
    </>
  ),
  overview: <path d="M2.5 13.500V9M6 13.500V5M9.5 13.500V8M13 13.500V3" />,
  sessions: (
    <>
      <path d="M3 4.500h4.500v7H13" />
      <circle cx="2.8" cy="4.5" r="1.3" fill="currentColor" />
      <circle cx="13.2" cy="11.5" r="1.3" fill="currentColor" />
    </>
  ),
  nodes: (
    <>
      <rect x="2.5" y="2.5" width="4.5" height="4.5" rx=".5" />
      <rect x="9" y="2.5" width="4.5" height="4.5" rx=".5" />
      <rect x="2.5" y="9" width="4.5" height="4.5" rx=".5" />
      <rect x="9" y="9" width="4.5" height="4.5" rx=".5" />
    </>
  ),
  alerts: <path d="M4 11V7.200a4 4 0 0 1 8 0V11l1 1.300H3ZM6.700 14.200h2.600" />,
  sources: (
    <path d="M2.5 9.5 4.2 3h7.600l1.7 6.500v3.500h-11ZM2.5 9.500H6c.2 1.2.9 1.8 2 1.800s1.8-.6 2-1.800h3.5" />
  ),
  "zoom-in": (
    <>
      <circle cx="7" cy="7" r="4.3" />
      <path d="m10.3 10.3 3.2 3.200M7 5.200v3.600M5.2 7h3.6" />
    </>
  ),
  "zoom-out": (
    <>
      <circle cx="7" cy="7" r="4.3" />
      <path d="m10.3 10.3 3.2 3.200M5.2 7h3.6" />
    </>
  ),
  compare: <path d="M3 3v10M13 3v10M5.5 8h5M8.300 5.700 10.600 8l-2.300 2.300" />,
  weekly: (
    <>
      <rect x="2.5" y="3.5" width="11" height="10" rx="1" />
      <path d="M2.5 6.500h11M5.5 2v3M10.5 2v3" />
    </>
  ),
  print: <path d="M4.500 6V2.500h7V6M4.500 11h-2V6h11v5h-2M4.500 9.500h7v4h-7Z" />,
  download: <path d="M8 2.500V10M4.7 7 8 10.3 11.3 7M2.5 13.500h11" />,
  pin: <path d="M5.5 2.500h5M6.5 2.500V7L4.5 9.500h7L9.5 7V2.500M8 9.500v4" />,
  filter: <path d="M2.5 3.500h11L9.5 8.300V13l-3-1.500V8.300Z" />,
  deploy: <path d="M8 3.5 13 12H3Z" fill="currentColor" />,
  scale: <path d="M8 3v10M3 8h10" strokeWidth="2" />,
  drain: <path d="M2.5 4h11M4.5 8h7M6.5 12h3" strokeWidth="1.6" />,
  maintenance: <rect x="3.5" y="3.5" width="9" height="9" rx="1" strokeWidth="1.6" />,
  down: <path d="m3.5 3.5 9 9M12.5 3.500l-9 9" strokeWidth="2" />,
  up: <path d="m3 8.5 3.3 3.300L13 4.5" strokeWidth="1.8" />,
  command: (
    <path d="M6 6h4v4H6ZM6 6H4.500A1.700 1.700 0 1 1 6 4.500ZM10 6V4.500A1.700 1.700 0 1 1 11.500 6ZM10 10h1.500A1.700 1.700 0 1 1 10 11.500ZM6 10v1.500A1.700 1.700 0 1 1 4.500 10Z" />
  ),
  "log-out": <path d="M6.500 2.500h-4v11h4M6 8h7.500M10.500 5l3 3-3 3" />,
  dot: <circle cx="8" cy="8" r="3" fill="currentColor" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** A drawing in the text's colour; decoration only, the words beside it or a label say what it means. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.3"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}

/** Hopwatch's mark: a path that leaves its line and goes on along another. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" aria-hidden="true">
      <g stroke="currentColor" strokeWidth="2" strokeLinecap="round">
        <path d="M2 5.500h6.200c1.6 0 1.6 9 3.2 9H18" />
        <path d="M12.5 5.500H18M2 14.500h4.2" opacity=".35" />
      </g>
    </svg>
  );
}
