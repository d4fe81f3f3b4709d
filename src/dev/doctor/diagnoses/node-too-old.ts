// `node-too-old`: the Node that tspin runs on cannot suspend Wasm (JSPI).
import type { Diagnosis } from '../diagnosis.ts';

export const nodeTooOld: Diagnosis = {
  name: 'node-too-old',
  examine: async ({ machine: { nodeVersion, hasJspi } }) => {
    if (hasJspi) return [];
    return [
      {
        message: `Node ${nodeVersion} has no JSPI, which components need`,
        help: ['install Node 24.21 or newer: https://nodejs.org', 'or install tspin with its optional dependencies'],
      },
    ];
  },
};
