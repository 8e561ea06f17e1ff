import type { ReactNode } from "react";
import { Icon } from "./icon";

/** A table that scrolls sideways by itself; the caption is for those who do not see the heading above. */
export function Table({
  caption,
  head,
  children,
  className = "",
  sticky = false,
}: {
  caption: string;
  head: ReactNode;
  children: ReactNode;
  className?: string;
  /** Keeps the heading in sight while its scrolling parent moves. */
  sticky?: boolean;
}) {
  return (
    <Scroller label={caption}>
      <table className={`table ${sticky ? "sticky" : ""} ${className}`}>
        <caption className="vh">{caption}</caption>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scroller>
  );
}

/** A part that scrolls sideways, by keyboard too. */
export function Scroller({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

export function Heading({ children, num = false }: { children?: ReactNode; num?: boolean }) {
  return (
    <th scope="col" className={num ? "num" : undefined}>
      {children}
    </th>
  );
}

/** A heading that sorts; `sorted` is the direction at present, null when another column sorts. */
export function SortHeading({
  children,
  num = false,
  sorted,
  onSort,
}: {
  children: ReactNode;
  num?: boolean;
  sorted: "ascending" | "descending" | null;
  onSort: () => void;
}) {
  return (
    <th scope="col" className={num ? "num" : undefined} aria-sort={sorted ?? undefined}>
      <button type="button" className="sort" onClick={onSort}>
        {children}
        {sorted && <Icon name={sorted === "ascending" ? "arrow-up" : "arrow-down"} size={11} />}
      </button>
    </th>
  );
}

/** The status of a response; 4xx amber, 5xx red. */
export function Status({ status }: { status: number | null }) {
  if (status === null) return <span className="text-fg-3">–</span>;
  const hundred = Math.floor(status / 100);
  return <span className={`status s${hundred}`}>{status}</span>;
}
