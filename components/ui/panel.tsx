import { type ReactNode, useId } from "react";

/** A part of the page with a heading: `note` beside it, `actions` at the end of the line. */
export function Panel({
  title,
  note,
  actions,
  children,
  className = "",
}: {
  title: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={`panel ${className}`}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {note && <span className="text-12 text-fg-2">{note}</span>}
        {actions && <span className="ml-auto flex items-center gap-2 pl-2">{actions}</span>}
      </div>
      {children}
    </section>
  );
}
