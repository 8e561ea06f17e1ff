import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from "prom-client";

const key = Symbol.for("hopwatch.metrics");

/** All figures of this process; one registry, however often this module was bundled. */
export function registry(): Registry {
  const known: Registry | undefined = Reflect.get(globalThis, key);
  if (known) return known;
  const made = new Registry();
  collectDefaultMetrics({ register: made });
  Reflect.set(globalThis, key, made);
  return made;
}

/** The metric of this name, made at the first call: call it where it is counted, not once at the top of a module. */
function once<M>(name: string, kind: abstract new (...args: never[]) => M, make: () => M): M {
  const known: unknown = registry().getSingleMetric(name);
  if (known === undefined) return make();
  if (known instanceof kind) return known;
  throw new Error(`The metric ${name} is of another kind`);
}

export function counter<L extends string>(config: CounterConfiguration<L>): Counter<L> {
  return once<Counter<L>>(
    config.name,
    Counter,
    () => new Counter({ ...config, registers: [registry()] }),
  );
}

export function gauge<L extends string>(config: GaugeConfiguration<L>): Gauge<L> {
  return once<Gauge<L>>(
    config.name,
    Gauge,
    () => new Gauge({ ...config, registers: [registry()] }),
  );
}

export function histogram<L extends string>(config: HistogramConfiguration<L>): Histogram<L> {
  return once<Histogram<L>>(
    config.name,
    Histogram,
    () => new Histogram({ ...config, registers: [registry()] }),
  );
}
