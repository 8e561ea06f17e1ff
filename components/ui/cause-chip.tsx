import type { CSSProperties } from "react";
import { type Cause, classOf } from "@/lib/domain/causes";

/** The CSS colour of a cause; never used without its name or a legend. */
export function causeColour(cause: Cause): string {
  return `var(--c-${cause})`;
}

/** A square in the cause's colour with its name; `withClass` adds infrastructure, routing or client. */
export function CauseChip({ cause, withClass = false }: { cause: Cause; withClass?: boolean }) {
  const style: CSSProperties & { "--c": string } = { "--c": causeColour(cause) };
  const group = classOf(cause);
  return (
    <span className="cause">
      <i style={style} aria-hidden="true" />
      {cause}
      {withClass && group !== cause && <span className="text-fg-3">{group}</span>}
    </span>
  );
}
