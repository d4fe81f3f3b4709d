import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LiquidError, renderLiquid } from '../../../src/dev/templates/liquid.ts';

const values = new Map([
  ['project-name', 'hello-world'],
  ['router', 'hono'],
  ['empty', ''],
]);

const cases: readonly (readonly [string, string])[] = [
  ['plain text { with } braces', 'plain text { with } braces'],
  ['[{{project-name}}] [{{ project-name }}]', '[hello-world] [hello-world]'],
  ['{{ project-name | snake_case }}', 'hello_world'],
  ['{{ project-name | pascal_case | kebab_case }}', 'hello-world'],
  ['{{ "a b" | snake_case }}', 'a_b'],
  ['[{{empty}}]', '[]'],
  ['a  {{- router -}}  b', 'ahonob'],
  ['{% if router == "hono" %}yes{% else %}no{% endif %}', 'yes'],
  ['{% if router != "hono" %}yes{% else %}no{% endif %}', 'no'],
  ['{% if router == "itty" %}a{% elsif router == "hono" %}b{% else %}c{% endif %}', 'b'],
  ['{% if router == "x" %}{{router}}{% endif %}.', '.'],
  ['{% if router == "hono" %}{% if router == "itty" %}a{% else %}b{% endif %}{% endif %}', 'b'],
  ['a\n{%- case router -%}\n{% when "hono" %}h{% when "itty" %}i{% else %}n{%- endcase %}\nb', 'ah\nb'],
  ['{% case router %}{% when "itty", "hono" %}either{% else %}none{% endcase %}', 'either'],
  ['{% case router %}{% when "x" %}x{% else %}none{% endcase %}', 'none'],
];
for (const [template, expected] of cases) {
  test(`${JSON.stringify(template)} becomes ${JSON.stringify(expected)}`, () => {
    assert.equal(renderLiquid(template, { values }), expected);
  });
}

const mistakes: readonly (readonly [string, string])[] = [
  ['{{ nothing }}', 'there is no value "nothing"'],
  ['{{ router | shout }}', 'there is no filter "shout"'],
  ['{% if router %}', '{% if %} has no end'],
  ['{% endif %}', '{% endif %} has no beginning'],
  ['{% for x in y %}{% endfor %}', '{% for %} has no beginning'],
  ['{% if router %}{% endcase %}', '{% if %} meets {% endcase %}'],
  ['{% if %}{% endif %}', '{% if  %} is not understood'],
];
for (const [template, message] of mistakes) {
  test(`${JSON.stringify(template)} is refused: ${message}`, () => {
    assert.throws(() => renderLiquid(template, { values }), new LiquidError(message));
  });
}

test('a value that holds brackets is put in as it is', () => {
  assert.equal(renderLiquid('{{a}}', { values: new Map([['a', '{{b}}']]) }), '{{b}}');
});
