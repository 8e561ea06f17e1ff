"use client";

import { useTrouble } from "@/lib/browser/trouble";
import { Icon } from "../ui/icon";
import { Time } from "../ui/time";

const words = {
  server: "The server cannot be reached",
  database: "The database does not answer",
} as const;

/** Says over every page that what it shows stands still, and why; goes by itself. */
export function TroubleStrip() {
  const trouble = useTrouble();
  return (
    <div className="trouble-strip" role="status">
      {trouble && (
        <p>
          <span className="mt-0.5 text-warn">
            <Icon name="warning" />
          </span>
          <span>
            <b>{words[trouble.with]}</b>, since <Time at={trouble.since} />. What is shown is from
            before; it goes on by itself once there is an answer.
          </span>
        </p>
      )}
    </div>
  );
}
