import type { TimelineEvent } from "@/lib/schemas/results";
import type { StatusLook } from "@/lib/view/timeline";

export type EventType = TimelineEvent["type"];

/** `session.missing` as `missing`. */
export function eventWord(type: EventType): string {
  return type.slice("session.".length);
}

/** An event's drawing about its own middle, 13 px wide at most. */
export function EventGlyph({ type }: { type: EventType }) {
  switch (type) {
    case "session.created":
      return <path d="M0-5 5 0 0 5-5 0Z" fill="var(--text)" />;
    case "session.retrieved":
      return <circle r="2.2" fill="var(--text-3)" />;
    case "session.updated":
      return <circle r="3.2" fill="none" stroke="var(--text-2)" strokeWidth="1.4" />;
    case "session.missing":
      return (
        <>
          <circle r="6" fill="var(--bad)" />
          <path
            d="m-2.3-2.3 4.6 4.6m0-4.6-4.6 4.600"
            stroke="var(--surface)"
            strokeWidth="1.7"
            strokeLinecap="round"
          />
        </>
      );
    case "session.destroyed":
      return (
        <>
          <rect
            x="-4.5"
            y="-4.5"
            width="9"
            height="9"
            rx="1"
            fill="var(--surface)"
            stroke="var(--text)"
            strokeWidth="1.6"
          />
          <path d="m-4 4 8-8" stroke="var(--text)" strokeWidth="1.4" />
        </>
      );
    case "session.expired":
      return (
        <rect
          x="-4.5"
          y="-4.5"
          width="9"
          height="9"
          rx="1"
          fill="none"
          stroke="var(--text)"
          strokeWidth="1.5"
          strokeDasharray="2.5 2"
        />
      );
  }
}

/** The drawing as an image of its own, beside a word. */
export function EventMark({ type, size = 12 }: { type: EventType; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="-6.5 -6.5 13 13"
      className="flex-none"
      aria-hidden="true"
    >
      <EventGlyph type={type} />
    </svg>
  );
}

/** How marks of a status are painted. */
export function lookPaint(look: StatusLook): {
  fill: string;
  stroke?: string;
  strokeWidth?: number;
} {
  switch (look) {
    case "ok":
      return { fill: "var(--st-2xx)" };
    case "outline":
      return { fill: "var(--surface)", stroke: "var(--st-3xx)", strokeWidth: 1.3 };
    case "client-error":
      return { fill: "var(--st-4xx)" };
    case "server-error":
      return { fill: "var(--st-5xx)" };
    case "plain":
      return { fill: "none", stroke: "var(--control)", strokeWidth: 1 };
  }
}

/** Equal or not equal, between the node that a cookie named and the node reached. */
export function Difference({ lost }: { lost: boolean }) {
  return (
    <path
      d="M-4-2H4M-4 2H4M2-4.5-2 4.500"
      fill="none"
      stroke={lost ? "var(--bad)" : "var(--text)"}
      strokeWidth="1.4"
    />
  );
}
