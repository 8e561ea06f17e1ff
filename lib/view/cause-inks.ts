import { aboutCause, causes } from "@/lib/domain/causes";

/** CSS: each cause's colour as `--c-<cause>`, in both themes. */
export const causeInks = `:root{${causes
  .map((cause) => {
    const { dark, light } = aboutCause(cause).ink;
    return `--c-${cause}:light-dark(${light},${dark})`;
  })
  .join(";")}}`;
