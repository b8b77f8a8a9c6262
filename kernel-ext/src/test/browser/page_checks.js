// Looks at the outputs of a notebook in a page, live (classic notebook) or rendered (nbconvert).
// Gives {pictures: [...], problems: [...]}; a problem is a sentence.
const live = document.querySelector('#notebook-container') !== null;
const cells = live ? '#notebook-container .cell' : '.jp-Cell';
const outputs = live ? '.output_subarea' : '.jp-OutputArea-output';
const plots = live
  ? '.output_png img, .output_jpeg img, .output_svg svg, .output_svg img'
  : '.jp-RenderedImage img, .jp-RenderedSVG svg, .jp-RenderedSVG img';
const errors = live
  ? '.output_error, .output_stderr'
  : '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]';
const maths = '.MathJax_Error, .MathJax .merror, mjx-merror';
const slack = 1.5; // layout rounds to fractions of a pixel

const problems = [];
const pictures = [];

function scrollsByItself(element, stop) {
  for (let e = element; e && e !== stop; e = e.parentElement) {
    const overflow = getComputedStyle(e).overflowX;
    if (overflow === 'auto' || overflow === 'scroll') {
      return true;
    }
  }
  return false;
}

document.querySelectorAll(cells).forEach((cell, index) => {
  const where = `cell ${index + 1}`;
  const cellBox = cell.getBoundingClientRect();

  cell.querySelectorAll(errors).forEach(e => problems.push(`${where}: an error: ${e.innerText.slice(0, 400)}`));
  cell.querySelectorAll(maths).forEach(e => problems.push(`${where}: a formula that can't be set: ${e.textContent}`));

  cell.querySelectorAll(outputs).forEach((output, number) => {
    const what = `${where}, output ${number + 1}`;
    if (output.scrollWidth > output.clientWidth + slack) {
      problems.push(`${what}: ${output.scrollWidth} pixels wide in a space of ${output.clientWidth}`);
    }
    if (output.getBoundingClientRect().right > cellBox.right + slack) {
      problems.push(`${what}: reaches beyond its cell`);
    }
    output.querySelectorAll('table, img, svg, pre, div').forEach(e => {
      if (e.getBoundingClientRect().right > cellBox.right + slack && !scrollsByItself(e.parentElement, output)) {
        problems.push(`${what}: a ${e.tagName.toLowerCase()} reaches beyond its cell`);
      }
    });
    output.querySelectorAll('table').forEach(table => {
      const box = table.getBoundingClientRect();
      for (let e = table.parentElement; e && e !== output.parentElement; e = e.parentElement) {
        const style = getComputedStyle(e);
        if (style.overflowX === 'auto' || style.overflowX === 'scroll') {
          break;
        }
        const around = e.getBoundingClientRect();
        const clips = style.overflowX === 'hidden' || style.overflowX === 'clip';
        if (clips && box.right > around.right + slack) {
          problems.push(`${what}: a table is cut off`);
        }
      }
    });
    output.querySelectorAll('img').forEach(img => {
      if (!img.complete || img.naturalWidth === 0) {
        problems.push(`${what}: an image that can't be decoded`);
      }
    });
  });

  cell.querySelectorAll(plots).forEach(plot => {
    const width = plot.getBoundingClientRect().width;
    const natural = plot.tagName.toLowerCase() === 'img' ? plot.naturalWidth : width;
    pictures.push({cell: index + 1, width: width, natural: natural});
    if (!(natural > 300 && width > 300)) {
      problems.push(`${where}: a plot ${natural} pixels wide, shown at ${width}; expected more than 300`);
    }
  });
});
return {pictures: pictures, problems: problems, cells: document.querySelectorAll(cells).length};
