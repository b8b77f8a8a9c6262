// Sets formulas: reads [[source, displayed], ...] as JSON, writes [{html} or {error}, ...] and where KaTeX's files are.
const fs = require('fs');
const path = require('path');
const katex = require('katex');

const formulas = JSON.parse(fs.readFileSync(0, 'utf8')).map(([source, displayMode]) => {
  try {
    return {html: katex.renderToString(source, {displayMode, output: 'htmlAndMathml', strict: 'ignore', throwOnError: true})};
  } catch (e) {
    return {error: e.message};
  }
});
const dist = path.join(path.dirname(require.resolve('katex/package.json')), 'dist');
process.stdout.write(JSON.stringify({dist, formulas}));
