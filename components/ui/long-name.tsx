/** Up to so many characters a name stands whole. */
const most = 26;
/** Names that begin alike (pods, target groups) differ at their end: so much of it always shows. */
const tail = 9;

/** A name that others chose: a long one gives way in its middle, and hovering shows all of it. */
export function LongName({ name }: { name: string }) {
  if (name.length <= most) return name;
  return (
    <span className="long-name" title={name}>
      <span>{name.slice(0, -tail)}</span>
      {name.slice(-tail)}
    </span>
  );
}
