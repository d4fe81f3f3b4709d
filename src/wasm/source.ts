// Reads a component's file and tells what is wrong with it before anything heavy is started.
import { readFile } from 'node:fs/promises';
import { TspinError } from '../errors.ts';
import type { ErrorCode, SourceLocation } from '../errors.ts';
import { MalformedWasm, sectionsOf } from './binary.ts';
import { systemReason } from '../util/system-error.ts';
import { fileKindOf } from './preamble.ts';
import type { FileKind } from './preamble.ts';

/** Which component is meant, where its Wasm is, and where the manifest says so. */
export interface ComponentRequest {
  readonly componentId: string;
  /** Absolute. */
  readonly path: string;
  readonly at: SourceLocation | undefined;
  /** The commands that make the file; none when the manifest says none. */
  readonly buildCommands?: readonly string[] | undefined;
}

export interface ComponentBinary {
  readonly kind: 'component' | 'core-module';
  readonly bytes: Uint8Array;
}

/** Reads the file and checks that it is Wasm and whole. Throws TspinError. */
export async function readComponentBinary(request: ComponentRequest): Promise<ComponentBinary> {
  const bytes = await readBytes(request);
  const file = fileKindOf(bytes);
  if (file.kind !== 'component' && file.kind !== 'core-module') throw notReadable(request, file, bytes.length);
  checkWhole(request, bytes);
  return { kind: file.kind, bytes };
}

/** An error about one component: its message begins with the component's id. */
export function componentError(
  request: ComponentRequest,
  code: ErrorCode,
  message: string,
  help?: string | readonly string[],
): TspinError {
  return new TspinError(code, `component "${request.componentId}": ${message}`, { at: request.at, help });
}

async function readBytes(request: ComponentRequest): Promise<Uint8Array> {
  try {
    return await readFile(request.path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw componentError(request, 'component-source-missing', `${request.path} does not exist`, missingHelp(request));
    }
    if (code === 'EISDIR') {
      throw componentError(
        request,
        'component-source-directory',
        `${request.path} is a folder`,
        'the source has to be a Wasm file',
      );
    }
    const message = `${request.path} cannot be read: ${systemReason(cause)}`;
    throw componentError(request, 'component-source-unreadable', message, 'check who may read it');
  }
}

function missingHelp({ buildCommands = [] }: ComponentRequest): readonly string[] {
  if (buildCommands.length === 0) {
    return [
      'check the path: it is relative to the folder of the manifest',
      'the component has no build command in the manifest, so `tspin build` does not make the file',
    ];
  }
  return ['it is not built yet: run `tspin build`, or `tspin up --build`', `the build command is: ${buildCommands.join(' && ')}`];
}

function notReadable(request: ComponentRequest, file: FileKind, length: number): TspinError {
  const { path } = request;
  switch (file.kind) {
    case 'empty':
      return componentError(request, 'component-source-empty', `${path} is empty`, 'build the app again: `tspin build`');
    case 'other':
      return componentError(
        request,
        'component-not-wasm',
        `${path} is not Wasm: it looks like ${file.looksLike}`,
        'the source has to be WebAssembly: the file ending in .wasm that the build makes',
      );
    case 'wasm-version':
      return componentError(
        request,
        'component-wasm-version',
        `${path} is Wasm of an unknown version (${file.version})`,
        'tspin reads components (0d 00 01 00) and core modules (01 00 00 00)',
      );
    default:
      return truncated(request, length);
  }
}

/** Walks over the outermost sections: a copy or download that was cut off ends within one. */
function checkWhole(request: ComponentRequest, bytes: Uint8Array): void {
  try {
    for (const _ of sectionsOf(bytes));
  } catch (error) {
    if (!(error instanceof MalformedWasm)) throw error;
    if (error.truncated) throw truncated(request, bytes.length);
    throw invalidComponent(request, error.message);
  }
}

/** The file is Wasm and something in it is wrong; `reason` is the reader's. */
export function invalidComponent(request: ComponentRequest, reason: string): TspinError {
  return componentError(
    request,
    'component-invalid',
    `${request.path} is not a component that tspin can run: ${reason}`,
    'build it again; if that gives the same, with newer tools',
  );
}

function truncated(request: ComponentRequest, length: number): TspinError {
  return componentError(
    request,
    'component-truncated',
    `${request.path} is cut off: it ends after ${length} bytes, in the middle of a section`,
    'build the app again with `tspin build`, or copy the file again',
  );
}
