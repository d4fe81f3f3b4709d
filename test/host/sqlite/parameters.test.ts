// The parameters of a statement: as many, and numbered, as SQLite says.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { bind, parametersOf } from '../../../src/host/sqlite/parameters.ts';

/** Statements with the values that they are given by position, and the row that they give. */
const statements: readonly (readonly [string, readonly number[], readonly unknown[]])[] = [
  ['SELECT 1', [], [1]],
  ['SELECT ?, ?', [10, 20], [10, 20]],
  ['SELECT ?2, ?1', [10, 20], [20, 10]],
  ['SELECT ?3', [10, 20, 30], [30]],
  ['SELECT ?2, ?', [10, 20, 30], [20, 30]],
  ['SELECT :a, :b, :a', [10, 20], [10, 20, 10]],
  ['SELECT :a, @a, $a, :a', [10, 20, 30], [10, 20, 30, 10]],
  ['SELECT $1, $2', [10, 20], [10, 20]],
  ['SELECT ?, :a, ?', [10, 20, 30], [10, 20, 30]],
  ['SELECT :a, ?1', [10], [10, 10]],
  ['SELECT $a::b(c), ?', [10, 20], [10, 20]],
  ["SELECT ':a ?', ?", [10], [':a ?', 10]],
  ["SELECT 'it''s ?', ?", [10], ["it's ?", 10]],
  ['SELECT "x?", ?', [10], ['x?', 10]],
  ['SELECT 1 AS [?], ? AS `?`', [10], [1, 10]],
  ['SELECT 1 -- ?\n, ?', [10], [1, 10]],
  ['SELECT 1 /* ? :a \n*/, ?', [10], [1, 10]],
  ['-- ? ; \n ; /* ? */ SELECT ?', [10], [10]],
  ['SELECT ?; SELECT ?, ?', [10], [10]],
  ['SELECT ? -- the end', [10], [10]],
  ['SELECT ? /* not closed', [10], [10]],
  ['SELECT ?\0 ?', [10], [10]],
  ['SELECT 1+?,2-?', [10, 20], [11, -18]],
  ["SELECT x'00' = ?, '{}'->'$.a?' IS ?", [10, 20], [0, 0]],
  ['SELECT :été', [10], [10]],
  ['WITH t(a$b) AS (SELECT ?) SELECT a$b FROM t', [10], [10]],
];

for (const [sql, values, row] of statements) {
  test(JSON.stringify(sql), () => {
    const database = new DatabaseSync(':memory:', { returnArrays: true, enableDoubleQuotedStringLiterals: true });
    const parameters = parametersOf(sql);
    assert.equal(parameters.length, values.length);
    const { named, positional } = bind(parameters, values);
    const statement = database.prepare(sql);
    statement.setAllowBareNamedParameters(false);
    assert.deepEqual(statement.get(named, ...positional), row);
    const tooMany = /Wrong number of parameters passed to query. Got \d+, needed \d+/;
    assert.throws(() => bind(parameters, [...values, 1]), tooMany);
    if (values.length > 0) assert.throws(() => bind(parameters, values.slice(1)), tooMany);
  });
}
