// Pages ask their reports within one reading; the floor below is not theirs to ask.
export { oneReading } from "@/lib/store/one-reading";
