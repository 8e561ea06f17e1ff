/** A moment of the week in UTC, as its days are: `Thu 19 02:38`. */
export function WeekMoment({ at }: { at: string }) {
  const day = new Intl.DateTimeFormat("en-GB", {
    timeZone: "UTC",
    weekday: "short",
    day: "numeric",
  }).format(Date.parse(at));
  return (
    <time dateTime={at} title={`${at.slice(0, 19).replace("T", " ")} UTC`}>
      {day} {at.slice(11, 16)}
    </time>
  );
}
