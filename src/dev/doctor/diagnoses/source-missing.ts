// `source-missing`: the Wasm of a component is not there: most often it was never built.
import type { Diagnosis } from '../diagnosis.ts';
import { sourceFiles } from '../sources.ts';

export const sourceMissing: Diagnosis = {
  name: 'source-missing',
  examine: async patient => {
    const missing = (await sourceFiles(patient)).filter(({ modifiedMs }) => modifiedMs === undefined);
    return missing.map(({ component, section, shown, at }) => ({
      message: section.build
        ? `the component "${component}" is not built: there is no file ${shown}`
        : `the source of the component "${component}" is not there: ${shown}`,
      at,
      help: section.build
        ? [`tspin build -c ${component}`]
        : ['correct the path, or say how it is built: build = { command = "..." }'],
      fix: section.build && { about: `build ${component}`, apply: () => patient.machine.build(component) },
    }));
  },
};
