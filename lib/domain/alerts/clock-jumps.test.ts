import { expect, it } from "vitest";
import { ClockJumps } from "./clock-jumps";
import { minuteMs } from "./grid";

it("a clock that jumped is off while too few events tell, until it is seen to be right or nothing is told for long", () => {
  const jumps = new ClockJumps();
  const offset = (now: number) => jumps.known(now).map(({ offsetMs }) => offsetMs);
  const web = { pool: "shop", node: "web-1" };
  expect(offset(0)).toEqual([]);
  jumps.hear({ ...web, offsetMs: 5000 }, minuteMs);
  expect(offset(8 * minuteMs)).toEqual([5000]);
  jumps.hear({ ...web, offsetMs: 3 }, 9 * minuteMs);
  expect(offset(9 * minuteMs)).toEqual([3]);
  expect(offset(20 * minuteMs)).toEqual([]);
});
